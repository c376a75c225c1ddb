/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_WORKER_POOL_H
#define ENGINE_WORKER_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/chan.h"
#include "engine/job.h"
#include "result/probe_options.h"

/*
 * The threads that check: one pthread per job until there are as many as allowed; from then on a
 * thread that has sent its result takes the next job, which may already wait in a queue. Main
 * starts jobs and receives exactly one completion for each. All functions are called by that one
 * thread.
 */
struct worker_pool;

/* What a thread sends to main. */
struct completion {
    struct job *job;
    bool is_postponed;    /* the job was not checked, as its host is paused */
    struct result result; /* owned by the receiver */
};

/*
 * Checks a job and fills in the completion, which is zeroed except for the job. Blocks. Called by many
 * threads at once, with the pool's context.
 */
typedef void work_function(const void *context, const struct probe_options *options,
                           struct completion *completion);

/*
 * How many jobs may wait for a thread: about as many as finish while main handles a batch of
 * results. A thread that finds one need not wait for main, which would cost a system call and a
 * change of context.
 */
#define WORKER_POOL_QUEUE 256

/*
 * A pool of at most max threads that run work(context, ...), and a queue for up to `queue` jobs.
 */
struct worker_pool *worker_pool_new(size_t max, size_t queue, work_function *work,
                                    const void *context);

/*
 * Starts the check of a job, on a new thread or on the first that is free. Call it only if
 * worker_pool_has_room(). 0; or -1 with errno EAGAIN or ENOMEM if the system gives no thread and
 * none is free.
 */
int worker_pool_start(struct worker_pool *pool, struct job *job,
                      const struct probe_options *options);

/*
 * From now on there are at most max threads; max may not exceed that of worker_pool_new(). Threads
 * beyond that end as soon as they are free, and their memory is released.
 */
void worker_pool_set_max(struct worker_pool *pool, size_t max);

/* Whether one more job may be started: on a thread, or in the queue. */
bool worker_pool_has_room(const struct worker_pool *pool);

/* Whether the queue is full enough that results need not be handled at once. */
bool worker_pool_is_supplied(const struct worker_pool *pool);

/* How many jobs have been started and their completions not yet received. */
size_t worker_pool_in_flight(const struct worker_pool *pool);

/* How many of them wait in the queue for a thread. */
size_t worker_pool_queued(const struct worker_pool *pool);

/* The job in flight that was started first; NULL: none is in flight. Its begun_us may still be 0. */
const struct job *worker_pool_first(const struct worker_pool *pool);

/* Takes a job back from the queue; NULL: the queue is empty. */
struct job *worker_pool_take_back(struct worker_pool *pool);

/* The channel of completions, for chan_select(). */
struct chan *worker_pool_completions(struct worker_pool *pool);

/*
 * Receives up to max completions, or waits until deadline_us for one. As chan_recv_many(): EDEADLK
 * means that no thread is left that could send the completions of jobs in flight.
 */
ssize_t worker_pool_receive(struct worker_pool *pool, struct completion *completions, size_t max,
                            int64_t deadline_us);

/* Joins all threads, each once its check and the queue are done, and frees the pool. NULL is fine. */
void worker_pool_free(struct worker_pool *pool);

#endif
