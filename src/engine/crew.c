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
    struct manner manner;
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
    atomic_size_t max;
    size_t ahead;
    atomic_size_t staying; /* threads that will take jobs; whoever is to end is taken off first */
    size_t in_flight;
    struct chan *jobs;
    struct chan *results; /* its senders are the checks in flight */
    struct worker *workers;
};

struct crew *crew_new(size_t max, size_t ahead, crew_check *check, void *context)
{
    struct crew *crew = calloc(1, sizeof(*crew));
    size_t results = max + ahead;

    if (!crew)
        return NULL;
    crew->check = check;
    crew->context = context;
    crew->ahead = ahead;
    atomic_init(&crew->max, max);
    atomic_init(&crew->staying, 0);
    crew->jobs = chan_new(sizeof(struct job), max + ahead);
    crew->results = chan_new(sizeof(struct result), results < RESULTS_MAX ? results : RESULTS_MAX);
    if (crew->jobs && crew->results)
        return crew;
    crew_free(crew);
    return NULL;
}

/* What nobody has received, as the run ended in another way than it should. */
static void release_results(struct crew *crew)
{
    struct result result;

    while (crew->results && chan_recv_many(crew->results, &result, 1, 0) == 1)
        result_release(&result);
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
    release_results(crew);
    chan_free(crew->jobs);
    chan_free(crew->results);
    free(crew);
}

/* No thread is left for the jobs that wait: they will never be done. */
static void forsake_jobs(struct crew *crew)
{
    struct job job;

    while (chan_recv_many(crew->jobs, &job, 1, 0) == 1) {
        if (job.target)
            chan_remove_sender(crew->results);
    }
}

/* A check has ended its thread: it leaves as a sender that sent nothing. */
static void die_in_check(void *argument)
{
    struct crew *crew = argument;

    if (atomic_fetch_sub(&crew->staying, 1) == 1)
        forsake_jobs(crew);
    chan_remove_sender(crew->results);
}

static void check_and_send(struct crew *crew, const struct job *job)
{
    struct result result;

    pthread_cleanup_push(die_in_check, crew);
    crew->check(crew->context, job->target, &job->manner, &result);
    pthread_cleanup_pop(0);
    if (chan_send_last(crew->results, &result))
        result_release(&result);
}

/*
 * Takes one thread off those that stay, if there are more than floor and than may be. As at least
 * one may be, a job that was sent always finds a thread in the end.
 */
static bool take_off(struct crew *crew, size_t floor)
{
    size_t staying = atomic_load(&crew->staying);

    while (staying > floor && staying > atomic_load(&crew->max)) {
        if (atomic_compare_exchange_weak(&crew->staying, &staying, staying - 1))
            return true;
    }
    return false;
}

static void *work(void *argument)
{
    const struct worker *worker = argument;
    struct crew *crew = worker->crew;
    struct job job = worker->first;

    do {
        check_and_send(crew, &job);
    } while (!take_off(crew, 0) && chan_recv(crew->jobs, &job) == 1 && job.target);
    return NULL;
}

static int start_thread(struct crew *crew, struct job job)
{
    struct worker *worker = malloc(sizeof(*worker));

    if (!worker)
        return -1;
    *worker = (struct worker){.crew = crew, .first = job};
    atomic_fetch_add(&crew->staying, 1);
    if (sync_thread(&worker->thread, STACK_BYTES, work, worker)) {
        atomic_fetch_sub(&crew->staying, 1);
        free(worker);
        return -1;
    }
    LL_PREPEND(crew->workers, worker);
    return 0;
}

int crew_start(struct crew *crew, const struct target *target, const struct manner *manner)
{
    const struct job job = {.target = target, .manner = *manner};
    size_t staying = atomic_load(&crew->staying);
    size_t max = atomic_load(&crew->max);

    chan_add_sender(crew->results);
    if ((staying < max && start_thread(crew, job) == 0) ||
        ((staying >= max || staying > crew->in_flight) && chan_send(crew->jobs, &job) == 0)) {
        crew->in_flight++;
        if (atomic_load(&crew->staying) == 0)
            forsake_jobs(crew);
        return 0;
    }
    chan_remove_sender(crew->results);
    return -1;
}

const struct target *crew_take_back(struct crew *crew)
{
    struct job job;

    /* A job that is none has done its part when the crew is no longer wanted. */
    while (chan_recv_many(crew->jobs, &job, 1, 0) == 1) {
        if (!job.target)
            continue;
        crew->in_flight--;
        chan_remove_sender(crew->results);
        return job.target;
    }
    return NULL;
}

/* A job that is none ends the thread that takes it. The channel has room for one each. */
void crew_limit(struct crew *crew, size_t max)
{
    const struct job none = {0};

    atomic_store(&crew->max, max);
    while (take_off(crew, crew->in_flight))
        chan_send(crew->jobs, &none);
}

bool crew_has_room(const struct crew *crew)
{
    size_t max = atomic_load(&crew->max);

    return crew->in_flight < max ||
           (crew->in_flight < max + crew->ahead && atomic_load(&crew->staying) >= max);
}

bool crew_is_supplied(const struct crew *crew)
{
    return crew->ahead && crew->in_flight >= atomic_load(&crew->max) + crew->ahead / 2;
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
