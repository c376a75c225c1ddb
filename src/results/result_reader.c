/* SPDX-License-Identifier: MIT */
#include "results/result_reader.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/shell_words.h"
#include "result_fields.h"

/*
 * What cJSON allocates for a line: about eighty small pieces, all of which are dropped when the next line
 * is read. Most lines fit into one block.
 */
struct memory {
    _Alignas(16) char block[64 * 1024];
    size_t used;
    struct overflow {
        struct overflow *next;
        _Alignas(16) char bytes[];
    } * overflow;
};

struct result_reader {
    struct memory memory;
    struct result_names names;
    cJSON *document; /* the last line; NULL: none */
};

/* cJSON's functions for memory have no context: that of the reader which this thread uses. */
static _Thread_local struct memory *memory;

static void *take(size_t bytes)
{
    struct overflow *overflow;
    size_t rounded = (bytes + 15) & ~(size_t)15;

    if (rounded <= sizeof(memory->block) - memory->used) {
        memory->used += rounded;
        return memory->block + memory->used - rounded;
    }
    overflow = xmalloc(sizeof(*overflow) + bytes);
    overflow->next = memory->overflow;
    memory->overflow = overflow;
    return overflow->bytes;
}

/* cJSON frees what it has taken for a text that turns out to be wrong. */
static void ignore(void *piece)
{
    (void)piece;
}

static void drop_all(struct memory *dropped)
{
    while (dropped->overflow) {
        struct overflow *next = dropped->overflow->next;

        free(dropped->overflow);
        dropped->overflow = next;
    }
    dropped->used = 0;
}

/*
 * Lines of versions without the field "phase": the last phase that took any time. After redirects
 * that may be one of an earlier request.
 */
static enum phase guess_phase(const struct result_record *record)
{
    return record->transfer_us     ? PHASE_BODY
           : record->processing_us ? PHASE_RESPONSE
           : record->tls_us        ? PHASE_TLS
           : record->connect_us    ? PHASE_CONNECT
                                   : PHASE_RESOLVE;
}

/* What struct result promises, whatever the line says. */
static void complete(struct result_record *record)
{
    if (!record->url)
        record->url = "";
    if (record->cause == CAUSE_NONE)
        record->message = NULL;
    else if (!record->message)
        record->message = "";
    if (record->status)
        record->phase = PHASE_DONE;
    else if (!record->final_url)
        record->phase = PHASE_NONE;
    else if (record->phase == PHASE_NONE)
        record->phase = guess_phase(record);
}

/* Whether the line begins with these bytes. */
#define BEGINS(line, length, bytes)                                                                \
    ((length) >= sizeof(bytes) - 1 && memcmp(line, bytes, sizeof(bytes) - 1) == 0)

/* What a line that is no JSON is. */
static const char *name_other_format(const char *line, size_t length)
{
    if (BEGINS(line, length, "\x1f\x8b"))
        return "compressed (gzip)";
    if (BEGINS(line, length, "\xff\xfe") || BEGINS(line, length, "\xfe\xff") ||
        BEGINS(line, length, "{\0") || BEGINS(line, length, "\0{"))
        return "in UTF-16, not in UTF-8";
    return "no JSON";
}

/*
 * Whether a text of a line that is JSON has a NUL, as it is or as \u0000, where cJSON would cut it off.
 * urlcheck prints none.
 */
static bool has_nul(const char *line, size_t length)
{
    static const char nul[] = "\\u0000";
    const char *end = line + length;

    if (memchr(line, '\0', length))
        return true;
    /* What follows a backslash is part of its escape, also if it is one. */
    for (const char *found = line; (found = memchr(found, '\\', (size_t)(end - found)));
         found += 2) {
        if ((size_t)(end - found) >= sizeof(nul) - 1 && memcmp(found, nul, sizeof(nul) - 1) == 0)
            return true;
    }
    return false;
}

int result_reader_read(struct result_reader *reader, const char *line, size_t length,
                       struct result_record *record, struct error *error)
{
    const char *end = line;

    memory = &reader->memory;
    drop_all(memory);
    reader->document = cJSON_ParseWithLengthOpts(line, length, &end, false);
    while (reader->document && end < line + length && shell_is_blank(*end))
        end++;
    if (!reader->document || end != line + length)
        return error_set(error, "no result of urlcheck: %s", name_other_format(line, length));
    if (!cJSON_IsObject(reader->document))
        return error_set(error, "no result of urlcheck: no JSON object");
    if (has_nul(line, length))
        return error_set(error, "no result of urlcheck: a text with a NUL byte");
    *record = (struct result_record){0};
    if (result_fields_read(&reader->names, reader->document, record, error))
        return -1;
    complete(record);
    return 0;
}

struct result_reader *result_reader_new(struct string_pool *names)
{
    struct result_reader *reader = xcalloc(1, sizeof(*reader));
    cJSON_Hooks hooks = {.malloc_fn = take, .free_fn = ignore};

    cJSON_InitHooks(&hooks);
    reader->names.pool = names;
    return reader;
}

void result_reader_free(struct result_reader *reader)
{
    if (!reader)
        return;
    drop_all(&reader->memory);
    free(reader);
}
