/* SPDX-License-Identifier: MIT */
/*
 * CSV (RFC 4180), one row a result, with the fields of jsonl in a fixed order. New columns go to the
 * end: readers may count columns.
 */
#include "format.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "fields.h"

#define HEADER                                                                                     \
    "url,name,verdict,class,message,status,time_total,resolve,connect,tls,processing,transfer,"    \
    "final_url,redirects,remote_ip,http_version,bytes,cert_not_after,attempts,started_at,"         \
    "source_file,source_line"

static void begin(struct format_context *context)
{
    fputs(HEADER "\r\n", context->out);
}

/*
 * Text from outside. Spreadsheets take a cell that begins with one of =+-@ for a formula, which may
 * send data elsewhere (https://owasp.org/www-community/attacks/CSV_Injection): an apostrophe makes it
 * text.
 */
static void print_text(FILE *file, char *(*escape)(const char *), const char *text)
{
    char *escaped = escape(text ? text : "");
    const char *mark = *escaped && strchr("=+-@\t\r", *escaped) ? "'" : "";

    if (!strpbrk(escaped, ",\"\r\n")) {
        fprintf(file, "%s%s", mark, escaped);
    } else {
        fprintf(file, "\"%s", mark);
        for (const char *c = escaped; *c; c++)
            fprintf(file, "%s%c", *c == '"' ? "\"" : "", *c);
        fputc('"', file);
    }
    free(escaped);
}

/* Seconds, empty if the phase did not take place. */
static void print_seconds(FILE *file, int64_t time_us)
{
    if (time_us)
        fprintf(file, "%.6f", us_to_seconds(time_us));
    fputc(',', file);
}

static void print_times(FILE *file, const struct outcome *outcome)
{
    print_seconds(file, outcome->total_us);
    print_seconds(file, outcome->resolve_us);
    print_seconds(file, outcome->connect_us);
    print_seconds(file, outcome->tls_us);
    print_seconds(file, outcome->processing_us);
    print_seconds(file, outcome->transfer_us);
}

/* Dates and numbers of the response, from final_url to started_at. */
static void print_response(FILE *file, const struct result *result)
{
    const struct outcome *outcome = &result->outcome;
    const bool was_requested = outcome->phase != PHASE_NONE;
    char date[FIELD_DATE_BYTES], *url = field_final_url(result);

    print_text(file, escape_url, url);
    free(url);
    fputc(',', file);
    if (was_requested)
        fprintf(file, "%d", outcome->redirects);
    fprintf(file, ",%s,%s,", outcome->remote_ip,
            outcome->http_version ? outcome->http_version : "");
    if (was_requested)
        fprintf(file, "%lld", (long long)outcome->bytes);
    field_date(date, outcome->cert_not_after, -1);
    fprintf(file, ",%s,%d,", date, result->attempts);
    field_date(date, outcome->started_at_us / CLOCK_S, outcome->started_at_us % CLOCK_S);
    fprintf(file, "%s,", date);
}

static void print_result(struct format_context *context, const struct result *result)
{
    const struct target *target = result->target;
    FILE *file = context->out;
    int status = result_status(result);

    print_text(file, escape_url, target->given);
    fputc(',', file);
    print_text(file, escape_text, target->name);
    fprintf(file, ",%s,%s,", verdict_name(result->verdict), cause_name(result->cause));
    print_text(file, escape_text, field_message(result));
    fputc(',', file);
    if (status)
        fprintf(file, "%d", status);
    fputc(',', file);
    print_times(file, &result->outcome);
    print_response(file, result);
    print_text(file, escape_text, field_source_file(&target->source));
    fprintf(file, ",%zu\r\n", target->source.line);
}

const struct format format_csv = {.begin = begin, .result = print_result};
