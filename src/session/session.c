/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd_limits.h"
#include "engine/signals.h"
#include "output/message.h"
#include "output/progress.h"
#include "output/summary.h"
#include "probe/judge.h"
#include "session_internal.h"

/* How often it is seen whether anybody still reads, while nothing is printed. */
#define READER_INTERVAL_US (1 * CLOCK_S)

static enum admission admit(void *context, struct target *target)
{
    struct session *session = context;

    switch (results_add(session->results, target)) {
    case 0: return ADMIT_SKIP;
    case 1: return ADMIT_CHECK;
    default: session->out_of_memory = true; return ADMIT_STOP;
    }
}

/* Both in threads. */
static void ask(void *context, const struct target *target, const struct probe_options *options,
                struct result *result)
{
    const struct session *session = context;
    struct outcome outcome;

    probe(session->prober, target, options, &outcome);
    judge_outcome(target, &outcome, result);
}

static void check(void *context, const struct target *target, const struct probe_options *options,
                  struct result *result)
{
    const struct session *session = context;
    int64_t until_us = gate_until_us(session->gate, target->host, clock_now_us());

    if (until_us) {
        *result = (struct result){.target = target, .held_until_us = until_us};
        return;
    }
    ask(context, target, options, result);
    gate_note(session->gate, &session->retry, result, clock_now_us());
}

bool session_print_known(struct session *session)
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

/* Whether all that the run was to find out is known with this result. */
static bool is_enough(struct session *session, const struct result *result)
{
    const struct settings *settings = session->settings;

    session->ok += result->verdict <= (settings->strict ? VERDICT_OK : VERDICT_FLAKY);
    return (settings->min_ok && session->ok == (size_t)settings->min_ok) ||
           (settings->fail_early && result->verdict == VERDICT_FAILED);
}

enum delivery session_deliver(void *context, struct result *result)
{
    struct session *session = context;
    bool enough = is_enough(session, result);

