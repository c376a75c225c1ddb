/* SPDX-License-Identifier: MIT */
#include "engine/run_loop.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "run_state.h"

/* How far the list is read ahead of the checks: enough to find other hosts in a sorted list. */
#define LOOK_AHEAD 4096
/* While threads are idle for want of hosts that may be asked, as far as this. */
#define LOOK_FAR_AHEAD 65536
#define BATCH 64
/* While the threads have enough to do: how many results wake main, and after how long fewer do. */
#define LINGER_RESULTS 32
#define LINGER_US (1 * CLOCK_MS)

/* After a signal: when to read on no more, and when to wait for results no more. */
#define DRAIN_US (1 * CLOCK_S)
#define PATIENCE_US (CLOCK_S * 8 / 5)

/* How many results are to come: none once one is lost, as all that could be sent have been. */
static size_t awaited(const struct progress *progress)
{
    return progress->lost ? 0 : worker_pool_in_flight(progress->pool);
}

static void look_at_the_clock(struct progress *progress)
{
    int64_t deadline_us = progress->runner->deadline_us;

    if (deadline_us == 0 || clock_now_us() < deadline_us || progress->stopping)
        return;
    progress->run->unfinished |= !progress->list_ended;
    progress_stop(progress, network_is_known(progress) ? RUN_DEADLINE : RUN_OFFLINE);
    list_stop_waiting(list_reader_list(progress->reader));
}

static void take_results(struct progress *progress)
{
    struct result results[BATCH];
    ssize_t count;

    if (awaited(progress) == 0)
        return;
    count = worker_pool_receive(progress->pool, results, BATCH, 0);
    progress->results_come = count > 0;
    look_at_the_clock(progress); /* before the results of those that it has ended are seen */
    if (count < 0 && errno == EDEADLK) {
        progress->lost = true;
        progress_stop(progress, RUN_LOST);
    }
    for (ssize_t i = 0; i < count; i++)
        progress_take_result(progress, &results[i]);
    if (worker_pool_in_flight(progress->pool) <= progress->limit)
        progress->lowering = false;
}

static void take_target(struct progress *progress, struct target *target)
{
    const struct runner *runner = progress->runner;

    switch (runner->admit(runner->context, target)) {
    case ADMIT_SKIP: return;
    case ADMIT_STOP: progress_stop(progress, RUN_STOPPED); return;
    case ADMIT_CHECK: break;
    }
    if (target->problem)
        progress_deliver_unchecked(progress, target, CAUSE_BAD_INPUT, target->problem);
    else if (progress->stopping)
        progress_deliver_unfinished(progress, target);
    else if (scheduler_add(progress->scheduler, target))
        progress_deliver_unchecked(progress, target, CAUSE_LOCAL, strerror(errno));
}

/* Whether to read on: there is room in the look-ahead, or nothing in it that may start. */
static bool wants_targets(const struct progress *progress)
{
    size_t waiting = scheduler_waiting(progress->scheduler);

    if (progress->list_ended)
        return false;
    if (progress->stopping)
        return run_has_all(progress->run->end) && clock_now_us() < progress->stopped_us + DRAIN_US;
    return network_is_known(progress) &&
           waiting < (progress->starved ? LOOK_FAR_AHEAD : LOOK_AHEAD);
}

static void take_targets(struct progress *progress)
{
    struct target *targets[BATCH];
    ssize_t count;

    if (!wants_targets(progress))
        return;
    count = chan_recv_many(list_reader_targets(progress->reader), targets, BATCH, 0);
    if (count == 0)
        progress->list_ended = true;
    for (ssize_t i = 0; i < count; i++)
        take_target(progress, targets[i]);
}

static void take_signal(struct progress *progress)
{
    int number;

    if (chan_recv_many(signals_received(progress->runner->signals), &number, 1, 0) != 1)
        return;
    progress->run->signal = number;
    progress_stop(progress, RUN_INTERRUPTED);
    list_stop_waiting(list_reader_list(progress->reader));
}

static bool may_start(const struct progress *progress)
{
    return worker_pool_has_room(progress->pool) && !progress->stopping && !progress->resting &&
           !network_bars_checks(progress);
}

/* False: this machine rests. */
static bool start_check(struct progress *progress, const struct target *target)
{
    const struct probe_options options = {
        .close_connection =
            progress->confirming || !scheduler_has_more(progress->scheduler, target),
        .fresh_since_us = retries_fresh_us(&progress->retries, target),
    };

    if (worker_pool_start(progress->pool, target, &options) == 0)
        return true;
    return !progress_lacks_thread(progress, target, errno);
}

static void start_checks(struct progress *progress)
{
    progress->starved = false;
    progress->resting = clock_now_us() < progress->shortage.rest_until_us;
    while (may_start(progress)) {
        const struct target *target = scheduler_next(progress->scheduler, clock_now_us());

        progress->starved = !target && scheduler_is_starved(progress->scheduler);
        if (!target || !start_check(progress, target))
            return;
    }
}

static void cancel_waiting(struct progress *progress)
{
    const struct target *target;

    while ((target = scheduler_drop(progress->scheduler)))
        progress_deliver_unfinished(progress, target);
    progress_deliver_parked(progress);
}

static bool is_over(const struct progress *progress)
{
    if (progress->stopping)
        return (awaited(progress) == 0 && !wants_targets(progress)) ||
               clock_now_us() >= progress->stopped_us + PATIENCE_US ||
               progress->run->end == RUN_LOST;
    return progress_is_idle(progress) && network_is_settled(progress);
}

