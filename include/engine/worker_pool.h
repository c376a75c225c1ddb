/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_WORKER_POOL_H
#define ENGINE_WORKER_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/chan.h"
#include "result/probe_options.h"
#include "result/result.h"

/* Checks a target and fills in its result. Called by many threads at once. */
typedef void check_function(void *context, const struct target *target,
                            const struct probe_options *options, struct result *result);

/*
 * The threads that check: one for each target, until there are as many as there may be; from then
 * on a thread that has sent its result takes the next target, one of a few that wait for it.
 * Whatever happens to a check, its result is sent or the channel of results knows that it never
 * will be.
 *
 * Used by one thread, which starts checks and receives results.
 */
struct worker_pool;

/*
 * How many targets may wait for a thread, so that one that is done need not wait for main: that
 * costs both a system call and a change of context. As many as are done while main sees to a batch
 * of results.
 */
#define CREW_AHEAD 256

/*
 * A crew of at most max threads that run check(context, ...), for which up to ahead targets wait.
 * NULL with errno.
 */
struct worker_pool *worker_pool_new(size_t max, size_t ahead, check_function *check, void *context);

/*
 * Starts the check of target, in a new thread or in the first one that is free: only where
 * worker_pool_has_room(). 0, or -1 with errno EAGAIN or ENOMEM if the system gives no thread and none is
 * free.
 */
int worker_pool_start(struct worker_pool *pool, const struct target *target,
                      const struct probe_options *options);

/*
 * From now on there are at most max threads, never more than worker_pool_new() was told. Threads beyond
 * that end as soon as they are free, so that others can have what they took.
 */
void worker_pool_set_max(struct worker_pool *pool, size_t max);

/* Whether one more check may be started: a thread may be, or a few checks can wait for one. */
bool worker_pool_has_room(const struct worker_pool *pool);

/* Whether so many checks wait for a thread that results need not be seen to at once. */
bool worker_pool_is_supplied(const struct worker_pool *pool);

/* How many checks have been started, and their result not yet received. */
size_t worker_pool_in_flight(const struct worker_pool *pool);

/* Takes back a target that no thread has begun to check; NULL: there is none. For the end. */
const struct target *worker_pool_take_back(struct worker_pool *pool);

/* The channel of results, for chan_select(). */
struct chan *worker_pool_results(struct worker_pool *pool);

/*
 * Receives up to max results that are there, or waits until deadline_us for one. As
 * chan_recv_many(): EDEADLK means that a check in flight has ended without a result.
 */
ssize_t worker_pool_receive(struct worker_pool *pool, struct result *results, size_t max,
                            int64_t deadline_us);

/* Lets the threads end when they have nothing to do, joins them all, and frees the crew. */
void worker_pool_free(struct worker_pool *pool);

#endif
