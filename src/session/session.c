/* SPDX-License-Identifier: MIT */
#include "session/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd_limits.h"
#include "base/text.h"
#include "engine/run_loop.h"
#include "engine/signals.h"
#include "output/message.h"
#include "output/nagios.h"
#include "output/progress.h"
#include "output/summary.h"
#include "session/exit_codes.h"
#include "session/process.h"
#include "check_target.h"
#include "delivery.h"
#include "exit_status.h"
#include "merge.h"
#include "ping.h"
#include "remember.h"

/* How often to check that standard output still has a reader, while nothing is printed. */
#define READER_INTERVAL_US (1 * CLOCK_S)

static enum admission admit(void *context, struct job *job)
{
    struct session *session = context;

    if (!results_add(session->results, job))
        return ADMIT_SKIP;
    remember_admit(session, job->target);
    return ADMIT_CHECK;
}

static void judge(void *context, struct result *result)
{
    remember_judge(context, result);
}

static void cancel(void *context)
{
    prober_cancel(((struct session *)context)->prober);
}

static void trim(void *context)
{
    prober_trim(((struct session *)context)->prober);
}

static void limit_lowered(void *context, size_t limit, int error_number)
{
    (void)context;
    message("%s: checking at most %zu at once", strerror(error_number ? error_number : ENOMEM),
            limit);
}

/* Reports once that the limit on open files slows the run down, when it does. */
static void report_file_limit(struct session *session, const struct run_status *status)
{
    size_t allowed = session->limit_of_files;

    if (allowed == 0 || status->in_flight < allowed || results_unknown(session->results) <= allowed)
        return;
    message("%zu open files allow %zu check%s at once, not %ld", session->limits.files, allowed,
            allowed == 1 ? "" : "s", session->settings->parallel_max);
    session->limit_of_files = 0;
}

/* Even if nothing is printed for long: whether the reader of standard output has gone. Sets errno. */
static bool is_reader_gone(struct session *session, int64_t now_us)
{
    if (now_us < session->reader_checked_us + READER_INTERVAL_US)
        return false;
    session->reader_checked_us = now_us;
    return output_look_for_reader(session->output) != 0;
}

/* Whether --wait waits for more URLs to be OK than there are. */
static bool waits_for_too_many(const struct session *session, const struct run_status *status)
{
    const struct settings *settings = session->settings;

    return settings->wait && status->list_ended &&
           results_count(session->results) < (size_t)settings->min_ok;
}

static void draw_progress(const struct session *session, const struct run_status *status)
{
    progress_draw(
        &(struct progress_facts){.now_us = status->now_us,
                                 .total = results_count(session->results),
                                 .total_known = status->list_ended,
                                 .in_flight = status->in_flight,
                                 .queued = status->queued,
                                 .to_retry = status->awaiting_retry,
                                 .awaited = status->awaited ? status->awaited->given : NULL,
                                 .awaited_since_us = status->awaited_since_us,
                                 .canaries_since_us = status->canaries_since_us,
                                 .next_us = status->next_us,
                                 .stats = &session->stats});
}

static int64_t on_idle(void *context, const struct run_status *status)
{
    struct session *session = context;

    if (!delivery_print_known(session))
        return ON_IDLE_STOP;
    if (output_flush(session->output) || is_reader_gone(session, status->now_us)) {
        session->output_errno = errno;
        return ON_IDLE_STOP;
    }
    if (waits_for_too_many(session, status))
        return ON_IDLE_ENOUGH;
    report_file_limit(session, status);
    draw_progress(session, status);
    return status->now_us + (progress_is_enabled() ? PROGRESS_INTERVAL_US : READER_INTERVAL_US);
}

/* Whether the progress line would overwrite what --write-out has printed. */
static bool is_line_open(const struct settings *settings)
{
    return settings->write_out && !settings->write_out->ends_line && isatty(STDOUT_FILENO);
}

static bool wants_progress(const struct settings *settings)
{
    return !is_line_open(settings) && !settings->no_progress && !settings->silent &&
           progress_is_possible();
}

/* Opens the list, and what checks need. 0, or the exit status, with the error. */
static int open_checks(struct session *session, struct error *error)
{
    const struct settings *settings = session->settings;
    const struct fd_limits *limits = &session->limits;

    session->list = list_new(settings, error);
    if (!session->list)
        return error_is_shortage(errno) ? EXIT_INTERNAL : EXIT_USAGE;
    session->prober = prober_new(&settings->check, limits->lookups,
                                 fd_limits_idle(limits, (size_t)settings->parallel_max), error);
    if (!session->prober)
        return fd_limits_exhausted() ? EXIT_INTERNAL : EXIT_USAGE;
    return 0;
}

