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
    fputs(HEADER "\r\n", context->out);
}

/* Seconds; empty if time_us is negative. */
static void print_seconds(FILE *file, int64_t time_us)
{
    if (time_us >= 0)
        field_print_decimal(file, time_us, 6);
    fputc(',', file);
}

static void print_times(FILE *file, const struct outcome *outcome)
{
    print_seconds(file, outcome->total_us ? outcome->total_us : -1);
    for (enum phase phase = PHASE_RESOLVE; phase <= PHASE_BODY; phase++)
        print_seconds(file, outcome_phase_us(outcome, phase));
}

/* Empty for 0. */
static void print_date(FILE *file, int64_t time_us)
{
    char date[FIELD_DATE_BYTES];

    field_date(date, time_us / CLOCK_S, time_us % CLOCK_S);
    fputs(date, file);
}

/* Dates and numbers of the response, from final_url to started_at. */
static void print_response(FILE *file, const struct result *result)
{
    const struct outcome *outcome = &result->outcome;
    const bool was_requested = outcome->phase != PHASE_NONE;
    char date[FIELD_DATE_BYTES], *url = field_final_url(result);

    csv_print_text(file, escape_url, url);
    free(url);
    fputc(',', file);
    if (was_requested)
        field_print_decimal(file, outcome->redirects, 0);
    fprintf(file, ",%s,%s,", outcome->remote_ip,
            outcome->http_version ? outcome->http_version : "");
    if (was_requested)
        field_print_decimal(file, outcome->bytes, 0);
    field_date(date, outcome->cert_not_after, -1);
    fprintf(file, ",%s,%d,", date, result->attempts);
    print_date(file, outcome->started_at_us);
    fputc(',', file);
}

/* What --changes tells; empty if nothing has changed. */
static void print_transition(FILE *file, const struct transition *transition)
{
    const char *word = change_name(transition->change);

    fprintf(file, ",%s,", word ? word : "");
    print_date(file, transition->since_us);
    fputc(',', file);
    print_date(file, transition->until_us);
    fputc(',', file);
    if (transition->runs)
        field_print_decimal(file, transition->runs, 0);
}

/* The columns that were added later. */
static void print_columns_added(struct format_context *context, const struct result *result)
{
    FILE *file = context->out;
    int port = target_port(result->target);

    csv_print_text(file, escape_text, result->target->host);
    fputc(',', file);
    if (port)
        field_print_decimal(file, port, 0);
    fputc(',', file);
    csv_print_text(file, escape_text, result->outcome.used_proxy);
    fputc(',', file);
    csv_print_text(file, escape_text, result->outcome.content_type);
    fputc(',', file);
    csv_print_text(file, escape_text, result->place ? result->place : context->place);
    print_transition(file, &result->transition);
    fputs("\r\n", file);
}

static void print_result(struct format_context *context, const struct result *result)
{
    const struct target *target = result->target;
    FILE *file = context->out;
    int status = result_status(result);

    csv_print_text(file, escape_url, target->given);
    fputc(',', file);
    csv_print_text(file, escape_text, target->name);
    fprintf(file, ",%s,%s,", verdict_name(result->verdict), cause_name(result->cause));
    csv_print_text(file, escape_text, field_message(result));
    fputc(',', file);
    if (status)
        field_print_decimal(file, status, 0);
    fputc(',', file);
    print_times(file, &result->outcome);
    print_response(file, result);
    csv_print_text(file, escape_text, field_source_file(&target->source));
    fprintf(file, ",%zu,", target->source.line);
    print_columns_added(context, result);
}

const struct format format_csv = {.begin = begin, .result = print_result};
