/* SPDX-License-Identifier: MIT */
/*
 * The loop of the main thread. Each turn starts what may start, waits for the first event, and takes
 * what has come:
 *
 *   list reader ──targets──▶┐                    ┌──jobs──▶ worker threads
 *   signals ────────────────┤   main: run_loop   │              │
 *   canaries ──results─────▶┤   (scheduler,      │              │
 *   worker threads ────────▶┘    retries, ...)   └──results──▶ deliver
 *        ▲ completions                                          │
 *        └──────────────────────────────────────────────────────┘
 *
 * A run ends when the list is read and no job waits, is in flight, parked or withheld. If it ends
 * early (run_stop()), waiting jobs are concluded at once; checks in flight are cancelled, and main
 * waits for them for at most PATIENCE_US.
 */
#include "engine/run_loop.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "run_state.h"

/* How far the list is read ahead of the checks: enough to find other hosts in a sorted list. */
#define LOOK_AHEAD 1024
/* How far it is read ahead if every known host is at its limit. */
#define LOOK_AHEAD_STARVED 65536
#define BATCH 64
/*
 * While the threads have enough to do, main waits for this many results, or for this time: to wake
 * up costs more than to handle a result.
 */
#define WAKE_RESULTS 32
#define WAKE_US (1 * CLOCK_MS)
/*
 * After a signal or the deadline: how long the list is still read, and how long results are
 * awaited.
 */
#define DRAIN_US (1 * CLOCK_S)
#define PATIENCE_US (CLOCK_S * 8 / 5)

/* On a worker thread, which then sends the completion to main. */
static void check_job(const void *context, const struct probe_options *options,
                      struct completion *completion)
{
    const struct run_config *config = context;
    struct result *result = &completion->result;

    scheduler_note_begun(completion->job);
    completion->is_postponed = clock_now_us() < scheduler_paused_until_us(completion->job);
    if (completion->is_postponed)
        return;
    config->check(config->context, completion->job->target, options, result);
    result->retry_after = retries_read_retry_after(&config->retries, result, clock_now_us());
    if (result->retry_after.of_host && result->retry_after.honored)
        scheduler_announce_pause(completion->job, result->retry_after.until_us);
}

/* How many completions are still to come. */
static size_t awaited(const struct run_state *run)
{
    return run->is_lost ? 0 : worker_pool_in_flight(run->pool);
}

static bool knows_network(const struct run_state *run)
{
    return !run->network.canaries || run->network.is_known;
}

static void check_deadline(struct run_state *run)
{
    int64_t deadline_us = run->config->deadline_us;

    if (deadline_us == 0 || clock_now_us() < deadline_us || run->is_stopping)
        return;
    run->outcome.unfinished |= !run->list_ended;
    run_stop(run, knows_network(run) ? RUN_DEADLINE : RUN_OFFLINE);
    list_stop_waiting(run->list);
}

/* True: some came. */
static bool take_completions(struct run_state *run)
{
    struct completion completions[BATCH];
    ssize_t count;

    if (awaited(run) == 0)
        return false;
    count = worker_pool_receive(run->pool, completions, BATCH, 0);
    check_deadline(run); /* first, as it decides how results of cancelled checks are taken */
    if (count < 0 && errno == EDEADLK) {
        run->is_lost = true;
        run_stop(run, RUN_LOST);
    }
    for (ssize_t i = 0; i < count; i++)
        run_take_completion(run, &completions[i]);
    in_flight_limit_update(&run->limit, worker_pool_in_flight(run->pool));
    return count > 0;
}

static void take_target(struct run_state *run, struct target *target)
{
    struct job *job = job_new(target);

    if (run->config->admit(run->config->context, job) == ADMIT_SKIP)
        return;
    if (target->problem)
        run_deliver_refused(run, job);
    else if (run->is_stopping)
        run_deliver_unfinished(run, job);
    else
        scheduler_add(run->scheduler, job);
}

/* Whether to read on: few jobs wait, or none of them may start. */
static bool wants_targets(const struct run_state *run)
{
    size_t ahead = run->is_starved ? LOOK_AHEAD_STARVED : LOOK_AHEAD;

    if (run->list_ended)
        return false;
    if (run->is_stopping)
        return run_delivers_all(run->outcome.end) && clock_now_us() < run->stopped_us + DRAIN_US;
    return knows_network(run) && scheduler_waiting(run->scheduler) < ahead;
}

/*
 * Takes the targets that are there, up to LOOK_AHEAD, before any of them starts: if all that are known
 * have begun, it seems that no other check needs their hosts' connections, and these are closed.
 */
