/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/clock.h"
#include "engine/gate.h"
#include "engine/limits.h"
#include "engine/runner.h"
#include "engine/signals.h"
#include "output/escape.h"
#include "output/message.h"
#include "output/output.h"
#include "output/progress.h"
#include "output/summary.h"
#include "probe/probe.h"
#include "results/results.h"
#include "results/stats.h"

struct session {
    const struct settings *settings;
    struct list *list;
    struct prober *prober;
    struct signals *signals;
    struct gate *gate;
    struct retry_rules retry;
    struct results *results;
    struct output *output;
    struct stats stats;
    bool wants_summary;
    int64_t started_us;
    bool out_of_memory; /* that ended the run */
    int output_error;   /* errno of the write that ended the run; 0 if none did */
    size_t files;       /* the limit on open files, if it is what limits the checks in flight */
    size_t in_flight_max;
};

static enum admission admit(void *context, struct target *target)
{
    struct session *session = context;

    switch (results_add(session->results, target)) {
    case 0: return ADMIT_SKIP;
    case 1: return ADMIT_CHECK;
    default: session->out_of_memory = true; return ADMIT_STOP;
    }
}

/* In a thread of the crew. */
static void check(void *context, const struct target *target, bool last, struct result *result)
{
    const struct session *session = context;
    struct outcome outcome;
    int64_t until_us = gate_until_us(session->gate, target->host, clock_now_us());

    if (until_us) {
        *result = (struct result){.target = target, .held_until_us = until_us};
        return;
    }
    probe(session->prober, target, last, &outcome);
    verdict_judge(target, &outcome, result);
    until_us = retries_hold_until_us(&session->retry, result, clock_now_us());
    if (until_us)
        gate_close(session->gate, target->host, until_us);
}

static bool print_known(struct session *session)
{
    const struct result *result;

    while ((result = results_next(session->results))) {
        progress_clear();
        if (output_record(session->output, result)) {
            session->output_error = errno;
            return false;
        }
    }
    return true;
}

static bool deliver(void *context, struct result *result)
{
    struct session *session = context;

    /* What comes after that is nobody's answer: the run is being ended. */
    if (session->output_error || session->out_of_memory) {
        result_release(result);
        return false;
    }
    stats_add(&session->stats, result);
    if (results_put(session->results, result)) {
        session->out_of_memory = true;
        return false;
    }
    return print_known(session);
}

static void cancel(void *context)
{
    prober_cancel(((struct session *)context)->prober);
}

static void trim(void *context)
{
    prober_trim(((struct session *)context)->prober);
}

static void lowered(void *context, size_t in_flight, int os_error)
{
    (void)context;
    message("%s: checking at most %zu at once", strerror(os_error ? os_error : ENOMEM), in_flight);
}

/* Says once that the limit on open files is in the way, when it is. */
static void tell_limit(struct session *session, const struct pulse *pulse)
{
    if (session->files == 0 || pulse->in_flight < session->in_flight_max)
        return;
    message("%zu open files allow %zu checks at once, not %ld", session->files,
            session->in_flight_max, session->settings->parallel_max);
    session->files = 0;
}

static int64_t pause_for_output(void *context, const struct pulse *pulse)
{
    struct session *session = context;

    if (output_flush(session->output)) {
        session->output_error = errno;
        return -1;
    }
    tell_limit(session, pulse);
    progress_draw(&(struct progress_facts){.now_us = pulse->now_us,
                                           .total = results_count(session->results),
                                           .total_known = pulse->list_ended,
                                           .stats = &session->stats});
    return progress_is_enabled() ? pulse->now_us + PROGRESS_INTERVAL_US : CLOCK_NEVER;
}

/* For those who watch: not where nothing moves, nor where nobody looks. */
static bool wants_progress(const struct settings *settings)
{
    const char *terminal = getenv("TERM");

    return isatty(STDERR_FILENO) && !settings->no_progress && !settings->quiet &&
           !settings->silent && terminal && strcmp(terminal, "dumb") != 0;
}

static bool wants_summary(const struct settings *settings)
{
    if (settings->silent)
        return false;
    return settings->summary || (isatty(STDERR_FILENO) && !settings->quiet);
}

static bool is_shortage(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOMEM;
}

/* Opens all that a run needs. 0, or the exit status, with the reason. */
static int open_session(struct session *session, const struct limits *limits, struct reason *reason)
{
    const struct settings *settings = session->settings;

    session->results = results_new(settings->unordered);
    session->gate = gate_new();
    if (!session->results || !session->gate) {
        reason_set(reason, "%s", strerror(errno));
        return EXIT_TROUBLE;
    }
    session->list = list_new(settings, reason);
    if (!session->list)
        return is_shortage(errno) ? EXIT_TROUBLE : EXIT_USAGE;
    session->prober = prober_new(&settings->check, limits->lookups,
                                 (size_t)settings->parallel_max > limits->at_ease, reason);
    if (!session->prober)
        return limits_out_of_files() ? EXIT_TROUBLE : EXIT_USAGE;
    session->output = output_open(settings, reason);
    if (session->output)
        return 0;
    return errno == EINVAL ? EXIT_USAGE : EXIT_TROUBLE;
}

/* Says which URLs had no result: it can only be a mistake of ours, but never a silent one. */
static void tell_missing(struct session *session)
{
    const struct target *target = results_missing(session->results);
    size_t missing = results_count(session->results) - results_known(session->results);

    char *url = target ? escape_url(target->given) : NULL;

    if (url)
        message("no result for %s%s", url, missing > 1 ? ", and others" : "");
    free(url);
}

