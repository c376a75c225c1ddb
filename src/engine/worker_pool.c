/* SPDX-License-Identifier: MIT */
/*
 * Two channels join main and the threads:
 *
 *            start thread with its first item
 *          ┌──────────────────────────────────┐
 *   main ──┤                                  ├──▶ thread: do { work; send } while (next item)
 *     ▲    └──▶ queue (channel of items) ─────┘            │
 *     └────────── completions (channel) ◀──────────────────┘
 *
 * pool->active counts the threads that will take another item. A thread that is to end, because the
 * limit was lowered, is taken off that count first, by main or by itself, with one atomic decrement:
 * at least one thread stays, so an item in the queue always finds a thread. Main wakes threads that
 * wait for items by an item without a job, one for each thread that it took off.
 *
 * The senders of the channel of completions are the jobs in flight, not the threads: main adds one
 * before it hands a job over, and the thread sends its completion and removes the sender in one step
 * (chan_send_last()). Should a job ever end without a completion, main gets EDEADLK, not a hang.
 *
 * A thread that ends sets has_ended, and counts itself in pool->ended. Main joins such threads before
 * it starts another, so that their stacks do not add up.
 */
#include "worker_pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <utlist.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/thread.h"

/* HTTPS touches 16 KiB of a stack; pages that are not touched cost nothing. */
#define STACK_BYTES ((size_t)128 * 1024)
#define COMPLETIONS_MAX 1024

/* What a thread gets: a job or, with NULL, the order to end. */
struct item {
    struct job *job;
    struct probe_options options;
};

struct worker {
    struct worker_pool *pool;
    pthread_t thread;
    atomic_bool has_ended;
    struct item first;
    struct worker *next;
};

struct worker_pool {
    work_function *work;
    const void *context;
    atomic_size_t max;
    atomic_size_t active; /* threads that will take another item */
    atomic_size_t ended;  /* threads that have ended, and are not joined */
    size_t queue_max;
    size_t in_flight;
    struct job *started; /* the jobs in flight, in the order in which they were started */
    struct chan *queue;
    struct chan *completions;
    struct worker *workers;
};

struct worker_pool *worker_pool_new(size_t max, size_t queue, work_function *work,
                                    const void *context)
{
    struct worker_pool *pool = xcalloc(1, sizeof(*pool));
    size_t completions = max + queue < COMPLETIONS_MAX ? max + queue : COMPLETIONS_MAX;

    pool->work = work;
    pool->context = context;
    pool->queue_max = queue;
    atomic_init(&pool->max, max);
    atomic_init(&pool->active, 0);
    atomic_init(&pool->ended, 0);
    pool->queue = chan_new(sizeof(struct item), max + queue);
    pool->completions = chan_new(sizeof(struct completion), completions);
    return pool;
}

void worker_pool_free(struct worker_pool *pool)
{
    struct worker *worker, *next;
    struct completion completion;

    if (!pool)
        return;
    chan_close(pool->queue);
    LL_FOREACH_SAFE(pool->workers, worker, next)
    {
        thread_join(worker->thread);
        free(worker);
    }
    while (chan_recv_many(pool->completions, &completion, 1, 0) == 1)
        result_release(&completion.result);
    chan_free(pool->queue);
    chan_free(pool->completions);
    free(pool);
}

/* Takes one thread off the active ones, if their number exceeds both at_least and the limit. */
static bool retire_one(struct worker_pool *pool, size_t at_least)
{
    size_t active = atomic_load(&pool->active);

    while (active > at_least && active > atomic_load(&pool->max)) {
        if (atomic_compare_exchange_weak(&pool->active, &active, active - 1))
            return true;
    }
    return false;
}

static void *run_worker(void *argument)
{
    struct worker *worker = argument;
    struct worker_pool *pool = worker->pool;
    struct item item = worker->first;

    do {
        struct completion completion = {.job = item.job};

        atomic_store_explicit(&item.job->begun_us, clock_now_us(), memory_order_relaxed);
        pool->work(pool->context, &item.options, &completion);
        if (chan_send_last(pool->completions, &completion))
            result_release(&completion.result);
    } while (!retire_one(pool, 0) && chan_recv(pool->queue, &item) == 1 && item.job);
    atomic_store(&worker->has_ended, true);
    atomic_fetch_add(&pool->ended, 1);
    return NULL;
}

