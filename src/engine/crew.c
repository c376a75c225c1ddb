/* SPDX-License-Identifier: MIT */
#include "engine/crew.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <utlist.h>

#include "engine/clock.h"
#include "engine/sync.h"

/* HTTPS touches 16 KiB of a stack; what is not touched costs nothing. */
#define STACK_BYTES ((size_t)128 * 1024)
#define RESULTS_MAX 1024

/* What a thread is told to do: a check, or, without a target, to end. */
struct job {
    const struct target *target;
    bool last;
};

struct worker {
    struct crew *crew;
    pthread_t thread;
    struct job first;
    struct worker *next;
};

struct crew {
    crew_check *check;
    void *context;
    size_t max;
    size_t in_flight;
    atomic_size_t alive;  /* threads that can take a target, or are about to end */
    atomic_size_t ending; /* of them, how many have been, or will be, told to end */
    struct chan *jobs;
    struct chan *results; /* its senders are the checks in flight */
    struct worker *workers;
};

struct crew *crew_new(size_t max, crew_check *check, void *context)
{
    struct crew *crew = calloc(1, sizeof(*crew));

    if (!crew)
        return NULL;
    crew->check = check;
    crew->context = context;
    crew->max = max;
    crew->jobs = chan_new(sizeof(struct job), max);
    crew->results = chan_new(sizeof(struct result), max < RESULTS_MAX ? max : RESULTS_MAX);
    if (crew->jobs && crew->results)
        return crew;
    crew_free(crew);
    return NULL;
}

void crew_free(struct crew *crew)
{
    struct worker *worker, *next;

    if (!crew)
        return;
    if (crew->jobs)
        chan_close(crew->jobs);
    LL_FOREACH_SAFE(crew->workers, worker, next)
    {
        sync_join(worker->thread);
        free(worker);
    }
    chan_free(crew->jobs);
    chan_free(crew->results);
    free(crew);
}

static void check_and_send(struct crew *crew, const struct job *job)
{
    struct result result;

    crew->check(crew->context, job->target, job->last, &result);
    if (chan_send(crew->results, &result))
        result_release(&result);
}

/* Also reached by a check that ends its thread: it leaves as a sender that sent nothing. */
static void die_in_check(void *argument)
{
    struct crew *crew = argument;

    atomic_fetch_sub(&crew->alive, 1);
    chan_remove_sender(crew->results);
}

static void *work(void *argument)
{
    const struct worker *worker = argument;
    struct crew *crew = worker->crew;
    struct job job = worker->first;

    do {
        pthread_cleanup_push(die_in_check, crew);
        check_and_send(crew, &job);
        pthread_cleanup_pop(0);
        chan_remove_sender(crew->results);
    } while (chan_recv(crew->jobs, &job) == 1 && job.target);
    atomic_fetch_sub(&crew->alive, 1);
    if (!job.target)
        atomic_fetch_sub(&crew->ending, 1);
    return NULL;
}

static int start_thread(struct crew *crew, struct job job)
{
    struct worker *worker = malloc(sizeof(*worker));

    if (!worker)
        return -1;
    *worker = (struct worker){.crew = crew, .first = job};
    atomic_fetch_add(&crew->alive, 1);
    if (sync_thread(&worker->thread, STACK_BYTES, work, worker)) {
        atomic_fetch_sub(&crew->alive, 1);
        free(worker);
        return -1;
    }
    LL_PREPEND(crew->workers, worker);
    return 0;
}

/* Threads that will take targets. One that ends in between is counted too few, which is safe. */
static size_t staying_threads(struct crew *crew)
{
    size_t ending = atomic_load(&crew->ending);
    size_t alive = atomic_load(&crew->alive);

    return alive > ending ? alive - ending : 0;
}

int crew_start(struct crew *crew, const struct target *target, bool last)
{
    const struct job job = {.target = target, .last = last};
    size_t staying = staying_threads(crew);
    bool free_thread = staying > crew->in_flight;

    chan_add_sender(crew->results);
    if ((staying < crew->max && start_thread(crew, job) == 0) ||
        (free_thread && chan_send(crew->jobs, &job) == 0)) {
        crew->in_flight++;
        return 0;
    }
    chan_remove_sender(crew->results);
    return -1;
}

/* A job that is none ends the thread that takes it. The channel has room for one each. */
void crew_limit(struct crew *crew, size_t max)
{
    const struct job none = {0};
    size_t staying = staying_threads(crew);

    crew->max = max;
    for (; staying > max && staying > crew->in_flight; staying--) {
        atomic_fetch_add(&crew->ending, 1);
        chan_send(crew->jobs, &none);
    }
}

size_t crew_in_flight(const struct crew *crew)
{
    return crew->in_flight;
}

struct chan *crew_results(struct crew *crew)
{
    return crew->results;
}

ssize_t crew_receive(struct crew *crew, struct result *results, size_t max, int64_t deadline_us)
{
    ssize_t count = chan_recv_many(crew->results, results, max, deadline_us);

    if (count > 0)
        crew->in_flight -= (size_t)count;
    return count;
}
