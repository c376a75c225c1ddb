/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/escape.h"
#include "json.h"

static json_t *number_or_null(int64_t number)
{
    return number ? json_integer(number) : json_null();
}

static json_t *seconds(int64_t us)
{
    return json_real((double)us / 1e6);
}

/* RFC 3339, in UTC; with microseconds or without. */
static json_t *date_or_null(int64_t time_s, int64_t fraction_us)
{
    time_t time = (time_t)time_s;
    char text[64];
    struct tm date;
    size_t length;

    if (time_s == 0 || !gmtime_r(&time, &date))
        return json_null();
    length = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &date);
    if (fraction_us >= 0)
        snprintf(text + length, sizeof(text) - length, ".%06dZ", (int)fraction_us);
    else
        snprintf(text + length, sizeof(text) - length, "Z");
    return json_string(text);
}

static json_t *version_of(int version)
{
    switch (version) {
    case 10: return json_string("1.0");
    case 11: return json_string("1.1");
    case 20: return json_string("2");
    case 30: return json_string("3");
    default: return json_null();
    }
}

static json_t *phases_of(const struct outcome *outcome)
{
    return json_pack("{so so so so so}", "resolve", seconds(outcome->resolve_us), "connect",
                     seconds(outcome->connect_us), "tls", seconds(outcome->tls_us), "processing",
                     seconds(outcome->processing_us), "transfer", seconds(outcome->transfer_us));
}

/* The URL of the last response, or of what was asked for one. */
static const char *final_url_of(const struct result *result)
{
    if (result->outcome.phase == PHASE_NONE)
        return NULL;
    return result->outcome.final_url ? result->outcome.final_url : result->target->url;
}

/* NULL if memory is short; json_pack() then lets go of what it was given. */
static json_t *object_of(const struct result *result)
{
    const struct outcome *outcome = &result->outcome;
    const int64_t started_us = outcome->started_at_us;
    const char *cause = cause_name(result->cause);

    return json_pack(
        "{so so ss so so so so si so so so so sI so si so so}", "url",
        json_text(escape_url, result->target->given), "name",
        json_text(escape_text, result->target->name), "verdict", verdict_name(result->verdict),
        "class", *cause ? json_string(cause) : json_null(), "message",
        json_text(escape_text, result->message), "status", number_or_null(result_status(result)),
        "final_url", json_text(escape_url, final_url_of(result)), "redirects", outcome->redirects,
        "time_total", seconds(outcome->total_us), "phases", phases_of(outcome), "remote_ip",
        json_text(escape_text, outcome->remote_ip), "http_version",
        version_of(outcome->http_version), "bytes", (json_int_t)outcome->bytes, "cert_not_after",
        date_or_null(outcome->cert_not_after, -1), "attempts", result->attempts, "started_at",
        date_or_null(started_us / 1000000, started_us % 1000000), "source",
        json_source(&result->target->source));
}

/* NULL if memory is short. */
static json_t *attempt_of(const struct attempt *note)
{
    const int64_t started_us = note->started_at_us;
    const char *cause = cause_name((enum cause)note->cause);

    return json_pack("{so ss so so sf}", "started_at",
                     date_or_null(started_us / 1000000, started_us % 1000000), "class", cause,
                     "message", json_text(escape_text, note->message), "status",
                     number_or_null(note->status), "time_total", (double)note->total_us / 1e6);
}

/* What came before, where something did. -1 if memory is short. */
static int add_earlier(json_t *object, const struct attempts *earlier)
{
    json_t *array = json_array();
    int status = array ? 0 : -1;

    for (size_t i = 0; i < earlier->count && status == 0; i++)
        status = json_array_append_new(array, attempt_of(&earlier->items[i]));
    if (status == 0)
        return json_object_set_new(object, "earlier_attempts", array);
    json_decref(array);
    return -1;
}

static int record(FILE *file, const struct result *result, const struct style *style)
{
    json_t *object = object_of(result);
    bool complete =
        object && (result->earlier.count == 0 || add_earlier(object, &result->earlier) == 0);
    char *text = complete ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;

    (void)style;
    json_decref(object);
    if (!text)
        return -1;
    fprintf(file, "%s\n", text);
    free(text);
    return 0;
}

const struct format format_jsonl = {.record = record};
