/* SPDX-License-Identifier: MIT */
/*
 * The text format of Prometheus, version 0.0.4, as node_exporter's textfile collector reads it
 * (https://prometheus.io/docs/instrumenting/exposition_formats/): it refuses the whole file if a sample
 * has a timestamp, if HELP or TYPE occur twice, or if the last line does not end. The metrics have the
 * names of blackbox_exporter where it has them, so that its dashboards and alerts can be used.
 *
 * All series of a metric stand together: a section for each. An UNKNOWN result has no series but
 * urlcheck_result_info, as nothing is known of the URL. What was not reached has no series either.
 */
#include "format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/units.h"
#include "fields.h"
#include "results/dedup.h"

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

struct state {
    struct dedup *labels;  /* that were printed: a series must not occur twice */
    bool has_any[METRICS]; /* whether the section has a series */
};

static void begin(struct format_context *context)
{
    struct state *state = context->state;

    state->labels = dedup_new();
}

static void release(struct format_context *context)
{
    struct state *state = context->state;

    dedup_free(state->labels);
}

/* Text from outside as the value of a label. Once it is escaped, it has no newline. */
static char *label_value(char *(*escape)(const char *), const char *text)
{
    char *escaped = escape(text);
    char *value = xmalloc(2 * strlen(escaped) + 1), *end = value;

    for (const char *c = escaped; *c; c++) {
        if (*c == '"' || *c == '\\')
            *end++ = '\\';
        *end++ = *c;
    }
    *end = '\0';
    free(escaped);
    return value;
}

/* The labels of a result's series. check="2" is the second result with the same URL and name. */
static char *labels_of(const struct target *target, struct dedup *printed)
{
    char *url = label_value(escape_url, *target->given ? target->given : "''");
    char *name = label_value(escape_text, target->name ? target->name : "");
    char *labels = xasprintf("instance=\"%s\",name=\"%s\"", url, name);
    size_t number = dedup_add_numbered(printed, labels);
    char *numbered = number > 1 ? xasprintf("%s,check=\"%zu\"", labels, number) : NULL;

    free(url);
    free(name);
    if (!numbered)
        return labels;
    free(labels);
    return numbered;
}

/* more: further labels, each after a comma. */
static void print_value(struct format_context *context, enum metric metric, const char *labels,
                        const char *more, const char *value)
{
    struct state *state = context->state;
    struct text *out = format_section(context, metric);

    state->has_any[metric] = true;
    text_add(out, descriptions[metric].name);
    text_add_char(out, '{');
    text_add(out, labels);
    text_add(out, more);
    text_add(out, "} ");
    text_add(out, value);
    text_add_char(out, '\n');
}

static void print_series(struct format_context *context, enum metric metric, const char *labels,
                         int64_t value)
{
    char text[UNITS_TEXT_BYTES];

    print_value(context, metric, labels, "", format_decimal(text, value, 0));
}

static void print_seconds(struct format_context *context, enum metric metric, const char *labels,
                          const char *more, int64_t time_us)
{
    char text[UNITS_TEXT_BYTES];

    print_value(context, metric, labels, more, format_decimal(text, time_us, 6));
}

static void print_info(struct format_context *context, const struct result *result,
                       const char *labels)
{
    char more[64];

    snprintf(more, sizeof(more), ",verdict=\"%s\",class=\"%s\"", verdict_name(result->verdict),
             cause_name(result->cause));
    print_value(context, INFO, labels, more, "1");
}

static void print_change(struct format_context *context, const struct result *result,
                         const char *labels)
{
    const char *word = change_name(result->transition.change);
    char more[64];

    if (!word)
        return;
    snprintf(more, sizeof(more), ",change=\"%s\"", word);
    print_value(context, CHANGE, labels, more, "1");
}

static void print_phases(struct format_context *context, const struct outcome *outcome,
                         const char *labels)
{
    static const char *const phases[] = {[PHASE_RESOLVE] = ",phase=\"resolve\"",
                                         [PHASE_CONNECT] = ",phase=\"connect\"",
                                         [PHASE_TLS] = ",phase=\"tls\"",
                                         [PHASE_RESPONSE] = ",phase=\"processing\"",
                                         [PHASE_BODY] = ",phase=\"transfer\""};

    for (enum phase phase = PHASE_RESOLVE; phase <= PHASE_BODY; phase++) {
        int64_t time_us = outcome_phase_us(outcome, phase);

        if (time_us >= 0)
            print_seconds(context, PHASES, labels, phases[phase], time_us);
    }
}