static void take_targets(struct run_state *run)
{
    struct target *targets[BATCH];
    ssize_t count;

    for (size_t taken = 0; taken < LOOK_AHEAD && wants_targets(run); taken += (size_t)count) {
        count = chan_recv_many(list_reader_targets(run->reader), targets, BATCH, 0);
        run->list_ended = count == 0;
        for (ssize_t i = 0; i < count; i++)
            take_target(run, targets[i]);
        if (count <= 0)
            return;
    }
}

static void take_signal(struct run_state *run)
{
    int number;

    if (chan_recv_many(signals_received(run->config->signals), &number, 1, 0) != 1)
        return;
    run->outcome.signal = number;
    run_stop(run, RUN_INTERRUPTED);
    list_stop_waiting(run->list);
}

static struct network_view view_of(const struct run_state *run)
{
    return (struct network_view){.now_us = clock_now_us(),
                                 .is_idle = run_is_idle(run),
                                 .in_flight = worker_pool_in_flight(run->pool)};
}

static void check_network(struct run_state *run)
{
    const struct network_view view = view_of(run);
    struct error error;
    struct job *job;

    if (run->is_stopping)
        return;
    switch (network_poll(&run->network, &view, &error)) {
    case NETWORK_NO_EVENT: break;
    case NETWORK_UP:
        while (!run->is_stopping && (job = network_release(&run->network)))
            run_deliver(run, job);
        break;
    case NETWORK_DOWN:
        check_deadline(run); /* the check of a canary that it cut off says nothing */
        if (!run->is_stopping)
            run->outcome.error = error;
        run_stop(run, RUN_OFFLINE);
        break;
    case NETWORK_SHORT: run->config->trim(run->config->context); break;
    case NETWORK_FAILED: run_fail(run, "", error.text); break;
    }
}

static bool is_backing_off(const struct run_state *run)
{
    return clock_now_us() < run->backoff.until_us;
}

static bool may_start(const struct run_state *run)
{
    return !run->is_stopping && worker_pool_has_room(run->pool) &&
           !network_bars_checks(&run->network) && !is_backing_off(run);
}

static void start_checks(struct run_state *run)
{
    run->is_starved = false;
    while (may_start(run)) {
        struct job *job = scheduler_next(run->scheduler, clock_now_us());
        struct probe_options options;

        run->is_starved = !job && scheduler_is_starved(run->scheduler);
        if (!job)
            return;
        options = (struct probe_options){
            .close_connection = run->is_confirming || !scheduler_keeps_connection(job),
            .host = scheduler_host_counts(job),
            .fresh_since_us = retries_fresh_us(&run->retries, job),
        };
        if (worker_pool_start(run->pool, job, &options)) {
            int error_number = errno;

            scheduler_note_begun(job);
            if (!run_take_thread_shortage(run, job, error_number))
                return;
        }
    }
}

/* The run is ending: jobs that wait will not be checked. */
static void conclude_waiting(struct run_state *run)
{
    struct job *job;

    while ((job = scheduler_drop(run->scheduler)))
        run_deliver_unfinished(run, job);
}

