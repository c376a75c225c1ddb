/* SPDX-License-Identifier: MIT */
/*
 *     | bytes | struct result_record | attempts | sightings | texts, each with its NUL | up to 7 bytes |
 *
 * Of a text, the structures keep only whether it is NULL.
 */
#include "results/record_pack.h"

#include <stdint.h>
#include <string.h>

static const size_t texts[] = {
    offsetof(struct result_record, url),          offsetof(struct result_record, name),
    offsetof(struct result_record, attributes),   offsetof(struct result_record, host),
    offsetof(struct result_record, message),      offsetof(struct result_record, final_url),
    offsetof(struct result_record, remote_ip),    offsetof(struct result_record, proxy),
    offsetof(struct result_record, http_version), offsetof(struct result_record, content_type),
};
#define TEXT_COUNT (sizeof(texts) / sizeof(texts[0]))

static const char *text_of(const struct result_record *record, size_t number)
{
    const char *text;

    memcpy(&text, (const char *)record + texts[number], sizeof(text));
    return text;
}

static void set_text(struct result_record *record, size_t number, const char *text)
{
    memcpy((char *)record + texts[number], &text, sizeof(text));
}

static size_t text_bytes(const char *text)
{
    return text ? strlen(text) + 1 : 0;
}

/* Appends bytes. Returns their end. */
static char *append(char *end, const void *bytes, size_t length)
{
    if (length)
        memcpy(end, bytes, length);
    return end + length;
}

static size_t bytes_of_attempts(const struct result_record *record)
{
    return record->earlier.count * sizeof(*record->earlier.items);
}

static size_t bytes_of_sightings(const struct result_record *record)
{
    return record->seen_from.count * sizeof(*record->seen_from.items);
}

size_t record_pack_bytes(const struct result_record *record)
{
    size_t bytes = RECORD_HEAD_BYTES + sizeof(*record) + bytes_of_attempts(record) +
                   bytes_of_sightings(record);

    for (size_t i = 0; i < TEXT_COUNT; i++)
        bytes += text_bytes(text_of(record, i));
    for (size_t i = 0; i < record->earlier.count; i++)
        bytes += text_bytes(record->earlier.items[i].message);
    return (bytes + RECORD_ALIGN - 1) & ~(size_t)(RECORD_ALIGN - 1);
}

void record_pack(const struct result_record *record, size_t bytes, char *packed)
{
    uint64_t head = bytes;
    char *end = append(packed, &head, sizeof(head));

    end = append(end, record, sizeof(*record));
    end = append(end, record->earlier.items, bytes_of_attempts(record));
    end = append(end, record->seen_from.items, bytes_of_sightings(record));
    for (size_t i = 0; i < TEXT_COUNT; i++)
        end = append(end, text_of(record, i), text_bytes(text_of(record, i)));
    for (size_t i = 0; i < record->earlier.count; i++)
        end = append(end, record->earlier.items[i].message,
                     text_bytes(record->earlier.items[i].message));
    memset(end, 0, bytes - (size_t)(end - packed));
}

size_t record_packed_bytes(const char *packed)
{
    uint64_t head;

    memcpy(&head, packed, sizeof(head));
    return (size_t)head;
}

/* The text at *next, which is moved to after it. */
static char *take_text(char **next)
{
    char *text = *next;

    *next += strlen(text) + 1;
    return text;
}

void record_unpack(char *packed, struct result_record *record)
{
    char *next = packed + RECORD_HEAD_BYTES;

    memcpy(record, next, sizeof(*record));
    next += sizeof(*record);
    record->earlier.items = (void *)next;
    next += bytes_of_attempts(record);
    record->seen_from.items = (void *)next;
    next += bytes_of_sightings(record);
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        if (text_of(record, i))
            set_text(record, i, take_text(&next));
    }
    for (size_t i = 0; i < record->earlier.count; i++) {
        if (record->earlier.items[i].message)
            record->earlier.items[i].message = take_text(&next);
    }
}
