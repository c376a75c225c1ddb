/* SPDX-License-Identifier: MIT */
#include "engine/worker_pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <utlist.h>

#include "base/clock.h"
#include "base/thread.h"

/* HTTPS touches 16 KiB of a stack; what is not touched costs nothing. */
#define STACK_BYTES ((size_t)128 * 1024)
#define RESULTS_MAX 1024

/* What a thread is told to do: a check, or, without a target, to end. */
struct work_item {
    const struct target *target;
    struct probe_options options;
};

struct worker {
    struct worker_pool *pool;
    pthread_t thread;
    struct work_item first;
    struct worker *next;
};

struct worker_pool {
    check_function *check;
    void *context;
    atomic_size_t max;
    size_t ahead;
    atomic_size_t staying; /* threads that will take jobs; whoever is to end is taken off first */
    size_t in_flight;
    struct chan *jobs;
    struct chan *results; /* its senders are the checks in flight */
    struct worker *workers;
};

struct worker_pool *worker_pool_new(size_t max, size_t ahead, check_function *check, void *context)
{
    struct worker_pool *pool = calloc(1, sizeof(*pool));
    size_t results = max + ahead;

    if (!pool)
        return NULL;
    pool->check = check;
    pool->context = context;
    pool->ahead = ahead;
    atomic_init(&pool->max, max);
    atomic_init(&pool->staying, 0);
    pool->jobs = chan_new(sizeof(struct work_item), max + ahead);
    pool->results = chan_new(sizeof(struct result), results < RESULTS_MAX ? results : RESULTS_MAX);
    if (pool->jobs && pool->results)
        return pool;
    worker_pool_free(pool);
    return NULL;
}

/* What nobody has received, as the run ended in another way than it should. */
static void release_results(struct worker_pool *pool)
{
    struct result result;

    while (pool->results && chan_recv_many(pool->results, &result, 1, 0) == 1)
        result_release(&result);
}

void worker_pool_free(struct worker_pool *pool)
{
    struct worker *worker, *next;

    if (!pool)
        return;
    if (pool->jobs)
        chan_close(pool->jobs);
    LL_FOREACH_SAFE(pool->workers, worker, next)
    {
        thread_join(worker->thread);
        free(worker);
    }
    release_results(pool);
    chan_free(pool->jobs);
    chan_free(pool->results);
    free(pool);
}

/* No thread is left for the jobs that wait: they will never be done. */
static void forsake_jobs(struct worker_pool *pool)
{
    struct work_item job;

    while (chan_recv_many(pool->jobs, &job, 1, 0) == 1) {
        if (job.target)
            chan_remove_sender(pool->results);
    }
}

/* A check has ended its thread: it leaves as a sender that sent nothing. */
static void die_in_check(void *argument)
{
    struct worker_pool *pool = argument;

    if (atomic_fetch_sub(&pool->staying, 1) == 1)
        forsake_jobs(pool);
    chan_remove_sender(pool->results);
}

static void check_and_send(struct worker_pool *pool, const struct work_item *job)
{
    struct result result;

    pthread_cleanup_push(die_in_check, pool);
    pool->check(pool->context, job->target, &job->options, &result);
    pthread_cleanup_pop(0);
    if (chan_send_last(pool->results, &result))
        result_release(&result);
}

/*
 * Takes one thread off those that stay, if there are more than floor and than may be. As at least
 * one may be, a job that was sent always finds a thread in the end.
 */
static bool take_off(struct worker_pool *pool, size_t floor)
{
    size_t staying = atomic_load(&pool->staying);

    while (staying > floor && staying > atomic_load(&pool->max)) {
        if (atomic_compare_exchange_weak(&pool->staying, &staying, staying - 1))
            return true;
    }
    return false;
}

static void *work(void *argument)
{
    const struct worker *worker = argument;
    struct worker_pool *pool = worker->pool;
    struct work_item job = worker->first;

    do {
        check_and_send(pool, &job);
    } while (!take_off(pool, 0) && chan_recv(pool->jobs, &job) == 1 && job.target);
    return NULL;
}

static int start_thread(struct worker_pool *pool, struct work_item job)
{
    struct worker *worker = malloc(sizeof(*worker));

    if (!worker)
        return -1;
    *worker = (struct worker){.pool = pool, .first = job};
    atomic_fetch_add(&pool->staying, 1);
    if (thread_start(&worker->thread, STACK_BYTES, work, worker)) {
        atomic_fetch_sub(&pool->staying, 1);
        free(worker);
        return -1;
    }
    LL_PREPEND(pool->workers, worker);
    return 0;
}

int worker_pool_start(struct worker_pool *pool, const struct target *target,
                      const struct probe_options *options)
{
    const struct work_item job = {.target = target, .options = *options};
    size_t staying = atomic_load(&pool->staying);
    size_t max = atomic_load(&pool->max);

    chan_add_sender(pool->results);
    if ((staying < max && start_thread(pool, job) == 0) ||
        ((staying >= max || staying > pool->in_flight) && chan_send(pool->jobs, &job) == 0)) {
        pool->in_flight++;
        if (atomic_load(&pool->staying) == 0)
            forsake_jobs(pool);
        return 0;
    }
    chan_remove_sender(pool->results);
    return -1;
}

const struct target *worker_pool_take_back(struct worker_pool *pool)
{
    struct work_item job;

    /* A job that is none has done its part when the crew is no longer wanted. */
    while (chan_recv_many(pool->jobs, &job, 1, 0) == 1) {
        if (!job.target)
            continue;
        pool->in_flight--;
        chan_remove_sender(pool->results);
        return job.target;
    }
    return NULL;
}

/* A job that is none ends the thread that takes it. The channel has room for one each. */
void worker_pool_set_max(struct worker_pool *pool, size_t max)
{
    const struct work_item none = {0};

    atomic_store(&pool->max, max);
    while (take_off(pool, pool->in_flight))
        chan_send(pool->jobs, &none);
}

bool worker_pool_has_room(const struct worker_pool *pool)
{
    size_t max = atomic_load(&pool->max);

    return pool->in_flight < max ||
           (pool->in_flight < max + pool->ahead && atomic_load(&pool->staying) >= max);
}

bool worker_pool_is_supplied(const struct worker_pool *pool)
{
    return pool->ahead && pool->in_flight >= atomic_load(&pool->max) + pool->ahead / 2;
}

size_t worker_pool_in_flight(const struct worker_pool *pool)
{
    return pool->in_flight;
}

struct chan *worker_pool_results(struct worker_pool *pool)
{
    return pool->results;
}

ssize_t worker_pool_receive(struct worker_pool *pool, struct result *results, size_t max,
                            int64_t deadline_us)
{
    ssize_t count = chan_recv_many(pool->results, results, max, deadline_us);

    if (count > 0)
        pool->in_flight -= (size_t)count;
    return count;
}
