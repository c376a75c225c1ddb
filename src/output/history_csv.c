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
static void print_date(struct text *out, int64_t time_us)
{
    char date[FIELD_DATE_BYTES];

    field_date(date, time_us / CLOCK_S, -1);
    text_addf(out, "%s,", date);
}

static void print_seconds(struct text *out, int64_t us)
{
    text_addf(out, "%lld.%06d,", (long long)(us / CLOCK_S), (int)(us % CLOCK_S));
}

static void print_seconds_or_nothing(struct text *out, int64_t us)
{
    if (us)
        print_seconds(out, us);
    else
        text_add_char(out, ',');
}

static void print_percent(struct text *out, int hundredths)
{
    if (hundredths >= 0)
        text_addf(out, "%d.%02d", hundredths / 100, hundredths % 100);
    text_add_char(out, ',');
}

/* From outage_begin to outage_message. */
static void print_last_outage(struct text *out, const struct history *history,
                              const struct history_url *url)
{
    const struct history_outage *outage = url->outages;

    if (url->outage_count == 0) {
        text_add(out, ",,,,,");
        return;
    }
    print_date(out, outage->begin_us);
    print_date(out, outage->end_us);
    print_seconds(out, history_outage_us(history, url, outage));
    text_addf(out, "%s,", cause_name(outage->cause));
    csv_print_text(out, escape_text, outage->message);
    text_add_char(out, ',');
}

static void print_sums(struct text *out, const struct history_url *url)
{
    print_percent(out, history_uptime(&url->time));
    print_percent(out, history_measured(&url->time));
    print_seconds(out, url->time.up_us);
    print_seconds(out, url->time.down_us);
    print_seconds(out, url->time.maintenance_us);
    print_seconds(out, url->time.unknown_us);
    text_addf(out, "%zu,%zu,", url->checks, url->blips);
    print_seconds_or_nothing(out, url->p50_us);
    print_seconds_or_nothing(out, url->p95_us);
    text_addf(out, "%s,%zu,", url->is_down ? "true" : "false", url->outage_count);
}

static void print_url(struct text *out, const struct history *history,
                      const struct history_url *url)
{
    csv_print_text(out, escape_url, url->url);
    text_add_char(out, ',');
    csv_print_text(out, escape_text, url->name);
    text_add_char(out, ',');
    csv_print_text(out, escape_text, url->host);
    text_add_char(out, ',');
    print_date(out, history_begin_us(history, url));
    print_date(out, history->to_us);
    print_sums(out, url);
    print_last_outage(out, history, url);
    text_addf(out, "%s,%s,", verdict_name(url->verdict), cause_name(url->cause));
    csv_print_text(out, escape_text, url->message);
    text_add_char(out, ',');
    print_date(out, url->last_us);
    print_date(out, url->cert_not_after_us);
    csv_print_text(out, escape_text, url->attributes);
    text_add(out, "\r\n");
}

static void end(struct format_context *context)
{
    const struct history *history = context->totals->history;

    text_add(context->out, HEADER "\r\n");
    for (size_t i = 0; i < history->count; i++) {
        if (history_wants(context, &history->urls[i]))
            print_url(context->out, history, &history->urls[i]);
    }
}

const struct format format_history_csv = {.end = end};
