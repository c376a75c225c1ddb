/* SPDX-License-Identifier: MIT */
#include "result_fields.h"

#include <stdbool.h>
#include <string.h>

#include "base/clock.h"
#include "jsonl_values.h"

/* Reads one field. False: its value has another type, or is none that urlcheck prints. */
typedef bool field_function(struct result_names *names, const cJSON *value,
                            struct result_record *record);

#define TEXT_FIELD(name)                                                                           \
    static bool read_##name(struct result_names *names, const cJSON *value,                        \
                            struct result_record *record)                                          \
    {                                                                                              \
        (void)names;                                                                               \
        return jsonl_read_text(value, &record->name);                                              \
    }
#define INT_FIELD(name)                                                                            \
    static bool read_##name(struct result_names *names, const cJSON *value,                        \
                            struct result_record *record)                                          \
    {                                                                                              \
        (void)names;                                                                               \
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
static bool read_remote_ip(struct result_names *names, const cJSON *value,
                           struct result_record *record)
{
    const char *text;

    (void)names;
    if (!jsonl_read_text(value, &text))
        return false;
    record->remote_ip = text;
    return !text || text[strspn(text, "0123456789abcdefABCDEF.:")] == '\0';
}

static bool read_verdict_field(struct result_names *names, const cJSON *value,
                               struct result_record *record)
{
    (void)names;
    return jsonl_read_verdict(value, &record->verdict);
}

static bool read_class_field(struct result_names *names, const cJSON *value,
                             struct result_record *record)
{
    (void)names;
    return jsonl_read_class(value, &record->cause);
}

static bool read_time_total(struct result_names *names, const cJSON *value,
                            struct result_record *record)
{
    (void)names;
    return jsonl_read_seconds(value, &record->total_us);
}

static bool read_phases(struct result_names *names, const cJSON *value,
                        struct result_record *record)
{
    (void)names;
    return cJSON_IsObject(value) &&
           jsonl_read_seconds(jsonl_member(value, "resolve"), &record->resolve_us) &&
           jsonl_read_seconds(jsonl_member(value, "connect"), &record->connect_us) &&
           jsonl_read_seconds(jsonl_member(value, "tls"), &record->tls_us) &&
           jsonl_read_seconds(jsonl_member(value, "processing"), &record->processing_us) &&
           jsonl_read_seconds(jsonl_member(value, "transfer"), &record->transfer_us);
}

static bool read_bytes(struct result_names *names, const cJSON *value, struct result_record *record)
{
    (void)names;
    return jsonl_read_number(value, &record->bytes);
}

static bool read_cert_not_after(struct result_names *names, const cJSON *value,
                                struct result_record *record)
{
    int64_t time_us = 0;
    bool is_date = jsonl_read_date(value, &time_us);

    (void)names;
    record->cert_not_after = time_us / CLOCK_S;
    return is_date;
}

static bool read_started_at(struct result_names *names, const cJSON *value,
                            struct result_record *record)
{
    (void)names;
    return jsonl_read_date(value, &record->started_at_us);
}

static bool read_earlier(struct result_names *names, const cJSON *value,
                         struct result_record *record)
{
    struct attempts *earlier = &record->earlier;
    const cJSON *item;

    (void)names;
    *earlier = (struct attempts){
        .items = cJSON_malloc((size_t)cJSON_GetArraySize(value) * sizeof(*earlier->items))};
    cJSON_ArrayForEach(item, value)
    {
        if (!jsonl_read_attempt(item, &earlier->items[earlier->count++]))
            return false;
    }
    return cJSON_IsArray(value);
}

static bool read_seen_from(struct result_names *names, const cJSON *value,
                           struct result_record *record)
{
    struct sightings *seen_from = &record->seen_from;
    const cJSON *item;

    *seen_from = (struct sightings){
        .items = cJSON_malloc((size_t)cJSON_GetArraySize(value) * sizeof(*seen_from->items))};
    cJSON_ArrayForEach(item, value)
    {
        if (!jsonl_read_sighting(item, names->pool, &seen_from->items[seen_from->count++]))
            return false;
    }
    return cJSON_IsArray(value);
}

/* Reads a name of the pool, without asking it for the last one again, as it takes a lock. */
static bool read_name_like(struct result_names *names, const cJSON *value, const char **last,
                           const char **name)
{
    const char *text = cJSON_GetStringValue(value);

    if (text && *last && strcmp(text, *last) == 0)
        *name = *last;
    else if (!jsonl_read_name(value, names->pool, name))
        return false;
    if (*name)
        *last = *name;
    return true;
}

static bool read_source(struct result_names *names, const cJSON *value,
                        struct result_record *record)
{
    int64_t line = 0;

    if (!cJSON_IsObject(value) ||
        !read_name_like(names, jsonl_member(value, "file"), &names->last_file,
                        &record->source.file) ||
        !jsonl_read_number(jsonl_member(value, "line"), &line))
        return false;
    record->source.line = (size_t)line;
    return true;
}

static bool read_place(struct result_names *names, const cJSON *value, struct result_record *record)
{
    return read_name_like(names, value, &names->last_place, &record->place);
}

static bool read_phase(struct result_names *names, const cJSON *value, struct result_record *record)
{
    static const char *const words[] = {[PHASE_RESOLVE] = "resolve",
                                        [PHASE_CONNECT] = "connect",
                                        [PHASE_TLS] = "tls",
                                        [PHASE_RESPONSE] = "processing",
                                        [PHASE_BODY] = "transfer"};
    const char *word = cJSON_GetStringValue(value);

    (void)names;
    for (enum phase phase = PHASE_RESOLVE; word && phase <= PHASE_BODY; phase++) {
        if (strcmp(word, words[phase]) == 0) {
            record->phase = phase;
            return true;
        }
    }
    return cJSON_IsNull(value);
}

/* What --changes has found is for that run. */
static bool skip(struct result_names *names, const cJSON *value, struct result_record *record)
{
    (void)names;
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

int result_fields_read(struct result_names *names, const cJSON *object,
                       struct result_record *record, struct error *error)
{
    bool has_verdict = false;
    size_t next = 0;

    for (const cJSON *value = object->child; value; value = value->next) {
        size_t field = find_field(value->string, next);

        if (field == FIELD_COUNT && strcmp(value->string, history_field) == 0)
            return error_set(error, "no result of urlcheck: a line of --history");
        if (field == FIELD_COUNT)
            continue; /* of a later version */
        if (!fields[field].read(names, value, record))
            return error_set(error, "no result of urlcheck: the field '%s' has another value",
                             fields[field].name);
        has_verdict = has_verdict || fields[field].read == read_verdict_field;
        next = field + 1;
    }
    return check_record(record, has_verdict, error);
}
