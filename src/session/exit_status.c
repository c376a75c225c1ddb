/* SPDX-License-Identifier: MIT */
#include "exit_status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/escape.h"
#include "delivery.h"
#include "output/message.h"
#include "output/nagios.h"
#include "output/progress.h"
#include "session/exit_codes.h"

void report_trouble(struct session *session, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(session->trouble.text, sizeof(session->trouble.text), format, arguments);
    va_end(arguments);
    message("%s", session->trouble.text);
}

/* Names a URL without a result. This is a fault of urlcheck's own, and never a silent one. */
static void report_missing(struct session *session)
{
    const struct job *job = results_next_unknown(session->results, NULL);
    char *url = job ? escape_url(job->target->given) : NULL;

    report_trouble(session, "no result for %s%s", url ? url : "a URL",
                   results_unknown(session->results) > 1 ? ", and others" : "");
    free(url);
}

/*
 * Delivers the jobs that the run has left without their last result: those with an earlier attempt
 * and, with make_results, those without any.
 */
static void deliver_unknown(struct session *session, const struct run_outcome *outcome,
                            bool make_results)
{
    struct job *job, *next;

    if (outcome->threads_left)
        results_keep_all(session->results);
    for (job = results_next_unknown(session->results, NULL); job; job = next) {
        bool is_unverified =
            job->result && session->config.canaries.count && run_needs_canary(job->result);

        next = results_next_unknown(session->results, job);
        if ((!job->result || is_unverified) && !make_results)
            continue;
        if (is_unverified)
            run_mark_unverified(outcome->end, job);
        else
            run_conclude_job(outcome->end, job);
        if (delivery_deliver(session, job) == DELIVERY_STOP)
            return;
    }
}

static bool has_no_failure(const struct session *session)
{
    const struct stats *stats = &session->stats;

    return stats->failed == 0 && stats->unknown == 0 &&
           (!session->settings->strict || (stats->warned == 0 && stats->flaky == 0));
}

/* Whether the deadline ended any check early: with --wait, whether not all URLs are OK yet. */
static bool was_cut_off(const struct session *session, const struct run_outcome *outcome)
{
    return outcome->unfinished || outcome->list_unread || results_unknown(session->results) ||
           (session->settings->wait && !has_no_failure(session));
}

static bool is_min_ok_reached(const struct session *session)
{
    size_t wanted = (size_t)session->settings->min_ok;

    return wanted && session->ok_count >= wanted;
}

static int status_of_verdicts(const struct session *session)
{
    const struct settings *settings = session->settings;
    const struct stats *stats = &session->stats;
    /* Not if the reader has gone: it needs no more. */
    bool lacks_ok = settings->min_ok && session->output_errno == 0;

    if (is_min_ok_reached(session))
        return EXIT_ALL_OK;
    if (stats->unknown)
        return EXIT_INTERNAL;
    if (lacks_ok && (stats->failed == 0 || settings->wait))
        message_remark("%zu OK, fewer than the %ld of --min-ok", session->ok_count,
                       settings->min_ok);
    return lacks_ok || !has_no_failure(session) ? EXIT_SOME_FAILED : EXIT_ALL_OK;
}

/* --min-ok or --fail-early ended the run: prints the known results, and skips jobs without one. */
static int end_early(struct session *session, const struct run_outcome *outcome)
{
    size_t left;
    int status;

    deliver_unknown(session, outcome, false);
    left = results_unknown(session->results);
    status = status_of_verdicts(session);
    results_skip_unknown(session->results);
    if (!delivery_print_known(session))
        return status; /* exit_status_close_output() deals with it */
    if (session->settings->fail_early && status != EXIT_ALL_OK && left)
        message_remark("stopped at the first FAILED, with %zu%s not checked", left,
                       outcome->list_unread ? " or more" : "");
    else if (session->settings->fail_early && status != EXIT_ALL_OK)
        message_remark("stopped at the first FAILED");
    return status;
}

/* A signal or the deadline ended the run. */
static int end_interrupted(struct session *session, const struct run_outcome *outcome)
{
    deliver_unknown(session, outcome, true);
    delivery_print_known(session);
    if (session->is_cut)
        message("there was no time to print all URLs that were not checked");
    if (outcome->list_unread)
        message("%s: the list was not read to its end",
                outcome->signal ? "interrupted" : "the deadline came");
    if (outcome->signal)
        return 128 + outcome->signal;
    return is_min_ok_reached(session) ? EXIT_ALL_OK : EXIT_DEADLINE;
}

static int status_of_end(struct session *session, const struct run_outcome *outcome)
{
    const struct settings *settings = session->settings;
    struct error error;

    switch (outcome->end) {
    case RUN_INTERRUPTED: return end_interrupted(session, outcome);
    case RUN_DEADLINE:
        if (was_cut_off(session, outcome))
            return end_interrupted(session, outcome);
        break;
    case RUN_LOST: report_missing(session); return EXIT_INTERNAL;
    case RUN_FAILED:
        report_trouble(session, "%s", outcome->error.text);
        if (alloc_is_exhausted())
            results_skip_unknown(session->results);
        return EXIT_INTERNAL;
    case RUN_OFFLINE:
        if (*outcome->error.text)
            report_trouble(session, "the network here is down: every canary failed (%s)",
                           outcome->error.text);
        else
            report_trouble(session,
                           "the network here is down: no canary answered before the deadline");
        return EXIT_INTERNAL;
    case RUN_STOPPED:
        if (session->output_errno != EPIPE)
            return EXIT_INTERNAL;
        return status_of_verdicts(session);
    case RUN_ENOUGH: return end_early(session, outcome);
    case RUN_DONE: break;
    }
    if (!settings->allow_empty && list_was_empty(session->list, &error)) {
        report_trouble(session, "%s", error.text);
        return EXIT_USAGE;
    }
    return status_of_verdicts(session);
}