/* Opens the files of --merge. 0, or the exit status, with the error. */
static int open_merge(struct session *session, struct error *error)
{
    int status;

    session->merge = merge_run_new(session, &status, error);
    return status;
}

/* Opens all that a run needs. 0, or the exit status, with the error. */
static int open_session(struct session *session, struct error *error)
{
    const struct settings *settings = session->settings;
    int status = settings->merge ? open_merge(session, error) : open_checks(session, error);

    if (status)
        return status;
    session->output = output_open(settings, error);
    if (!session->output)
        return errno == EINVAL ? EXIT_USAGE : EXIT_INTERNAL;
    session->results = results_new(output_keeps_order(session->output) || settings->changes,
                                   output_wants_numbers(session->output));
    session->holds_results = settings->changes;
    session->stats.keeps_latencies |= output_wants_latencies(session->output);
    remember_open(session);
    return 0;
}

/*
 * Waits for the turn of this run, and tells --ping-url that it begins. 0; ENDS_AT_ONCE: another run is
 * not to be disturbed; or the exit status, with the error.
 */
#define ENDS_AT_ONCE (-1)
static int begin_session(struct session *session, struct error *error)
{
    session->signals = signals_start();
    if (!session->signals) {
        error_set(error, "cannot begin: %s", strerror(errno));
        return EXIT_INTERNAL;
    }
    switch (run_lock_take(&session->lock, session->settings, session->signals, session->deadline_us,
                          error)) {
    case RUN_LOCK_TAKEN: break;
    case RUN_LOCK_SKIPPED: return ENDS_AT_ONCE;
    case RUN_LOCK_INTERRUPTED: return 128 + session->lock.signal;
    case RUN_LOCK_LATE: return EXIT_DEADLINE;
    case RUN_LOCK_FAILED: remember_without_file(session, error); break;
    }
    session->pinger = pinger_start(session->settings, session->signals);
    return 0;
}

static void set_deadline(struct session *session, int64_t deadline_us)
{
    session->config.deadline_us = session->config.retries.deadline_us = deadline_us;
    signals_end_at(session->signals, deadline_us + SIGNALS_PATIENCE_US,
                   output_is_for_nagios(session->settings) ? NAGIOS_UNKNOWN : EXIT_DEADLINE);
    prober_end_at(session->prober, deadline_us);
}

/* Descriptors may allow fewer checks than wanted, next to those of the canaries. */
static void set_parallel_max(struct session *session)
{
    size_t canaries = session->settings->canaries.count;
    size_t allowed = session->limits.in_flight;

    allowed = allowed > canaries ? allowed - canaries : 1;
    session->config.parallel_max = (size_t)session->settings->parallel_max;
    if (session->config.parallel_max > allowed)
        session->config.parallel_max = session->limit_of_files = allowed;
}

static void configure(struct session *session)
{
    const struct settings *settings = session->settings;

    session->config =
        (struct run_config){.scheduling = {.host_limit = (size_t)settings->parallel_max_host,
                                           .rate = settings->rate.count,
                                           .rate_period_us = settings->rate.period_us},
                            .retries = {.max = (int)settings->retry,
                                        .delay_us = settings->retry_delay_us,
                                        .wait = settings->wait,
                                        .wait_for_ok = settings->strict,
                                        .confirms = (int)settings->confirm,
                                        .confirm_delay_us = settings->confirm_delay_us},
                            .canaries = {.targets = settings->canary_targets,
                                         .count = settings->canaries.count,
                                         .check = check_target},
                            .may_end_early = settings->fail_early || settings->min_ok,
                            .signals = session->signals,
                            .context = session,
                            .check = check_target,
                            .judge = settings->slower_than.factor > 0 ? judge : NULL,
                            .admit = admit,
                            .deliver = delivery_deliver,
                            .cancel = cancel,
                            .trim = trim,
                            .limit_lowered = limit_lowered,
                            .on_idle = on_idle};
    set_parallel_max(session);
    if (session->deadline_us != CLOCK_NEVER)
        set_deadline(session, session->deadline_us);
}

