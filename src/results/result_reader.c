/* SPDX-License-Identifier: MIT */
#include "results/result_reader.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/shell_words.h"
#include "base/string_pool.h"
#include "jsonl_values.h"

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
    struct string_pool *names; /* of places and files; borrowed */
    const char *last_place; /* the pool's; NULL: none. That of the next line is mostly the same */
    const char *last_file;
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

/* Reads one field. False: its value has another type, or is none that urlcheck prints. */
typedef bool field_function(struct result_reader *reader, const cJSON *value,
                            struct result_record *record);

#define TEXT_FIELD(name)                                                                           \
    static bool read_##name(struct result_reader *reader, const cJSON *value,                      \
                            struct result_record *record)                                          \
    {                                                                                              \
        (void)reader;                                                                              \
        return jsonl_read_text(value, &record->name);                                              \
    }
#define INT_FIELD(name)                                                                            \
    static bool read_##name(struct result_reader *reader, const cJSON *value,                      \
                            struct result_record *record)                                          \
    {                                                                                              \
        (void)reader;                                                                              \
        return jsonl_read_int(value, &record->name);                                               \
    }

TEXT_FIELD(url)
TEXT_FIELD(name)
TEXT_FIELD(host)
TEXT_FIELD(message)
TEXT_FIELD(final_url)
TEXT_FIELD(proxy)
TEXT_FIELD(http_version)
TEXT_FIELD(content_type)
TEXT_FIELD(attributes)
INT_FIELD(port)
INT_FIELD(status)
INT_FIELD(redirects)
INT_FIELD(attempts)
INT_FIELD(confirmations)

/* Formats print an address as it is. */
static bool read_remote_ip(struct result_reader *reader, const cJSON *value,
                           struct result_record *record)
{
    const char *text;

    (void)reader;
    if (!jsonl_read_text(value, &text))
        return false;
    record->remote_ip = text;
    return !text || text[strspn(text, "0123456789abcdefABCDEF.:")] == '\0';
}

static bool read_verdict_field(struct result_reader *reader, const cJSON *value,
                               struct result_record *record)
{
    (void)reader;
    return jsonl_read_verdict(value, &record->verdict);
}

static bool read_class_field(struct result_reader *reader, const cJSON *value,
                             struct result_record *record)
{
    (void)reader;
    return jsonl_read_class(value, &record->cause);
}

static bool read_time_total(struct result_reader *reader, const cJSON *value,
                            struct result_record *record)
{
    (void)reader;
    return jsonl_read_seconds(value, &record->total_us);
}

static bool read_phases(struct result_reader *reader, const cJSON *value,
                        struct result_record *record)
{
    (void)reader;
    return cJSON_IsObject(value) &&
           jsonl_read_seconds(jsonl_member(value, "resolve"), &record->resolve_us) &&
           jsonl_read_seconds(jsonl_member(value, "connect"), &record->connect_us) &&
           jsonl_read_seconds(jsonl_member(value, "tls"), &record->tls_us) &&
           jsonl_read_seconds(jsonl_member(value, "processing"), &record->processing_us) &&
           jsonl_read_seconds(jsonl_member(value, "transfer"), &record->transfer_us);
}

static bool read_bytes(struct result_reader *reader, const cJSON *value,
                       struct result_record *record)
{
    (void)reader;
    return jsonl_read_number(value, &record->bytes);
}

static bool read_cert_not_after(struct result_reader *reader, const cJSON *value,
                                struct result_record *record)
{
    int64_t time_us = 0;
    bool is_date = jsonl_read_date(value, &time_us);

    (void)reader;
    record->cert_not_after = time_us / CLOCK_S;
    return is_date;
}

static bool read_started_at(struct result_reader *reader, const cJSON *value,
                            struct result_record *record)
{
    (void)reader;
    return jsonl_read_date(value, &record->started_at_us);
}

static bool read_earlier(struct result_reader *reader, const cJSON *value,
                         struct result_record *record)
{
    struct attempts *earlier = &record->earlier;
    const cJSON *item;

    (void)reader;
    *earlier = (struct attempts){
        .items = take((size_t)cJSON_GetArraySize(value) * sizeof(*earlier->items))};
    cJSON_ArrayForEach(item, value)
    {
        if (!jsonl_read_attempt(item, &earlier->items[earlier->count++]))
            return false;
    }
    return cJSON_IsArray(value);
}

static bool read_seen_from(struct result_reader *reader, const cJSON *value,
                           struct result_record *record)
{
    struct sightings *seen_from = &record->seen_from;
    const cJSON *item;

    *seen_from = (struct sightings){
        .items = take((size_t)cJSON_GetArraySize(value) * sizeof(*seen_from->items))};
    cJSON_ArrayForEach(item, value)
    {
        if (!jsonl_read_sighting(item, reader->names, &seen_from->items[seen_from->count++]))
            return false;
    }
    return cJSON_IsArray(value);
}

/* Reads a name of the pool, without asking it for the last one again, as it takes a lock. */
static bool read_name_like(struct result_reader *reader, const cJSON *value, const char **last,
                           const char **name)
{
    const char *text = cJSON_GetStringValue(value);

    if (text && *last && strcmp(text, *last) == 0)
        *name = *last;
    else if (!jsonl_read_name(value, reader->names, name))
        return false;
    if (*name)
        *last = *name;
    return true;
}

