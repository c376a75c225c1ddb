/* SPDX-License-Identifier: MIT */
/*
 * CSV (RFC 4180), one row a result, with the fields of jsonl in a fixed order. New columns go to the
 * end: readers may count columns.
 */
#include "format.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/escape.h"
#include "csv_text.h"
#include "fields.h"

#define HEADER                                                                                     \
    "url,name,verdict,class,message,status,time_total,resolve,connect,tls,processing,transfer,"    \
    "final_url,redirects,remote_ip,http_version,bytes,cert_not_after,attempts,started_at,"         \
    "source_file,source_line,host,port,proxy,content_type,place,change,since,until,runs"

static void begin(struct format_context *context)
{
    text_add(context->out, HEADER "\r\n");
}

/* Seconds; empty if time_us is negative. */
static void print_seconds(struct text *out, int64_t time_us)
{
    if (time_us >= 0)
        field_print_decimal(out, time_us, 6);
    text_add_char(out, ',');
}

static void print_times(struct text *out, const struct outcome *outcome)
{
    print_seconds(out, outcome->total_us ? outcome->total_us : -1);
    for (enum phase phase = PHASE_RESOLVE; phase <= PHASE_BODY; phase++)
        print_seconds(out, outcome_phase_us(outcome, phase));
}

/* Empty for 0. */
static void print_date(struct text *out, int64_t time_us)
{
    char date[FIELD_DATE_BYTES];

    field_date(date, time_us / CLOCK_S, time_us % CLOCK_S);
    text_add(out, date);
}

/* Dates and numbers of the response, from final_url to started_at. */
static void print_response(struct text *out, const struct result *result)
{
    const struct outcome *outcome = &result->outcome;
    const bool was_requested = outcome->phase != PHASE_NONE;
    char date[FIELD_DATE_BYTES], *url = field_final_url(result);

    csv_print_text(out, escape_url, url);
    free(url);
    text_add_char(out, ',');
    if (was_requested)
        field_print_decimal(out, outcome->redirects, 0);
    text_addf(out, ",%s,%s,", outcome->remote_ip,
              outcome->http_version ? outcome->http_version : "");
    if (was_requested)
        field_print_decimal(out, outcome->bytes, 0);
    field_date(date, outcome->cert_not_after, -1);
    text_addf(out, ",%s,%d,", date, result->attempts);
    print_date(out, outcome->started_at_us);
    text_add_char(out, ',');
}

/* What --changes tells; empty if nothing has changed. */
static void print_transition(struct text *out, const struct transition *transition)
{
    const char *word = change_name(transition->change);

    text_addf(out, ",%s,", word ? word : "");
    print_date(out, transition->since_us);
    text_add_char(out, ',');
    print_date(out, transition->until_us);
    text_add_char(out, ',');
    if (transition->runs)
        field_print_decimal(out, transition->runs, 0);
}

/* The columns that were added later. */
static void print_columns_added(struct format_context *context, const struct result *result)
{
    struct text *out = context->out;
    int port = target_port(result->target);

    csv_print_text(out, escape_text, result->target->host);
    text_add_char(out, ',');
    if (port)
        field_print_decimal(out, port, 0);
    text_add_char(out, ',');
    csv_print_text(out, escape_text, result->outcome.used_proxy);
    text_add_char(out, ',');
    csv_print_text(out, escape_text, result->outcome.content_type);
    text_add_char(out, ',');
    csv_print_text(out, escape_text, result->place ? result->place : context->place);
    print_transition(out, &result->transition);
    text_add(out, "\r\n");
}

static void print_result(struct format_context *context, const struct result *result)
{
    const struct target *target = result->target;
    struct text *out = context->out;
    int status = result_status(result);

    csv_print_text(out, escape_url, target->given);
    text_add_char(out, ',');
    csv_print_text(out, escape_text, target->name);
    text_addf(out, ",%s,%s,", verdict_name(result->verdict), cause_name(result->cause));
    csv_print_text(out, escape_text, field_message(result));
    text_add_char(out, ',');
    if (status)
        field_print_decimal(out, status, 0);
    text_add_char(out, ',');
    print_times(out, &result->outcome);
    print_response(out, result);
    csv_print_text(out, escape_text, field_source_file(&target->source));
    text_addf(out, ",%zu,", target->source.line);
    print_columns_added(context, result);
}

const struct format format_csv = {.begin = begin, .result = print_result};
