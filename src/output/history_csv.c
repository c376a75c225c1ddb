/* SPDX-License-Identifier: MIT */
/*
 * --history as CSV (RFC 4180), a row a URL, with the last of its outages. New columns go to the end:
 * readers may count columns.
 */
#include "history_fields.h"

#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "csv_text.h"
#include "fields.h"

#define HEADER                                                                                     \
    "url,name,host,from,to,uptime,measured,up,down,maintenance,unknown,checks,blips,p50,p95,"      \
    "is_down,outages,outage_begin,outage_end,outage_duration,outage_class,outage_message,"         \
    "verdict,class,message,last_at,cert_not_after,attributes"

/* Followed by a comma; empty for 0, which is unknown. */
static void print_date(FILE *file, int64_t time_us)
{
    char date[FIELD_DATE_BYTES];

    field_date(date, time_us / CLOCK_S, -1);
    fprintf(file, "%s,", date);
}

static void print_seconds(FILE *file, int64_t us)
{
    fprintf(file, "%lld.%06d,", (long long)(us / CLOCK_S), (int)(us % CLOCK_S));
}

static void print_seconds_or_nothing(FILE *file, int64_t us)
{
    if (us)
        print_seconds(file, us);
    else
        fputc(',', file);
}

static void print_percent(FILE *file, int hundredths)
{
    if (hundredths >= 0)
        fprintf(file, "%d.%02d", hundredths / 100, hundredths % 100);
    fputc(',', file);
}

/* From outage_begin to outage_message. */
static void print_last_outage(FILE *file, const struct history *history,
                              const struct history_url *url)
{
    const struct history_outage *outage = url->outages;

    if (url->outage_count == 0) {
        fputs(",,,,,", file);
        return;
    }
    print_date(file, outage->begin_us);
    print_date(file, outage->end_us);
    print_seconds(file, history_outage_us(history, url, outage));
    fprintf(file, "%s,", cause_name(outage->cause));
    csv_print_text(file, escape_text, outage->message);
    fputc(',', file);
}

static void print_sums(FILE *file, const struct history_url *url)
{
    print_percent(file, history_uptime(&url->time));
    print_percent(file, history_measured(&url->time));
    print_seconds(file, url->time.up_us);
    print_seconds(file, url->time.down_us);
    print_seconds(file, url->time.maintenance_us);
    print_seconds(file, url->time.unknown_us);
    fprintf(file, "%zu,%zu,", url->checks, url->blips);
    print_seconds_or_nothing(file, url->p50_us);
    print_seconds_or_nothing(file, url->p95_us);
    fprintf(file, "%s,%zu,", url->is_down ? "true" : "false", url->outage_count);
}

static void print_url(FILE *file, const struct history *history, const struct history_url *url)
{
    csv_print_text(file, escape_url, url->url);
    fputc(',', file);
    csv_print_text(file, escape_text, url->name);
    fputc(',', file);
    csv_print_text(file, escape_text, url->host);
    fputc(',', file);
    print_date(file, history_begin_us(history, url));
    print_date(file, history->to_us);
    print_sums(file, url);
    print_last_outage(file, history, url);
    fprintf(file, "%s,%s,", verdict_name(url->verdict), cause_name(url->cause));
    csv_print_text(file, escape_text, url->message);
    fputc(',', file);
    print_date(file, url->last_us);
    print_date(file, url->cert_not_after_us);
    csv_print_text(file, escape_text, url->attributes);
    fputs("\r\n", file);
}

static void end(struct format_context *context)
{
    const struct history *history = context->totals->history;

    fputs(HEADER "\r\n", context->out);
    for (size_t i = 0; i < history->count; i++) {
        if (history_wants(context, &history->urls[i]))
            print_url(context->out, history, &history->urls[i]);
    }
}

const struct format format_history_csv = {.end = end};