/* What a run that was cut short leaves without a result has one all the same. */
static void cancel_missing(struct session *session, const struct run *run)
{
    const struct target *target;

    if (run->threads_left)
        results_retain(session->results);
    while (session->output_error == 0 && !session->out_of_memory &&
           (target = results_missing(session->results))) {
        struct result result;

        run_make_result(run->end, target, &result);
        if (!deliver(session, &result))
            return;
    }
}

/* Whether anything was left to do at the deadline. */
static bool was_too_short(const struct session *session, const struct run *run)
{
    return run->unfinished || run->list_unread ||
           results_known(session->results) < results_count(session->results);
}

/* The run itself came to an end: what that means for the exit status. */
static int judge_run(struct session *session, const struct run *run)
{
    const struct settings *settings = session->settings;

    switch (run->end) {
    case RUN_INTERRUPTED:
    case RUN_DEADLINE:
        if (run->end == RUN_DEADLINE && !was_too_short(session, run))
            break;
        cancel_missing(session, run);
        if (run->list_unread)
            message("%s: the list was not read to its end",
                    run->signal ? "interrupted" : "the deadline came");
        return run->signal ? 128 + run->signal : EXIT_DEADLINE;
    case RUN_LOST: tell_missing(session); return EXIT_TROUBLE;
    case RUN_FAILED: message("%s", run->reason.text); return EXIT_TROUBLE;
    case RUN_STOPPED:
        if (session->output_error != EPIPE)
            return EXIT_TROUBLE;
        break;
    case RUN_DONE: break;
    }
    if (results_count(session->results) == 0 && !settings->allow_empty) {
        message("no URLs given");
        return EXIT_USAGE;
    }
    if (session->stats.local)
        return EXIT_TROUBLE;
    if (session->stats.failed || (settings->strict && session->stats.warned))
        return EXIT_SOME_FAILED;
    return EXIT_ALL_OK;
}

/*
 * A reader that has gone away is no trouble: it has what it wanted. Files appear only if the run
 * has a result for each URL; not half of one because of something else.
 */
static int finish_output(struct session *session, const struct run *run, int status)
{
    bool complete = run_has_all(run->end) && !session->out_of_memory && session->output_error == 0;
    bool gone = session->output_error == EPIPE;
    struct reason reason;

    progress_clear();
    if (session->out_of_memory)
        message("out of memory");
    else if (session->output_error && !gone)
        message("cannot write %s: %s", output_failed_name(session->output),
                strerror(session->output_error));
    if (output_close(session->output, complete && status != EXIT_USAGE, &reason)) {
        message("%s", reason.text);
        status = EXIT_TROUBLE;
    }
    session->output = NULL;
    return session->out_of_memory || (session->output_error && !gone) ? EXIT_TROUBLE : status;
}

static struct retry_rules retry_rules_of(const struct session *session)
{
    const struct settings *settings = session->settings;

    return (struct retry_rules){
        .max = (int)settings->retry,
        .delay_us = settings->retry_delay_us,
        .until_us = settings->deadline_us ? session->started_us + settings->deadline_us : 0};
}

static struct runner runner_of(struct session *session, const struct limits *limits)
{
    const struct settings *settings = session->settings;
    struct runner runner = {.parallel_max = (size_t)settings->parallel_max,
                            .rules = {.host_limit = (size_t)settings->parallel_max_host,
                                      .rate = settings->rate.count,
                                      .rate_period_us = settings->rate.period_us},
                            .retry = session->retry,
                            .deadline_us = session->retry.until_us,
                            .signals = session->signals,
                            .context = session,
                            .admit = admit,
                            .check = check,
                            .deliver = deliver,
                            .cancel = cancel,
                            .trim = trim,
                            .lowered = lowered,
                            .pause = pause_for_output};

    if (runner.parallel_max > limits->in_flight) {
        runner.parallel_max = session->in_flight_max = limits->in_flight;
        session->files = limits->files;
    }
    return runner;
}

/* Runs what was opened. Returns the exit status. */
static int run_session(struct session *session, const struct limits *limits, bool *threads_left)
{
    struct runner runner;
    struct run run;
    int status;

    session->started_us = clock_now_us();
    session->retry = retry_rules_of(session);
    if (session->retry.until_us)
        signals_end_at(session->signals, session->retry.until_us + SIGNALS_PATIENCE_US,
                       EXIT_DEADLINE);
    runner = runner_of(session, limits);
    if (wants_progress(session->settings))
        progress_enable(session->started_us);
    run = runner_run(&runner, session->list);
    *threads_left = run.threads_left;
    status = finish_output(session, &run, judge_run(session, &run));
    if (session->wants_summary && results_count(session->results))
        summary_print(stderr, &session->stats, results_folded(session->results),
                      clock_now_us() - session->started_us);
    return status;
}

int session_run(const struct settings *settings)
{
    struct session session = {.settings = settings, .wants_summary = wants_summary(settings)};
    struct limits limits = limits_raise();
    struct reason reason;
    bool threads_left = false;
    int status;

    stats_init(&session.stats, session.wants_summary);
    status = open_session(&session, &limits, &reason);
    if (status == 0 && !(session.signals = signals_start())) {
        reason_set(&reason, "cannot begin: %s", strerror(errno));
        status = EXIT_TROUBLE;
    }
    if (status)
        message("%s", reason.text);
    else
        status = run_session(&session, &limits, &threads_left);
    signals_stop(session.signals);
    if (threads_left || prober_free(session.prober))
        _exit(status);
    list_free(session.list);
    results_free(session.results);
    gate_free(session.gate);
    output_close(session.output, false, &reason);
    stats_release(&session.stats);
    return status;
}