/* With --exit-on trouble, results are what counts, whatever they are. */
static int status_if_delivered(const struct session *session, int status)
{
    bool has_results = status == EXIT_SOME_FAILED || status == EXIT_DEADLINE;

    return has_results && session->settings->exit_on == EXIT_ON_TROUBLE ? EXIT_ALL_OK : status;
}

int exit_status_of_run(struct session *session, const struct run_outcome *outcome)
{
    int status = status_of_end(session, outcome);

    return status == EXIT_DEADLINE && outcome->list_unread ? status
                                                           : status_if_delivered(session, status);
}

static bool reads_stdin_only(const struct settings *settings)
{
    return settings->input_count == 1 && strcmp(settings->inputs[0].text, "-") == 0;
}

int exit_status_of_merge(struct session *session, const struct run_outcome *outcome)
{
    const struct stats *stats = &session->stats;
    int status;

    if (outcome->signal)
        return 128 + outcome->signal;
    if (outcome->end == RUN_DEADLINE)
        return EXIT_DEADLINE;
    if (outcome->end == RUN_FAILED || *session->merged.lost_input.text ||
        (session->output_errno && session->output_errno != EPIPE))
        return EXIT_INTERNAL;
    if (stats_done(stats) == 0 && !session->settings->allow_empty) {
        report_trouble(session, "%s",
                       reads_stdin_only(session->settings)
                           ? "--merge: no results on standard input (name the jsonl files)"
                           : "no results in the merged files");
        return EXIT_USAGE;
    }
    status = status_of_verdicts(session);
    if (status == EXIT_INTERNAL &&
        stats->classes[VERDICT_UNKNOWN][CAUSE_DEADLINE] == stats->unknown)
        status = EXIT_DEADLINE;
    return status_if_delivered(session, status);
}

/* The first list's name, for reports. */
static const char *list_name(const struct settings *settings)
{
    if (settings->expect)
        return source_file_name(&(struct source){.file = settings->expect});
    for (size_t i = 0; i < settings->input_count; i++) {
        const struct input *input = &settings->inputs[i];

        if (input->kind == INPUT_FILE)
            return source_file_name(&(struct source){.file = input->text});
    }
    return "command line";
}

/* Those of the merged runs. */
static void use_merged_totals(const struct session *session, struct totals *totals)
{
    const struct merged *merged = &session->merged;

    totals->folded += merged->replaced;
    totals->started_at_us = merged->started_at_us;
    totals->ended_at_us = merged->ended_at_us;
    totals->elapsed_us = merged->ended_at_us - merged->started_at_us;
    totals->place = merged->place;
    if (!session->settings->expect)
        totals->list = merged->list ? source_file_name(&(struct source){.file = merged->list})
                                    : "command line";
}

const char *exit_status_lesser_trouble(const struct session *session)
{
    if (*session->merged.lost_input.text)
        return session->merged.lost_input.text;
    return session->is_state_broken ? session->state_trouble.text : NULL;
}

/* What formats and Nagios print of the run. */
static struct totals totals_of(struct session *session, const struct run_outcome *outcome,
                               int status)
{
    bool is_complete = (run_delivers_all(outcome->end) || outcome->end == RUN_ENOUGH) &&
                       !alloc_is_exhausted() && !*session->trouble.text;

    struct totals totals = {.stats = &session->stats,
                            .folded = results_folded(session->results),
                            .started_at_us = session->started_at_us,
                            .ended_at_us = clock_read_us(CLOCK_REALTIME),
                            .elapsed_us = clock_now_us() - session->started_us,
                            .exit_status = status,
                            .list = list_name(session->settings),
                            .history = session->history,
                            .trouble = is_complete ? NULL : session->trouble.text,
                            .network_down = outcome->end == RUN_OFFLINE,
                            .lesser_trouble = exit_status_lesser_trouble(session)};

    if (session->settings->merge)
        use_merged_totals(session, &totals);
    return totals;
}

int exit_status_close_output(struct session *session, const struct run_outcome *outcome, int status)
{
    bool has_failed = session->output_errno && session->output_errno != EPIPE;
    struct totals totals;
    struct error error;
    int closed;

    progress_clear();
    if (has_failed) {
        message("cannot write %s: %s", output_failed_name(session->output),
                strerror(session->output_errno));
        status = EXIT_INTERNAL;
    }
    if (alloc_is_exhausted() && outcome->end != RUN_FAILED) {
        report_trouble(session, "out of memory");
        status = EXIT_INTERNAL;
    }
    totals = totals_of(session, outcome, status);
    closed = output_close(session->output, session->output_errno ? NULL : &totals, &error);
    session->is_delivered =
        closed == 0 && errno != EPIPE && !session->output_errno && !totals.trouble;
    session->output = NULL;
    if (closed) {
        message("%s", error.text);
        status = EXIT_INTERNAL;
        has_failed = true;
    }
    if (output_is_for_nagios(session->settings) && !has_failed)
        return (int)nagios_state(session->settings, &totals);
    return status;
}