/* When to go on although no channel has anything. */
static int64_t wake_us(const struct progress *progress)
{
    int64_t wake = progress->pause_us;
    int64_t due = scheduler_wake_us(progress->scheduler);

    if (scheduler_waiting(progress->scheduler) && progress->resting)
        due = progress->shortage.rest_until_us;
    if (worker_pool_has_room(progress->pool) && !network_bars_checks(progress) && due < wake)
        wake = due;
    if (network_wake_us(progress) < wake)
        wake = network_wake_us(progress);
    if (progress->stopping && progress->stopped_us + PATIENCE_US < wake)
        wake = progress->stopped_us + PATIENCE_US;
    due = progress->runner->deadline_us;
    if (!progress->stopping && due && due < wake)
        wake = due;
    return wake;
}

static void pause_run(struct progress *progress)
{
    const struct runner *runner = progress->runner;
    struct pulse pulse = {.now_us = clock_now_us(),
                          .in_flight = worker_pool_in_flight(progress->pool),
                          .again = retries_count(&progress->retries),
                          .list_ended = progress->list_ended};

    progress->pause_us = runner->pause(runner->context, &pulse);
    if (progress->pause_us >= 0)
        return;
    progress_stop(progress, progress->pause_us == PAUSE_ENOUGH ? RUN_ENOUGH : RUN_STOPPED);
    progress->pause_us = CLOCK_NEVER;
}

/* As long as the threads have enough to do and results come, main is woken once for many. */
static int64_t linger_us(struct progress *progress, int64_t wake_us)
{
    bool may_linger =
        worker_pool_is_supplied(progress->pool) && progress->results_come && !progress->stopping;
    int64_t until_us = clock_now_us() + LINGER_US;

    chan_set_batch(worker_pool_results(progress->pool), may_linger ? LINGER_RESULTS : 1);
    return may_linger && until_us < wake_us ? until_us : wake_us;
}

static void wait_for_something(struct progress *progress)
{
    struct chan *chans[] = {
        progress->stopping ? NULL : signals_received(progress->runner->signals),
        awaited(progress) ? worker_pool_results(progress->pool) : NULL,
        wants_targets(progress) ? list_reader_targets(progress->reader) : NULL,
        network_answers(progress),
    };

    chan_select(chans, sizeof(chans) / sizeof(chans[0]), linger_us(progress, wake_us(progress)));
}

static void drive(struct progress *progress)
{
    for (;;) {
        if (!progress->stopping && progress_is_idle(progress))
            progress_confirm(progress);
        network_look(progress);
        if (progress->stopping)
            cancel_waiting(progress);
        else
            start_checks(progress);
        pause_run(progress);
        if (is_over(progress))
            return;
        wait_for_something(progress);
        take_signal(progress);
        take_results(progress);
        look_at_the_clock(progress);
        take_targets(progress);
    }
}

bool run_has_all(enum run_end end)
{
    return end == RUN_DONE || end == RUN_INTERRUPTED || end == RUN_DEADLINE;
}

void run_make_result(enum run_end end, const struct target *target, struct result *result)
{
    if (end == RUN_DEADLINE)
        result_without_probe(target, CAUSE_DEADLINE, "not done at the deadline", result);
    else
        result_without_probe(target, CAUSE_CANCELLED, "interrupted", result);
}

bool run_take_known(struct run *run, struct result *result)
{
    return retries_take_any(&run->retries, result);
}

void run_release(struct run *run)
{
    retries_release(&run->retries);
}

static void fail(struct run *run, const char *what)
{
    run->end = RUN_FAILED;
    error_set(&run->error, "%s: %s", what, strerror(errno));
}

/* Ends what was started, as far as it lets itself be ended. */
static void wind_up(struct progress *progress)
{
    struct run *run = progress->run;
    struct error error;

    run->list_unread = !progress->list_ended;
    if (progress->reader && list_reader_stop(progress->reader, &error) && run->end == RUN_DONE) {
        run->end = RUN_FAILED;
        run->error = error;
    }
    if (progress->pool && awaited(progress))
        run->threads_left = true;
    else
        worker_pool_free(progress->pool);
    if (!network_end(progress,
                     (progress->stopping ? progress->stopped_us : clock_now_us()) + PATIENCE_US))
        run->threads_left = true;
    scheduler_free(progress->scheduler);
    shortage_release(&progress->shortage);
    run->retries = progress->retries;
}

/* With a rate no check may wait for a thread: its start is when it was told to. */
static size_t crew_ahead(const struct runner *runner)
{
    return runner->rules.rate || runner->ends_early ? 0 : CREW_AHEAD;
}

struct run run_loop_run(const struct runner *runner, struct list *list)
{
    struct run run = {.end = RUN_DONE};
    struct progress progress = {.runner = runner, .run = &run, .limit = runner->parallel_max};

    progress.retries =
        (struct retries){.rules = runner->retry, .random = (uint64_t)clock_now_us() | 1};
    progress.scheduler = scheduler_new(&runner->rules);
    progress.pool =
        worker_pool_new(runner->parallel_max, crew_ahead(runner), runner->check, runner->context);
    if (progress.pool && progress.scheduler && network_begin(&progress) == 0)
        progress.reader = list_reader_start(list, LOOK_AHEAD);
    if (progress.reader)
        drive(&progress);
    else
        fail(&run, "cannot begin");
    wind_up(&progress);
    return run;
}
