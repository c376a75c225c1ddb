/* SPDX-License-Identifier: MIT */
/*
 * The text format of Prometheus, version 0.0.4, as node_exporter's textfile collector reads it
 * (https://prometheus.io/docs/instrumenting/exposition_formats/): it refuses the whole file if a sample
 * has a timestamp, if HELP or TYPE occur twice, or if the last line does not end. The metrics have the
 * names of blackbox_exporter where it has them, so that its dashboards and alerts can be used.
 *
 * An UNKNOWN result has no series but urlcheck_result_info, as nothing is known of the URL. What was not reached has
 * no series either.
 *
 * All samples of a metric stand together, so none can be written before the end. The labels of a result's samples
 * are nearly the same, and most of their bytes. So the section has a record for each result, with its labels once:
 *
 *     where each part begins, in bytes | labels | samples of metric 0 | samples of metric 1 | ...
 *
 * A sample is a line: further labels, if there are any, and the value. In the end the section is read once for
 * each metric.
 */
#include "format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/escape.h"
#include "base/units.h"

/* The metrics of a result. The first ones have the HELP of blackbox_exporter, as it must not differ. */
enum metric {
    SUCCESS,
    DURATION,
    STATUS,
    PHASES,
    REDIRECTS,
    TLS,
    VERSION,
    BYTES,
    EXPIRY,
    INFO,
    CHANGE,
    METRICS
};

struct description {
    const char *name;
    const char *help;
};

static const struct description descriptions[METRICS] = {
    [SUCCESS] = {"probe_success", "Displays whether or not the probe was a success"},
    [DURATION] = {"probe_duration_seconds",
                  "Returns how long the probe took to complete in seconds"},
    [STATUS] = {"probe_http_status_code", "Response HTTP status code"},
    [PHASES] = {"probe_http_duration_seconds",
                "Duration of http request by phase, summed over all redirects"},
    [REDIRECTS] = {"probe_http_redirects", "The number of redirects"},
    [TLS] = {"probe_http_ssl", "Indicates if SSL was used for the final redirect"},
    [VERSION] = {"probe_http_version", "Returns the version of HTTP of the probe response"},
    [BYTES] = {"probe_http_uncompressed_body_length", "Length of uncompressed response body"},
    [EXPIRY] = {"probe_ssl_earliest_cert_expiry", "Returns earliest SSL cert expiry in unixtime"},
    [INFO] = {"urlcheck_result_info", "Verdict and class of the last check, always 1"},
    [CHANGE] = {"urlcheck_change_info", "What the last run with --changes has reported, always 1"},
};

/* The beginning of a record: where the samples of each metric begin in it, and at last where it ends. */
struct starts {
    uint32_t of[METRICS + 1];
};

struct state {
    struct text run_labels; /* in the end */
    struct text *record;    /* the section, while a record is printed; borrowed */
    size_t record_start;    /* in it */
    size_t parts;           /* how many starts are known */
    struct starts starts;
    bool has_any[METRICS]; /* whether some record has samples of it */
};

static void release(struct format_context *context)
{
    struct state *state = context->state;

    text_release(&state->run_labels);
}

/* Escaped text, which has no newline, as the value of a label. */
static void add_label(struct text *labels, const char *name, const char *escaped)
{
    text_add_all(labels, name, "=\"");
    while (*escaped) {
        size_t plain = strcspn(escaped, "\"\\");

        text_add_bytes(labels, escaped, plain);
        escaped += plain;
        if (*escaped) {
            text_add_char(labels, '\\');
            text_add_char(labels, *escaped++);
        }
    }
    text_add_char(labels, '"');
}

/* The labels of a result's series. check="2": the second with the same URL and name has series of its own. */
static void print_labels(struct text *out, struct shown *shown)
{
    const char *name = shown_text(shown, SHOWN_NAME);
    size_t number = shown->result->number;

    add_label(out, "instance", shown_text(shown, SHOWN_URL));
    add_label(out, ",name", name ? name : "");
    if (number > 1)
        text_addf(out, ",check=\"%zu\"", number);
}