    /* What comes after that is nobody's answer: the run is being ended. */
    if (session->output_error || session->out_of_memory) {
        result_release(result);
        return DELIVERY_IN_VAIN;
    }
    stats_add(&session->stats, result);
    if (results_put(session->results, result)) {
        session->out_of_memory = true;
        return DELIVERY_IN_VAIN;
    }
    if (!session_print_known(session))
        return DELIVERY_IN_VAIN;
    return enough ? DELIVERY_ENOUGH : DELIVERY_GO_ON;
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

/* Says once that the limit on open files is in the way, when it is: others wait for it. */
static void tell_limit(struct session *session, const struct pulse *pulse)
{
    size_t left = results_count(session->results) - results_known(session->results);

    if (session->files == 0 || pulse->in_flight < session->in_flight_max ||
        left <= session->in_flight_max)
        return;
    message("%zu open files allow %zu checks at once, not %ld", session->files,
            session->in_flight_max, session->settings->parallel_max);
    session->files = 0;
}

/* Even where nothing is printed for long: whether its reader has gone. Sets errno. */
static bool is_abandoned(struct session *session, const struct pulse *pulse)
{
    if (pulse->now_us < session->looked_us + READER_INTERVAL_US)
        return false;
    session->looked_us = pulse->now_us;
    return output_look_for_reader(session->output) != 0;
}

/* Whether it would wait for ever: for more than there are. */
static bool is_hopeless(const struct session *session, const struct pulse *pulse)
{
    const struct settings *settings = session->settings;

    return settings->wait && pulse->list_ended && !session->output_error &&
           results_count(session->results) < (size_t)settings->min_ok;
}

static int64_t pause_for_output(void *context, const struct pulse *pulse)
{
    struct session *session = context;

    if (output_flush(session->output) || is_abandoned(session, pulse)) {
        session->output_error = errno;
        return PAUSE_IN_VAIN;
    }
    if (is_hopeless(session, pulse))
        return PAUSE_ENOUGH;
    tell_limit(session, pulse);
    progress_draw(&(struct progress_facts){.now_us = pulse->now_us,
                                           .total = results_count(session->results),
                                           .total_known = pulse->list_ended,
                                           .to_retry = pulse->again,
                                           .stats = &session->stats});
    if (progress_is_enabled())
        return pulse->now_us + PROGRESS_INTERVAL_US;
    return pulse->now_us + READER_INTERVAL_US;
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
static int open_session(struct session *session, const struct fd_limits *limits,
                        struct error *error)
{
    const struct settings *settings = session->settings;

    session->results = results_new(settings->unordered);
    session->gate = gate_new();
    if (!session->results || !session->gate) {
        error_set(error, "%s", strerror(errno));
        return EXIT_INTERNAL;
    }
    session->list = list_new(settings, error);
    if (!session->list)
        return is_shortage(errno) ? EXIT_INTERNAL : EXIT_USAGE;
    session->prober = prober_new(&settings->check, limits->lookups,
                                 fd_limits_idle(limits, (size_t)settings->parallel_max), error);
    if (!session->prober)
        return fd_limits_exhausted() ? EXIT_INTERNAL : EXIT_USAGE;
    session->output = output_open(settings, error);
    if (session->output)
        return 0;
    return errno == EINVAL ? EXIT_USAGE : EXIT_INTERNAL;
}

static struct retry_rules retry_rules_of(const struct session *session)
{
    const struct settings *settings = session->settings;

    return (struct retry_rules){
        .max = (int)settings->retry,
        .delay_us = settings->retry_delay_us,
        .wait = settings->wait,
        .wait_for_ok = settings->strict,
        .confirms = (int)settings->confirm,
        .confirm_delay_us = settings->confirm_delay_us,
        .until_us = settings->deadline_us ? session->started_us + settings->deadline_us : 0};
}

static struct canaries canaries_of(const struct settings *settings)
{
    return (struct canaries){.targets = (const struct target *const *)settings->canary_targets,
                             .count = settings->canaries.count,
                             .check = ask};
}

/* How many checks the limit on open files allows besides the canaries. */
static size_t in_flight_of(const struct settings *settings, const struct fd_limits *limits)
{
    size_t canaries = settings->canaries.count;

    return limits->in_flight > canaries ? limits->in_flight - canaries : 1;
}

static struct runner runner_of(struct session *session, const struct fd_limits *limits)
{
    const struct settings *settings = session->settings;
    size_t in_flight = in_flight_of(settings, limits);
    struct runner runner = {.parallel_max = (size_t)settings->parallel_max,
                            .rules = {.host_limit = (size_t)settings->parallel_max_host,
                                      .rate = settings->rate.count,
                                      .rate_period_us = settings->rate.period_us},
                            .retry = session->retry,
                            .canaries = canaries_of(settings),
                            .ends_early = settings->fail_early || settings->min_ok,
                            .deadline_us = session->retry.until_us,
                            .signals = session->signals,
                            .context = session,
                            .admit = admit,
                            .check = check,
                            .deliver = session_deliver,
                            .cancel = cancel,
                            .trim = trim,
                            .lowered = lowered,
                            .pause = pause_for_output};

    if (runner.parallel_max > in_flight) {
        runner.parallel_max = session->in_flight_max = in_flight;
        session->files = limits->files;
    }
    return runner;
}

/* Runs what was opened. Returns the exit status. */
static int run_session(struct session *session, const struct fd_limits *limits, bool *threads_left)
{
    struct runner runner;
    struct run run;
    int status;

    session->started_us = clock_now_us();
    session->retry = retry_rules_of(session);
    if (session->retry.until_us) {
        signals_end_at(session->signals, session->retry.until_us + SIGNALS_PATIENCE_US,
                       EXIT_DEADLINE);
        prober_end_at(session->prober, session->retry.until_us);
    }
    runner = runner_of(session, limits);
    if (wants_progress(session->settings))
        progress_enable(session->started_us);
    run = run_loop_run(&runner, session->list);
    *threads_left = run.threads_left;
    status = exit_status_finish_output(session, &run, exit_status_of_run(session, &run));
    if (session->wants_summary && results_count(session->results) && run.end != RUN_OFFLINE)
        summary_print(stderr, &session->stats, results_folded(session->results),
                      clock_now_us() - session->started_us);
    run_release(&run);
    return status;
}

int session_run(const struct settings *settings)
{
    struct session session = {.settings = settings, .wants_summary = wants_summary(settings)};
    struct fd_limits limits = fd_limits_raise();
    struct error error;
    bool threads_left = false;
    int status;

    stats_init(&session.stats, session.wants_summary);
    status = open_session(&session, &limits, &error);
    if (status == 0 && !(session.signals = signals_start())) {
        error_set(&error, "cannot begin: %s", strerror(errno));
        status = EXIT_INTERNAL;
    }
    if (status)
        message("%s", error.text);
    else
        status = run_session(&session, &limits, &threads_left);
    signals_stop(session.signals);
    if (threads_left || prober_free(session.prober))
        _exit(status);
    list_free(session.list);
    results_free(session.results);
    gate_free(session.gate);
    output_close(session.output, false, &error);
    stats_release(&session.stats);
    return status;
}
