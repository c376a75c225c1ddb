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
#include "details.h"
#include "fields.h"
#include "local_time.h"

/* As "0.123s"; "-" for 0, which is none. */
static void print_latency(FILE *file, const char *name, int64_t latency_us)
{
    if (latency_us)
        fprintf(file, "  %s %6.3fs", name, us_to_seconds(latency_us));
    else
        fprintf(file, "  %s %7s", name, "-");
}

/* Whole percents, or tenths if it is less than one; both are rounded down. As wide as the others. */
static void print_measured(FILE *file, int hundredths)
{
    if (hundredths >= 100)
        fprintf(file, " of the %3d %% measured", hundredths / 100);
    else if (hundredths >= 10)
        fprintf(file, " of the 0.%d %% measured", hundredths / 10);
    else
        fputs(" of   < 0.1 % measured", file);
}

static void print_count(FILE *file, const char **separator, size_t count, const char *what)
{
    char text[UNITS_TEXT_BYTES];

    if (count == 0)
        return;
    fprintf(file, "%s%s %s%s", *separator, format_count(text, count), what, count > 1 ? "s" : "");
    *separator = ", ";
}

/* What else matters: "2 outages, 1 blip, first check 28 Nov 2026, 14:05 CET" */
static void print_remarks(FILE *file, const struct history *history, const struct history_url *url)
{
    int64_t begin_us = history_begin_us(history, url);
    const char *separator = "  ";
    char text[LOCAL_TIME_BYTES];

    print_count(file, &separator, url->outage_count, "outage");
    print_count(file, &separator, url->blips, "blip");
    if (begin_us > history->from_us)
        fprintf(file, "%sfirst check %s", separator, local_time(text, LOCAL_FULL, begin_us));
}

static const char *color_of(const struct history_url *url)
{
    return url->is_down ? "\033[31;1m" : url->outage_count ? "\033[1m" : "\033[32m";
}

static void print_uptime(const struct format_context *context, const struct history_url *url)
{
    char percent[HISTORY_PERCENT_BYTES];
    FILE *file = context->out;

    if (url->time.unknown_us == history_span_us(&url->time)) {
        fprintf(file, "%30s", "not measured yet");
        return;
    }
    fprintf(file, "%s%6s %%%s", context->color ? color_of(url) : "",
            history_percent(percent, history_uptime(&url->time)), context->color ? "\033[m" : "");
    print_measured(file, history_measured(&url->time));
}

/* "28 Nov 2026, 14:05 CET to 14:35 CET"; the date of the end is printed if it is another one. */
static void print_period(FILE *file, const struct history *history, const struct history_url *url,
                         const struct history_outage *outage)
{
    char begin[LOCAL_TIME_BYTES], end[LOCAL_TIME_BYTES], date[LOCAL_TIME_BYTES];

    fputs(local_time(begin, LOCAL_FULL, outage->begin_us), file);
    if (!outage->end_us) {
        fprintf(file, ", %s", history_end_word(history, url));
        return;
    }
    local_time(begin, LOCAL_DATE, outage->begin_us);
    local_time(date, LOCAL_DATE, outage->end_us);
    fprintf(file, " to %s",
            local_time(end, strcmp(begin, date) == 0 ? LOCAL_CLOCK : LOCAL_FULL, outage->end_us));
}

static void print_outage(FILE *file, const struct history *history, const struct history_url *url,
                         const struct history_outage *outage)
{
    char text[UNITS_TEXT_BYTES];

    fputs(DETAILS_INDENT, file);
    print_period(file, history, url, outage);
    fprintf(file, ", %s  %s: ", format_seconds(text, history_outage_us(history, url, outage)),
            cause_name(outage->cause));
    field_print(file, escape_text, outage->message ? outage->message : "");
    fputc('\n', file);
}

static void print_url(struct format_context *context, const struct history_url *url)
{
    const struct history *history = context->totals->history;
    FILE *file = context->out;

    print_uptime(context, url);
    print_latency(file, "p50", url->p50_us);
    print_latency(file, "p95", url->p95_us);
    fputs("  ", file);
    field_print(file, escape_url, url->url);
    if (url->attributes) {
        fputc(' ', file);
        field_print(file, escape_text, url->attributes);
    }
    if (url->name) {
        fputs("  (", file);
        field_print(file, escape_text, url->name);
        fputc(')', file);
    }
    print_remarks(file, history, url);
    fputc('\n', file);
    for (size_t i = 0; i < url->outage_count; i++)
        print_outage(file, history, url, &url->outages[i]);
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
