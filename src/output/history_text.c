/* SPDX-License-Identifier: MIT */
/*
 * --history as text: a line a URL, and indented lines below it with its outages.
 *
 *      99.95 % of the  96 % measured  p50  0.123s  p95  0.456s  https://example.com/  (shop)  1 outage
 *             28 Nov 2026, 14:05 CET to 14:35 CET, 30 min 12 s  http-5xx: 503 Service Unavailable
 */
#include "history_fields.h"

#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "fields.h"
#include "local_time.h"

/* As "0.123s"; "-" for 0, which is none. */
static void print_latency(struct text *out, const char *name, int64_t latency_us)
{
    if (latency_us)
        text_addf(out, "  %s %6.3fs", name, us_to_seconds(latency_us));
    else
        text_addf(out, "  %s %7s", name, "-");
}

/* Whole percents, or tenths if it is less than one; both are rounded down. As wide as the others. */
static void print_measured(struct text *out, int hundredths)
{
    if (hundredths >= 100)
        text_addf(out, " of the %3d %% measured", hundredths / 100);
    else if (hundredths >= 10)
        text_addf(out, " of the 0.%d %% measured", hundredths / 10);
    else
        text_add(out, " of   < 0.1 % measured");
}

static void print_count(struct text *out, const char **separator, size_t count, const char *what)
{
    char text[UNITS_TEXT_BYTES];

    if (count == 0)
        return;
    text_addf(out, "%s%s %s%s", *separator, format_count(text, count), what, count > 1 ? "s" : "");
    *separator = ", ";
}

/* What else matters: "2 outages, 1 blip, first check 28 Nov 2026, 14:05 CET" */
static void print_remarks(const struct format_context *context, const struct history_url *url)
{
    const struct history *history = context->totals->history;
    struct text *out = context->out;
    int64_t begin_us = history_begin_us(history, url);
    const char *separator = format_before_reason(context);
    char text[LOCAL_TIME_BYTES];

    print_count(out, &separator, url->outage_count, "outage");
    print_count(out, &separator, url->blips, "blip");
    if (begin_us > history->from_us)
        text_addf(out, "%sfirst check %s", separator, local_time(text, LOCAL_FULL, begin_us));
}

static const char *color_of(const struct history_url *url)
{
    return url->is_down ? "\033[31;1m" : url->outage_count ? "\033[1m" : "\033[32m";
}

static void print_uptime(const struct format_context *context, const struct history_url *url)
{
    char percent[HISTORY_PERCENT_BYTES];
    struct text *out = context->out;

    if (url->time.unknown_us == history_span_us(&url->time)) {
        text_addf(out, "%30s", "not measured yet");
        return;
    }
    text_addf(out, "%s%6s %%%s", context->color ? color_of(url) : "",
              history_percent(percent, history_uptime(&url->time)), context->color ? "\033[m" : "");
    print_measured(out, history_measured(&url->time));
}

/* "28 Nov 2026, 14:05 CET to 14:35 CET"; the date of the end is printed if it is another one. */
static void print_period(struct text *out, const struct history *history,
                         const struct history_url *url, const struct history_outage *outage)
{
    char begin[LOCAL_TIME_BYTES], end[LOCAL_TIME_BYTES], date[LOCAL_TIME_BYTES];

    text_add(out, local_time(begin, LOCAL_FULL, outage->begin_us));
    if (!outage->end_us) {
        text_addf(out, ", %s", history_end_word(history, url));
        return;
    }
    local_time(begin, LOCAL_DATE, outage->begin_us);
    local_time(date, LOCAL_DATE, outage->end_us);
    text_addf(out, " to %s",
              local_time(end, strcmp(begin, date) == 0 ? LOCAL_CLOCK : LOCAL_FULL, outage->end_us));
}

static void print_outage(const struct format_context *context, const struct history_url *url,
                         const struct history_outage *outage)
{
    const struct history *history = context->totals->history;
    struct text *out = context->out;
    char text[UNITS_TEXT_BYTES];

    text_add(out, FORMAT_INDENT);
    print_period(out, history, url, outage);
    text_addf(out, ", %s%s%s: ", format_seconds(text, history_outage_us(history, url, outage)),
              format_before_reason(context), cause_name(outage->cause));
    field_print(out, escape_text, outage->message ? outage->message : "");
    text_add_char(out, '\n');
}

static void print_url(struct format_context *context, const struct history_url *url)
{
    struct text *out = context->out;

    print_uptime(context, url);
    print_latency(out, "p50", url->p50_us);
    print_latency(out, "p95", url->p95_us);
    text_add(out, "  ");
    field_print(out, escape_url, url->url);
    if (url->attributes) {
        text_add_char(out, ' ');
        field_print(out, escape_text, url->attributes);
    }
    if (url->name) {
        text_add(out, "  (");
        field_print(out, escape_text, url->name);
        text_add_char(out, ')');
    }
    print_remarks(context, url);
    text_add_char(out, '\n');
    for (size_t i = 0; i < url->outage_count; i++)
        print_outage(context, url, &url->outages[i]);
}

static void end(struct format_context *context)
{
    const struct history *history = context->totals->history;

    for (size_t i = 0; i < history->count; i++) {
        if (history_wants(context, &history->urls[i]))
            print_url(context, &history->urls[i]);
    }
}

const struct format format_history_text = {.end = end};
