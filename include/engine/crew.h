/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_CREW_H
#define ENGINE_CREW_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/chan.h"
#include "probe/manner.h"
#include "probe/verdict.h"

/* Checks a target and fills in its result. Called by many threads at once. */
typedef void crew_check(void *context, const struct target *target, const struct manner *manner,
                        struct result *result);

/*
 * The threads that check: one for each target, until there are as many as there may be; from then
 * on a thread that has sent its result takes the next target, one of a few that wait for it.
 * Whatever happens to a check, its result is sent or the channel of results knows that it never
 * will be.
 *
 * Used by one thread, which starts checks and receives results.
 */
struct crew;

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
struct crew *crew_new(size_t max, size_t ahead, crew_check *check, void *context);

/*
 * Starts the check of target, in a new thread or in the first one that is free: only where
 * crew_has_room(). 0, or -1 with errno EAGAIN or ENOMEM if the system gives no thread and none is
 * free.
 */
int crew_start(struct crew *crew, const struct target *target, const struct manner *manner);

/*
 * From now on there are at most max threads, never more than crew_new() was told. Threads beyond
 * that end as soon as they are free, so that others can have what they took.
 */
void crew_limit(struct crew *crew, size_t max);

/* Whether one more check may be started: a thread may be, or a few checks can wait for one. */
bool crew_has_room(const struct crew *crew);

/* Whether so many checks wait for a thread that results need not be seen to at once. */
bool crew_is_supplied(const struct crew *crew);

/* How many checks have been started, and their result not yet received. */
size_t crew_in_flight(const struct crew *crew);

/* Takes back a target that no thread has begun to check; NULL: there is none. For the end. */
const struct target *crew_take_back(struct crew *crew);

/* The channel of results, for chan_select(). */
struct chan *crew_results(struct crew *crew);

/*
 * Receives up to max results that are there, or waits until deadline_us for one. As
 * chan_recv_many(): EDEADLK means that a check in flight has ended without a result.
 */
ssize_t crew_receive(struct crew *crew, struct result *results, size_t max, int64_t deadline_us);

/* Lets the threads end when they have nothing to do, joins them all, and frees the crew. */
void crew_free(struct crew *crew);

#endif