/* Prints the counts of the run; with --merge, those of the merged runs. */
static void print_summary(struct text *out, struct session *session)
{
    const struct merged *merged = &session->merged;

    if (session->merge)
        summary_print(out, &session->stats, results_folded(session->results) + merged->replaced, 0,
                      merged->ended_at_us - merged->started_at_us);
    else
        summary_print(out, &session->stats, results_folded(session->results),
                      list_left_out(session->list), clock_now_us() - session->started_us);
}

/* Prints what people want to know of the whole run. */
static void sum_up(struct session *session, size_t rows_seen)
{
    struct text text = {0};

    if (recap_is_needed(session->recap, rows_seen))
        recap_print(&text, session->recap);
    print_summary(&text, session);
    fwrite(text.bytes, 1, text.length, stderr);
    text_release(&text);
}

/* Checks the URLs of the list. */
static struct run_outcome check_all(struct session *session)
{
    configure(session);
    if (wants_progress(session->settings))
        progress_enable(session->started_us);
    return run_loop(&session->config, session->list);
}

/* Runs what was opened. Returns the exit status. */
static int run_session(struct session *session, bool *threads_left)
{
    struct run_outcome outcome;
    size_t rows_seen;
    int status;

    session->started_us = clock_now_us();
    session->started_at_us = clock_read_us(CLOCK_REALTIME);
    outcome = session->merge ? merge_run(session->merge) : check_all(session);
    *threads_left = outcome.threads_left;
    status = session->merge ? exit_status_of_merge(session, &outcome)
                            : exit_status_of_run(session, &outcome);
    status = remember_commit(session, &outcome, status);
    status = remember_read_history(session, status);
    delivery_release(session);
    rows_seen = output_rows_seen(session->output);
    status = exit_status_close_output(session, &outcome, status);
    status = remember_set_notified(session, status);
    if (summary_is_wanted(session->settings) && stats_done(&session->stats) &&
        outcome.end != RUN_OFFLINE)
        sum_up(session, rows_seen);
    return status;
}

/* What --ping-url reports of the run: the trouble, the counts, the failures. The caller frees it. */
static char *make_report(struct session *session)
{
    const char *trouble =
        *session->trouble.text ? session->trouble.text : exit_status_lesser_trouble(session);
    struct text text = {0};

    if (trouble)
        text_addf(&text, "%s\n", trouble);
    if (stats_done(&session->stats))
        print_summary(&text, session);
    if (session->stats.failed)
        recap_print(&text, session->recap);
    text_add_char(&text, '\0');
    return text.bytes;
}

/* Tells --ping-url how the run has ended. True: some threads did not end. */
static bool report_end(struct session *session, int status)
{
    char *report = session->pinger ? make_report(session) : NULL;
    bool threads_left = pinger_finish(session->pinger, status, report);

    free(report);
    return threads_left;
}

/* Opens what the run needs, and runs it. Returns the exit status. */
static int open_and_run(struct session *session, bool *threads_left)
{
    struct error error;
    int status = begin_session(session, &error);

    if (status == ENDS_AT_ONCE)
        return EXIT_ALL_OK;
    if (status == 0)
        status = open_session(session, &error);
    if (status == 0)
        return run_session(session, threads_left);
    session->trouble = error;
    return process_report_start(session->settings, &error, status);
}

int session_run(const struct settings *settings)
{
    struct session session = {.settings = settings,
                              .limits = fd_limits_raise(settings->output_count * OUTPUT_FILES_MAX),
                              .lock.fd = -1,
                              .deadline_us = CLOCK_NEVER};
    struct error error;
    bool threads_left = false;
    int status;

    if (settings->deadline_us)
        session.deadline_us = clock_now_us() + settings->deadline_us;
    if (summary_is_wanted(settings) || settings->ping_url.count)
        session.recap = recap_new();
    stats_init(&session.stats, session.recap != NULL);
    if (settings->merge)
        session.stats.cancelled = "no result";
    status = open_and_run(&session, &threads_left);
    run_lock_release(&session.lock);
    threads_left |= report_end(&session, status);
    signals_stop(session.signals);
    if (threads_left || prober_free(session.prober))
        quick_exit(status);
    list_free(session.list);
    results_free(session.results);
    state_close(session.state);
    output_close(session.output, NULL, &error);
    history_free(session.history);
    merge_run_free(session.merge);
    stats_release(&session.stats);
    recap_free(session.recap);
    return status;
}