static bool read_source(struct result_reader *reader, const cJSON *value,
                        struct result_record *record)
{
    int64_t line = 0;

    if (!cJSON_IsObject(value) ||
        !read_name_like(reader, jsonl_member(value, "file"), &reader->last_file,
                        &record->source.file) ||
        !jsonl_read_number(jsonl_member(value, "line"), &line))
        return false;
    record->source.line = (size_t)line;
    return true;
}

static bool read_place(struct result_reader *reader, const cJSON *value,
                       struct result_record *record)
{
    return read_name_like(reader, value, &reader->last_place, &record->place);
}

static bool read_phase(struct result_reader *reader, const cJSON *value,
                       struct result_record *record)
{
    static const char *const words[] = {[PHASE_RESOLVE] = "resolve",
                                        [PHASE_CONNECT] = "connect",
                                        [PHASE_TLS] = "tls",
                                        [PHASE_RESPONSE] = "processing",
                                        [PHASE_BODY] = "transfer"};
    const char *word = cJSON_GetStringValue(value);

    (void)reader;
    for (enum phase phase = PHASE_RESOLVE; word && phase <= PHASE_BODY; phase++) {
        if (strcmp(word, words[phase]) == 0) {
            record->phase = phase;
            return true;
        }
    }
    return cJSON_IsNull(value);
}

/* What --changes has found is for that run. */
static bool skip(struct result_reader *reader, const cJSON *value, struct result_record *record)
{
    (void)reader;
    (void)value;
    (void)record;
    return true;
}

/* Only lines of --history have it. */
static const char history_field[] = "uptime";

/* In the order of jsonl. */
static const struct field {
    const char *name;
    field_function *read;
} fields[] = {
    {"url", read_url},
    {"name", read_name},
    {"host", read_host},
    {"port", read_port},
    {"verdict", read_verdict_field},
    {"class", read_class_field},
    {"message", read_message},
    {"status", read_status},
    {"final_url", read_final_url},
    {"redirects", read_redirects},
    {"time_total", read_time_total},
    {"phases", read_phases},
    {"remote_ip", read_remote_ip},
    {"proxy", read_proxy},
    {"http_version", read_http_version},
    {"content_type", read_content_type},
    {"bytes", read_bytes},
    {"cert_not_after", read_cert_not_after},
    {"attempts", read_attempts},
    {"earlier_attempts", read_earlier},
    {"started_at", read_started_at},
    {"source", read_source},
    {"place", read_place},
    {"change", skip},
    {"since", skip},
    {"until", skip},
    {"runs", skip},
    {"attributes", read_attributes},
    {"phase", read_phase},
    {"confirmations", read_confirmations},
    {"seen_from", read_seen_from},
};
#define FIELD_COUNT (sizeof(fields) / sizeof(fields[0]))

/* The index of a field, which is mostly the next one; FIELD_COUNT: it is unknown. */
static size_t find_field(const char *name, size_t next)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        size_t index = (next + i) % FIELD_COUNT;

        if (strcmp(fields[index].name, name) == 0)
            return index;
    }
    return FIELD_COUNT;
}

/* 0, or -1: there is too little in the line, or what does not fit together. */
static int check_record(const struct result_record *record, bool has_verdict, struct error *error)
{
    bool was_checked = record->cause != CAUSE_BAD_INPUT && !cause_is_of_run(record->cause);

    if (!has_verdict || (record->verdict != VERDICT_OK && record->cause == CAUSE_NONE))
        return error_set(error, "no result of urlcheck: an object without verdict and class");
    if (!jsonl_is_judgement(record->verdict, record->cause))
        return error_set(error, "no result of urlcheck: it is OK, and has a class");
    if (!record->url && was_checked)
        return error_set(error, "no result of urlcheck: an object without url");
    return 0;
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

static int read_fields(struct result_reader *reader, struct result_record *record,
                       struct error *error)
{
    bool has_verdict = false;
    size_t next = 0;

    for (const cJSON *value = reader->document->child; value; value = value->next) {
        size_t field = find_field(value->string, next);

        if (field == FIELD_COUNT && strcmp(value->string, history_field) == 0)
            return error_set(error, "no result of urlcheck: a line of --history");
        if (field == FIELD_COUNT)
            continue; /* of a later version */
        if (!fields[field].read(reader, value, record))
            return error_set(error, "no result of urlcheck: the field '%s' has another value",
                             fields[field].name);
        has_verdict = has_verdict || fields[field].read == read_verdict_field;
        next = field + 1;
    }
    return check_record(record, has_verdict, error);
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
    if (read_fields(reader, record, error))
        return -1;
    complete(record);
    return 0;
}

struct result_reader *result_reader_new(struct string_pool *names)
{
    struct result_reader *reader = xcalloc(1, sizeof(*reader));
    cJSON_Hooks hooks = {.malloc_fn = take, .free_fn = ignore};

    cJSON_InitHooks(&hooks);
    reader->names = names;
    return reader;
}

void result_reader_free(struct result_reader *reader)
{
    if (!reader)
        return;
    drop_all(&reader->memory);
    free(reader);
}