/* Joins the threads that have ended because the limit was lowered. */
static void join_ended(struct worker_pool *pool)
{
    struct worker *worker, *next;

    if (atomic_load(&pool->ended) == 0)
        return;
    LL_FOREACH_SAFE(pool->workers, worker, next)
    {
        if (!atomic_load(&worker->has_ended))
            continue;
        thread_join(worker->thread);
        LL_DELETE(pool->workers, worker);
        free(worker);
        atomic_fetch_sub(&pool->ended, 1);
    }
}

static int start_thread(struct worker_pool *pool, const struct item *item)
{
    struct worker *worker = xcalloc(1, sizeof(*worker));

    worker->pool = pool;
    worker->first = *item;
    join_ended(pool);
    atomic_fetch_add(&pool->active, 1);
    if (thread_start(&worker->thread, STACK_BYTES, run_worker, worker)) {
        atomic_fetch_sub(&pool->active, 1);
        free(worker);
        return -1;
    }
    LL_PREPEND(pool->workers, worker);
    return 0;
}

int worker_pool_start(struct worker_pool *pool, struct job *job,
                      const struct probe_options *options)
{
    const struct item item = {.job = job, .options = *options};
    size_t active = atomic_load(&pool->active);
    bool may_grow = active < atomic_load(&pool->max);

    atomic_init(&job->begun_us, 0);
    chan_add_sender(pool->completions);
    if ((may_grow && start_thread(pool, &item) == 0) ||
        ((!may_grow || active > pool->in_flight) && chan_send(pool->queue, &item) == 0)) {
        pool->in_flight++;
        DL_APPEND(pool->started, job);
        return 0;
    }
    chan_remove_sender(pool->completions);
    return -1;
}

struct job *worker_pool_take_back(struct worker_pool *pool)
{
    struct item item;

    /* An order to end, taken back, has no effect: the pool is not used any more. */
    while (chan_recv_many(pool->queue, &item, 1, 0) == 1) {
        if (!item.job)
            continue;
        pool->in_flight--;
        DL_DELETE(pool->started, item.job);
        chan_remove_sender(pool->completions);
        return item.job;
    }
    return NULL;
}

void worker_pool_set_max(struct worker_pool *pool, size_t max)
{
    const struct item order_to_end = {0};

    atomic_store(&pool->max, max);
    /* Threads that have a job retire themselves; those that wait for one are woken here. */
    while (retire_one(pool, pool->in_flight))
        chan_send(pool->queue, &order_to_end);
}

bool worker_pool_has_room(const struct worker_pool *pool)
{
    size_t max = atomic_load(&pool->max);

    return pool->in_flight < max ||
           (pool->in_flight < max + pool->queue_max && atomic_load(&pool->active) >= max);
}

bool worker_pool_is_supplied(const struct worker_pool *pool)
{
    return pool->queue_max && pool->in_flight >= atomic_load(&pool->max) + pool->queue_max / 2;
}

size_t worker_pool_in_flight(const struct worker_pool *pool)
{
    return pool->in_flight;
}

size_t worker_pool_queued(const struct worker_pool *pool)
{
    size_t active = atomic_load(&pool->active);

    return pool->in_flight > active ? pool->in_flight - active : 0;
}

const struct job *worker_pool_first(const struct worker_pool *pool)
{
    return pool->started;
}

struct chan *worker_pool_completions(struct worker_pool *pool)
{
    return pool->completions;
}

ssize_t worker_pool_receive(struct worker_pool *pool, struct completion *completions, size_t max,
                            int64_t deadline_us)
{
    ssize_t count = chan_recv_many(pool->completions, completions, max, deadline_us);

    for (ssize_t i = 0; i < count; i++) {
        pool->in_flight--;
        DL_DELETE(pool->started, completions[i].job);
    }
    return count;
}
