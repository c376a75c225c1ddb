/* SPDX-License-Identifier: MIT */
/*
 * One JSON document: "results", the objects of jsonl, one on each line, then what is known of the run.
 * In this order the results need not wait in a spool for the totals. A comma begins the next line, so that the line of
 * a result is whole at once: on a terminal, the progress line would overwrite a line that has not ended.
 */
#include "format.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "fields.h"
#include "json_value.h"
#include "jsonl.h"

static void begin(struct format_context *context)
{
    text_add(context->out, "{\"results\":[\n");
}

static void print_result(struct format_context *context, const struct result *result)
{
    (void)result; /* it is that of context->shown */
    if (context->count > 1)
        text_add_char(context->out, ',');
    jsonl_print(context, context->out);
    text_add_char(context->out, '\n');
}

static json_t *count(size_t number)
{
    return json_integer((json_int_t)number);
}

static json_t *date(int64_t time_us)
{
    char text[FIELD_DATE_BYTES];

    field_date(text, time_us / CLOCK_S, time_us % CLOCK_S);
    return json_string(text);
}

static json_t *verdicts_of(const struct stats *stats)
{
    /* clang-format off */
    return json_pack(
        "{so so so so so}",
        verdict_name(VERDICT_OK), count(stats->ok),
        verdict_name(VERDICT_WARN), count(stats->warned),
        verdict_name(VERDICT_FLAKY), count(stats->flaky),
        verdict_name(VERDICT_FAILED), count(stats->failed),
        verdict_name(VERDICT_UNKNOWN), count(stats->unknown));
    /* clang-format on */
}

/* Only those that some result has, whatever its verdict. */
static json_t *classes_of(const struct stats *stats)
{
    json_t *classes = json_object();

    for (int cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++) {
        size_t sum = 0;

        for (int verdict = 0; verdict < VERDICT_COUNT; verdict++)
            sum += stats->classes[verdict][cause];
        if (sum)
            json_object_set_new(classes, cause_name((enum cause)cause), count(sum));
    }
    return classes;
}

static json_t *percentile(struct stats *stats, unsigned percent)
{
    return json_real(us_to_seconds(stats_percentile_us(stats, percent)));
}

/* null if there was no complete response. */
static json_t *latency_of(struct stats *stats)
{
    if (stats->latency_count == 0)
        return json_null();
    /* clang-format off */
    return json_pack(
        "{so so so so so}",
        "count", count(stats->latency_count),
        "p50", percentile(stats, 50),
        "p90", percentile(stats, 90),
        "p99", percentile(stats, 99),
        "max", percentile(stats, 100));
    /* clang-format on */
}

static json_t *slowest_of(const struct stats *stats)
{
    json_t *slowest = json_array();

    for (size_t i = 0; i < STATS_SLOWEST && stats->slowest[i].url; i++)
        json_array_append_new(
            slowest, json_pack("{so sf}", "url", json_text(escape_url, stats->slowest[i].url),
                               "time_total", us_to_seconds(stats->slowest[i].total_us)));
    return slowest;
}

static json_t *run_of(const struct format_context *context)
{
    const struct totals *totals = context->totals;

    /* clang-format off */
    return json_pack(
        "{so so so so sf si so so so so so so so}",
        "list", json_text(escape_text, totals->list),
        "place", json_text(escape_text, format_place(context)),
        "started_at", date(totals->started_at_us),
        "ended_at", date(totals->ended_at_us),
        "elapsed", us_to_seconds(totals->elapsed_us),
        "exit_status", totals->exit_status,
        "trouble",
        json_text(escape_text, totals->trouble ? totals->trouble : totals->lesser_trouble),
        "count", count(stats_done(totals->stats)),
        "duplicates", count(totals->folded),
        "verdicts", verdicts_of(totals->stats),
        "classes", classes_of(totals->stats),
        "latency", latency_of(totals->stats),
        "slowest", slowest_of(totals->stats));
    /* clang-format on */
}

static void end(struct format_context *context)
{
    char *run = json_to_text(run_of(context));

    text_add_all(context->out, "],", run + 1, "\n"); /* without the first brace */
    free(run);
}

/* Standard output gets a document that says what is missing; a file stays as it was. */
static bool trouble(struct format_context *context)
{
    if (context->kind != DESTINATION_FILE)
        end(context);
    return false;
}

const struct format format_json = {.begin = begin,
                                   .result = print_result,
                                   .end = end,
                                   .trouble = trouble,
                                   .wants_latencies = true};
