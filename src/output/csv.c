/* SPDX-License-Identifier: MIT */
/*
 * CSV (RFC 4180), one row a result, with the fields of jsonl in a fixed order. New columns go to the
 * end: readers may count columns.
 */
#include "format.h"

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
        text_add_decimal(out, time_us, 6);
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
static void print_response(struct text *out, struct shown *shown)
{
    const struct result *result = shown->result;
    const struct outcome *outcome = &result->outcome;
    const bool was_requested = outcome->phase != PHASE_NONE;
    char date[FIELD_DATE_BYTES];

    csv_print(out, shown_text(shown, SHOWN_FINAL_URL));
    text_add_char(out, ',');
    if (was_requested)
        text_add_decimal(out, outcome->redirects, 0);
    text_add_all(out, ",", outcome->remote_ip, ",",
                 outcome->http_version ? outcome->http_version : "", ",");
    if (was_requested)
        text_add_decimal(out, outcome->bytes, 0);
    field_date(date, outcome->cert_not_after, -1);
    text_add_all(out, ",", date, ",");
    text_add_decimal(out, result->attempts, 0);
    text_add_all(out, ",", shown_started_at(shown), ",");
}

/* What --changes tells; empty if nothing has changed. */
static void print_transition(struct text *out, const struct transition *transition)
{
    const char *word = change_name(transition->change);

    text_add_all(out, ",", word ? word : "", ",");
    print_date(out, transition->since_us);
    text_add_char(out, ',');
    print_date(out, transition->until_us);
    text_add_char(out, ',');
    if (transition->runs)
        text_add_decimal(out, transition->runs, 0);
}

/* The columns that were added later. */
static void print_columns_added(struct format_context *context, const struct result *result)
{
    struct shown *shown = context->shown;
    struct text *out = context->out;
    int port = target_port(result->target);

    csv_print(out, shown_text(shown, SHOWN_HOST_NAME));
    text_add_char(out, ',');
    if (port)
        text_add_decimal(out, port, 0);
    text_add_char(out, ',');
    csv_print_text(out, escape_text, result->outcome.used_proxy);
    text_add_char(out, ',');
    csv_print(out, shown_text(shown, SHOWN_CONTENT_TYPE));
    text_add_char(out, ',');
    csv_print_text(out, escape_text, format_result_place(context, result));
    print_transition(out, &result->transition);
    text_add(out, "\r\n");
}

static void print_result(struct format_context *context, const struct result *result)
{
    struct shown *shown = context->shown;
    const struct target *target = result->target;
    struct text *out = context->out;
    int status = result_status(result);

    csv_print(out, *target->given ? shown_text(shown, SHOWN_URL) : "");
    text_add_char(out, ',');
    csv_print(out, shown_text(shown, SHOWN_NAME));
    text_add_all(out, ",", verdict_name(result->verdict), ",", cause_name(result->cause), ",");
    csv_print(out, shown_text(shown, SHOWN_REASON));
    text_add_char(out, ',');
    if (status)
        text_add_decimal(out, status, 0);
    text_add_char(out, ',');
    print_times(out, &result->outcome);
    print_response(out, shown);
    csv_print(out, shown_text(shown, SHOWN_FILE));
    text_add_char(out, ',');
    text_add_decimal(out, (int64_t)target->source.line, 0);
    text_add_char(out, ',');
    print_columns_added(context, result);
}

const struct format format_csv = {.begin = begin, .result = print_result};