static struct text *begin_record(struct format_context *context)
{
    struct state *state = context->state;

    state->record = format_section(context, 0);
    state->record_start = state->record->length;
    state->parts = 0;
    text_add_bytes(state->record, (const char *)&state->starts, sizeof(state->starts));
    return state->record;
}

/* All parts up to this one begin here: what has no samples is empty. */
static void begin_part(struct state *state, size_t part)
{
    while (state->parts <= part)
        state->starts.of[state->parts++] = (uint32_t)(state->record->length - state->record_start);
}

static void end_record(struct state *state)
{
    begin_part(state, METRICS);
    memcpy(state->record->bytes + state->record_start, &state->starts, sizeof(state->starts));
}

/* Where a sample is printed to. The metrics of a result must come in their order, as a record has no other. */
static struct text *begin_sample(struct format_context *context, enum metric metric)
{
    struct state *state = context->state;

    begin_part(state, metric);
    state->has_any[metric] = true;
    return state->record;
}

static void print_value(struct format_context *context, enum metric metric, const char *value)
{
    text_add_all(begin_sample(context, metric), "} ", value, "\n");
}

static void print_number(struct format_context *context, enum metric metric, const char *more,
                         int64_t number, unsigned decimals)
{
    struct text *out = begin_sample(context, metric);

    text_add_all(out, more, "} ");
    text_add_decimal(out, number, decimals);
    text_add_char(out, '\n');
}

static void print_series(struct format_context *context, enum metric metric, int64_t value)
{
    print_number(context, metric, "", value, 0);
}

static void print_info(struct format_context *context, const struct result *result)
{
    text_add_all(begin_sample(context, INFO), ",verdict=\"", verdict_name(result->verdict),
                 "\",class=\"", cause_name(result->cause), "\"} 1\n");
}

static void print_change(struct format_context *context, const struct result *result)
{
    const char *word = change_name(result->transition.change);

    if (word)
        text_add_all(begin_sample(context, CHANGE), ",change=\"", word, "\"} 1\n");
}

static void print_phases(struct format_context *context, const struct outcome *outcome)
{
    static const char *const phases[] = {[PHASE_RESOLVE] = ",phase=\"resolve\"",
                                         [PHASE_CONNECT] = ",phase=\"connect\"",
                                         [PHASE_TLS] = ",phase=\"tls\"",
                                         [PHASE_RESPONSE] = ",phase=\"processing\"",
                                         [PHASE_BODY] = ",phase=\"transfer\""};

    for (enum phase phase = PHASE_RESOLVE; phase <= PHASE_BODY; phase++) {
        int64_t time_us = outcome_phase_us(outcome, phase);

        if (time_us >= 0)
            print_number(context, PHASES, phases[phase], time_us, 6);
    }
}

/* What is known only of a complete response. */
static void print_response(struct format_context *context, const struct result *result)
{
    const struct outcome *outcome = &result->outcome;
    const char *url = outcome->final_url ? outcome->final_url : result->target->url;

    print_series(context, TLS, strncasecmp(url, "https:", 6) == 0);
    if (outcome->http_version)
        print_value(context, VERSION, outcome->http_version);
    print_series(context, BYTES, outcome->bytes);
}

static void print_known(struct format_context *context, const struct result *result)
{
    const struct outcome *outcome = &result->outcome;

    print_series(context, SUCCESS, result->verdict != VERDICT_FAILED);
    print_number(context, DURATION, "", outcome->total_us, 6);
    if (outcome->phase == PHASE_NONE)
        return;
    print_series(context, STATUS, result_status(result));
    print_phases(context, outcome);
    print_series(context, REDIRECTS, outcome->redirects);
    if (result_status(result))
        print_response(context, result);
    if (outcome->cert_not_after)
        print_series(context, EXPIRY, outcome->cert_not_after);
}

static void print_result(struct format_context *context, const struct result *result)
{
    print_labels(begin_record(context), context->shown);
    if (result->verdict != VERDICT_UNKNOWN)
        print_known(context, result);
    print_info(context, result);
    print_change(context, result);
    end_record(context->state);
}