/* What is known only of a complete response. */
static void print_response(struct format_context *context, const struct result *result,
                           const char *labels)
{
    const struct outcome *outcome = &result->outcome;
    const char *url = outcome->final_url ? outcome->final_url : result->target->url;

    print_series(context, TLS, labels, strncasecmp(url, "https:", 6) == 0);
    if (outcome->http_version)
        print_value(context, VERSION, labels, "", outcome->http_version);
    print_series(context, BYTES, labels, outcome->bytes);
}

static void print_known(struct format_context *context, const struct result *result,
                        const char *labels)
{
    const struct outcome *outcome = &result->outcome;

    print_series(context, SUCCESS, labels, result->verdict != VERDICT_FAILED);
    print_seconds(context, DURATION, labels, "", outcome->total_us);
    if (outcome->phase == PHASE_NONE)
        return;
    print_series(context, STATUS, labels, result_status(result));
    print_series(context, REDIRECTS, labels, outcome->redirects);
    print_phases(context, outcome, labels);
    if (result_status(result))
        print_response(context, result, labels);
    if (outcome->cert_not_after)
        print_series(context, EXPIRY, labels, outcome->cert_not_after);
}

static void print_result(struct format_context *context, const struct result *result)
{
    struct state *state = context->state;
    char *labels = labels_of(result->target, state->labels);

    if (result->verdict != VERDICT_UNKNOWN)
        print_known(context, result, labels);
    print_info(context, result, labels);
    print_change(context, result, labels);
    free(labels);
}

static void print_head(struct text *out, const char *name, const char *help)
{
    text_addf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

/* A metric of the run. */
static void print_run_metric(struct format_context *context, const char *list, const char *name,
                             const char *help, double value)
{
    print_head(context->out, name, help);
    text_addf(context->out, "%s{list=\"%s\"} %.15g\n", name, list, value);
}

/* The list is a label, so that the files of two lists do not have the same series. */
static void print_run(struct format_context *context)
{
    const struct totals *totals = context->totals;
    char *list = label_value(escape_text, totals->list);

    if (context->settings->canaries.count)
        print_run_metric(context, list, "urlcheck_network_up",
                         "Whether the network here is up: 0 if every canary failed",
                         !totals->network_down);
    print_run_metric(context, list, "urlcheck_run_duration_seconds", "How long the run took",
                     us_to_seconds(totals->elapsed_us));
    print_run_metric(context, list, "urlcheck_run_end_timestamp_seconds",
                     "When the run that wrote this file ended, in Unix time",
                     us_to_seconds(totals->ended_at_us));
    free(list);
}

static void print_counts(struct format_context *context)
{
    static const char name[] = "urlcheck_results";
    char *list = label_value(escape_text, context->totals->list);

    print_head(context->out, name, "How many results have this verdict");
    for (enum verdict verdict = VERDICT_OK; verdict < VERDICT_COUNT; verdict++)
        text_addf(context->out, "%s{list=\"%s\",verdict=\"%s\"} %zu\n", name, list,
                  verdict_name(verdict), stats_count(context->totals->stats, verdict));
    free(list);
}

static void end(struct format_context *context)
{
    const struct state *state = context->state;

    for (enum metric metric = 0; metric < METRICS; metric++) {
        if (!state->has_any[metric])
            continue;
        print_head(context->out, descriptions[metric].name, descriptions[metric].help);
        format_copy_section(context, metric);
    }
    print_counts(context);
    print_run(context);
}

/* If the network here is down, nothing is known of any URL, and the file says only that. */
static bool trouble(struct format_context *context)
{
    if (!context->totals->network_down)
        return false;
    print_run(context);
    return true;
}

const struct format format_prometheus = {.begin = begin,
                                         .result = print_result,
                                         .end = end,
                                         .trouble = trouble,
                                         .release = release,
                                         .state_bytes = sizeof(struct state),
                                         .section_count = METRICS};