static bool is_over(const struct run_state *run)
{
    if (run->is_stopping)
        return (awaited(run) == 0 && !wants_targets(run)) ||
               clock_now_us() >= run->stopped_us + PATIENCE_US;
    return run_is_idle(run) && !run->network.withheld;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* When to wake up even if no channel has a message. */
static int64_t wake_us(const struct run_state *run, int64_t idle_us)
{
    const struct network_view view = view_of(run);
    int64_t wake = idle_us;

    if (run->is_stopping) /* without checks to wait for, only the list is still read */
        return earlier(wake, run->stopped_us + (awaited(run) ? PATIENCE_US : DRAIN_US));
    if (scheduler_waiting(run->scheduler) && is_backing_off(run))
        wake = earlier(wake, run->backoff.until_us);
    else if (worker_pool_has_room(run->pool) && !network_bars_checks(&run->network))
        wake = earlier(wake, scheduler_wake_us(run->scheduler));
    if (run->config->deadline_us)
        wake = earlier(wake, run->config->deadline_us);
    return earlier(wake, network_wake_us(&run->network, &view));
}

static struct run_status status_of(const struct run_state *run)
{
    size_t in_flight = worker_pool_in_flight(run->pool), queued = worker_pool_queued(run->pool);
    const struct job *first = run->is_stopping ? NULL : worker_pool_first(run->pool);
    int64_t begun_us = first ? atomic_load_explicit(&first->begun_us, memory_order_relaxed) : 0;
    bool asks = network_is_awaited(&run->network, run_is_idle(run));

    return (struct run_status){.now_us = clock_now_us(),
                               .in_flight = in_flight,
                               .awaiting_retry = run->awaiting_retry,
                               .queued = queued + scheduler_waiting(run->scheduler) -
                                         scheduler_delayed(run->scheduler),
                               .list_ended = run->list_ended,
                               .awaited = begun_us ? first->target : NULL,
                               .awaited_since_us = begun_us,
                               .canaries_since_us = asks ? run->network.asked_us : 0,
                               .next_us = scheduler_wake_us(run->scheduler)};
}

/* Lets the output be flushed. Returns when to do so again. */
static int64_t call_on_idle(struct run_state *run)
{
    const struct run_config *config = run->config;
    const struct run_status status = status_of(run);
    int64_t next_us = config->on_idle(config->context, &status);

    if (next_us >= 0)
        return next_us;
    run_stop(run, next_us == ON_IDLE_ENOUGH ? RUN_ENOUGH : RUN_STOPPED);
    return CLOCK_NEVER;
}

static void wait_for_event(struct run_state *run, int64_t until_us, bool results_come)
{
    struct chan *chans[] = {
        run->is_stopping ? NULL : signals_received(run->config->signals),
        awaited(run) ? worker_pool_completions(run->pool) : NULL,
        wants_targets(run) ? list_reader_targets(run->reader) : NULL,
        run->is_stopping ? NULL : network_results(&run->network),
    };
    bool may_linger = results_come && !run->is_stopping && worker_pool_is_supplied(run->pool);

    chan_set_batch(worker_pool_completions(run->pool), may_linger ? WAKE_RESULTS : 1);
    if (may_linger)
        until_us = earlier(until_us, clock_now_us() + WAKE_US);
    chan_select(chans, sizeof(chans) / sizeof(chans[0]), until_us);
}

static void loop(struct run_state *run)
{
    bool results_come = false;

    for (;;) {
        int64_t idle_us;

        if (alloc_is_exhausted())
            run_fail(run, "", "out of memory");
        if (!run->is_stopping && run_is_idle(run))
            run_start_confirmations(run);
        check_network(run);
        start_checks(run);
        if (run->is_stopping)
            conclude_waiting(run);
        idle_us = call_on_idle(run);
        if (is_over(run))
            return;
        wait_for_event(run, wake_us(run, idle_us), results_come);
        take_signal(run);
        results_come = take_completions(run);
        check_deadline(run);
        take_targets(run);
    }
}

/* Frees what the run owns, except what threads that have not ended still use. */
static void wind_up(struct run_state *run)
{
    struct run_outcome *outcome = &run->outcome;
    int64_t until_us = (run->is_stopping ? run->stopped_us : clock_now_us()) + PATIENCE_US;
    struct error error;

    outcome->list_unread = !run->list_ended;
    if (run->reader && list_reader_stop(run->reader, &error) && outcome->end == RUN_DONE) {
        outcome->end = RUN_FAILED;
        outcome->error = error;
    }
    /* If one canary has answered, another may still be in flight. */
    if (!run->is_stopping && network_results(&run->network))
        run->config->cancel(run->config->context);
    outcome->threads_left = !network_release_canaries(&run->network, until_us);
    if (awaited(run)) {
        outcome->threads_left = true;
        return;
    }
    worker_pool_free(run->pool);
    scheduler_free(run->scheduler);
}

/* With --rate no job waits in the queue, so that each starts when the rate allows it. */
static size_t queue_max(const struct run_config *config)
{
    return config->scheduling.rate || config->may_end_early ? 0 : WORKER_POOL_QUEUE;
}

struct run_outcome run_loop(const struct run_config *config, struct list *list)
{
    struct run_state run = {
        .config = config,
        .list = list,
        .retries = {.rules = config->retries, .random_state = (uint64_t)clock_now_us() | 1}};

    in_flight_limit_init(&run.limit, config->parallel_max);
    run.scheduler = scheduler_new(&config->scheduling);
    run.pool = worker_pool_new(config->parallel_max, queue_max(config), check_job, config);
    network_init(&run.network, &config->canaries, config->context);
    run.reader = list_reader_start(list, LOOK_AHEAD);
    if (run.reader) {
        loop(&run);
    } else {
        run.outcome.end = RUN_FAILED;
        error_set(&run.outcome.error, "cannot begin: %s", strerror(errno));
    }
    wind_up(&run);
    return run.outcome;
}
