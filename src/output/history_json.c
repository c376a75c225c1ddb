/* SPDX-License-Identifier: MIT */
/* --history as JSON Lines, an object a URL, and as one JSON document with all of them. */
#include "history_fields.h"

#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "fields.h"
#include "json_value.h"

static json_t *date_or_null(int64_t time_us)
{
    char text[FIELD_DATE_BYTES];

    field_date(text, time_us / CLOCK_S, -1);
    return *text ? json_string(text) : json_null();
}

static json_t *seconds(int64_t us)
{
    return json_real(us_to_seconds(us));
}

static json_t *seconds_or_null(int64_t us)
{
    return us ? seconds(us) : json_null();
}

/* Of hundredths, which are rounded down; null for -1. */
static json_t *percent_or_null(int hundredths)
{
    return hundredths < 0 ? json_null() : json_real(hundredths / 100.0);
}

static json_t *count(size_t number)
{
    return json_integer((json_int_t)number);
}

static json_t *outage_of(const struct history *history, const struct history_url *url,
                         const struct history_outage *outage)
{
    /* clang-format off */
    return json_pack(
        "{so so so so so}",
        "begin", date_or_null(outage->begin_us),
        "end", date_or_null(outage->end_us),
        "duration", seconds(history_outage_us(history, url, outage)),
        "class", json_text(escape_text, cause_name(outage->cause)),
        "message", json_text(escape_text, outage->message));
    /* clang-format on */
}

static json_t *outages_of(const struct history *history, const struct history_url *url)
{
    json_t *outages = json_array();

    for (size_t i = 0; i < url->outage_count; i++)
        json_array_append_new(outages, outage_of(history, url, &url->outages[i]));
    return outages;
}

/* All fields, in the order of the man page. Fields are added and never renamed or removed. */
static json_t *object_of(const struct history *history, const struct history_url *url)
{
    /* clang-format off */
    return json_pack(
        "{so so so so so so so so so so so so so so so sb so so so so so so so}",
        "url", json_text(escape_url, url->url),
        "name", json_text(escape_text, url->name),
        "host", json_text(escape_text, url->host),
        "from", date_or_null(history_begin_us(history, url)),
        "to", date_or_null(history->to_us),
        "uptime", percent_or_null(history_uptime(&url->time)),
        "measured", percent_or_null(history_measured(&url->time)),
        "up", seconds(url->time.up_us),
        "down", seconds(url->time.down_us),
        "maintenance", seconds(url->time.maintenance_us),
        "unknown", seconds(url->time.unknown_us),
        "checks", count(url->checks),
        "blips", count(url->blips),
        "p50", seconds_or_null(url->p50_us),
        "p95", seconds_or_null(url->p95_us),
        "is_down", url->is_down,
        "outages", outages_of(history, url),
        "verdict", json_text(escape_text, verdict_name(url->verdict)),
        "class", json_text(escape_text, cause_name(url->cause)),
        "message", json_text(escape_text, url->message),
        "last_at", date_or_null(url->last_us),
        "cert_not_after", date_or_null(url->cert_not_after_us),
        "attributes", json_text(escape_text, url->attributes));
    /* clang-format on */
}

static void end_lines(struct format_context *context)
{
    const struct history *history = context->totals->history;

    for (size_t i = 0; i < history->count; i++) {
        if (history_wants(context, &history->urls[i]))
            json_print_line(context->out, object_of(history, &history->urls[i]));
    }
}

static void end_document(struct format_context *context)
{
    const struct history *history = context->totals->history;
    struct history_counts counts = history_count(context);
    const char *separator = "";

    json_print_open(context->out, json_pack("{so so so so}", "from", date_or_null(history->from_us),
                                            "to", date_or_null(history->to_us), "count",
                                            count(counts.urls), "outages", count(counts.outages)));
    text_add(context->out, ",\"urls\":[\n");
    for (size_t i = 0; i < history->count; i++) {
        if (!history_wants(context, &history->urls[i]))
            continue;
        text_add(context->out, separator);
        json_print(context->out, object_of(history, &history->urls[i]));
        separator = ",\n";
    }
    text_add(context->out, "\n]}\n");
}

const struct format format_history_jsonl = {.end = end_lines};
const struct format format_history_json = {.end = end_document};