static void print_head(struct text *out, const char *name, const char *help)
{
    text_addf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

/* A metric of the run. The list is a label, so that the files of two lists do not have the same series. */
static void print_run_metric(struct format_context *context, const char *name, const char *help,
                             double value)
{
    const struct state *state = context->state;

    print_head(context->out, name, help);
    text_addf(context->out, "%s{%s} %.15g\n", name, state->run_labels.bytes, value);
}

static void make_run_labels(struct format_context *context)
{
    struct state *state = context->state;
    char *list = escape_text(context->totals->list);

    text_clear(&state->run_labels);
    add_label(&state->run_labels, "list", list);
    text_add_char(&state->run_labels, '\0');
    free(list);
}

static void print_run(struct format_context *context)
{
    const struct totals *totals = context->totals;

    if (context->settings->canaries.count)
        print_run_metric(context, "urlcheck_network_up",
                         "Whether the network here is up: 0 if every canary failed",
                         !totals->network_down);
    print_run_metric(context, "urlcheck_run_trouble",
                     "Whether results are missing or could not be remembered",
                     totals->trouble || totals->lesser_trouble);
    print_run_metric(context, "urlcheck_run_duration_seconds", "How long the run took",
                     us_to_seconds(totals->elapsed_us));
    print_run_metric(context, "urlcheck_run_end_timestamp_seconds",
                     "When the run that wrote this file ended, in Unix time",
                     us_to_seconds(totals->ended_at_us));
}

static void print_counts(struct format_context *context)
{
    static const char name[] = "urlcheck_results";
    const struct state *state = context->state;

    print_head(context->out, name, "How many results have this verdict");
    for (enum verdict verdict = VERDICT_OK; verdict < VERDICT_COUNT; verdict++)
        text_addf(context->out, "%s{%s,verdict=\"%s\"} %zu\n", name, state->run_labels.bytes,
                  verdict_name(verdict), stats_count(context->totals->stats, verdict));
}

/* Prints the samples that a record has of a metric. beginning: "name{" */
static void print_samples(struct text *out, const struct text *beginning, const char *record,
                          const struct starts *starts, enum metric metric)
{
    const char *labels = record + sizeof(*starts);
    const char *line = record + starts->of[metric], *end = record + starts->of[metric + 1];

    while (line < end) {
        size_t length = (size_t)((const char *)memchr(line, '\n', (size_t)(end - line)) + 1 - line);

        text_add_bytes(out, beginning->bytes, beginning->length);
        text_add_bytes(out, labels, starts->of[0] - sizeof(*starts));
        text_add_bytes(out, line, length);
        line += length;
    }
}

static void visit_records(struct format_context *context, void *argument, const char *bytes,
                          size_t count)
{
    const enum metric *metric = argument;
    struct text beginning = {0};
    struct starts starts;

    text_add_all(&beginning, descriptions[*metric].name, "{");
    for (const char *record = bytes; record < bytes + count; record += starts.of[METRICS]) {
        memcpy(&starts, record, sizeof(starts));
        print_samples(context->out, &beginning, record, &starts, *metric);
    }
    text_release(&beginning);
}

static void end(struct format_context *context)
{
    const struct state *state = context->state;

    for (enum metric metric = 0; metric < METRICS; metric++) {
        if (!state->has_any[metric])
            continue;
        print_head(context->out, descriptions[metric].name, descriptions[metric].help);
        format_visit_section(context, 0, visit_records, &metric);
    }
    make_run_labels(context);
    print_counts(context);
    print_run(context);
}

/* If the network here is down, nothing is known of any URL, and the file says only that. */
static bool trouble(struct format_context *context)
{
    if (!context->totals->network_down)
        return false;
    make_run_labels(context);
    print_run(context);
    return true;
}

const struct format format_prometheus = {.result = print_result,
                                         .end = end,
                                         .trouble = trouble,
                                         .release = release,
                                         .state_bytes = sizeof(struct state),
                                         .section_count = 1,
                                         .wants_numbers = true};
