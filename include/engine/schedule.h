/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_SCHEDULE_H
#define ENGINE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct target;

/*
 * Whose turn it is. Targets wait in a queue for each host; the hosts take turns, so that a list
 * sorted by host does not hammer one while others wait, and none has more checks in flight than
 * host_limit. A pure data structure: it starts nothing, knows no clock and no lock; targets are
 * borrowed.
 */
struct schedule;

/* host_limit 0: none. NULL with errno ENOMEM. */
struct schedule *schedule_new(size_t host_limit);
void schedule_free(struct schedule *schedule);

/* A target joins its host's queue. 0, or -1 with errno ENOMEM. */
int schedule_add(struct schedule *schedule, const struct target *target);

/*
 * A target, taken out of the queue, joins it again, ahead of the others of its host, at time_us.
 * Its check has ended. 0, or -1 with errno ENOMEM.
 */
int schedule_again(struct schedule *schedule, const struct target *target, int64_t time_us);

/* Takes out the target whose turn it is at now_us: its check is now in flight. NULL: none may. */
const struct target *schedule_next(struct schedule *schedule, int64_t now_us);

/* Whether others wait for the same host: what is left of a check may be of use to them. */
bool schedule_has_more(const struct schedule *schedule, const struct target *target);

/* The check of a target from schedule_next() has ended for good. */
void schedule_done(struct schedule *schedule, const struct target *target);

/* Takes out any target that waits, whatever the limits, without counting it as in flight. */
const struct target *schedule_drop(struct schedule *schedule);

/* How many targets wait, those whose time has not come included. */
size_t schedule_waiting(const struct schedule *schedule);

/* When schedule_next() may have more to give for no other reason than time: CLOCK_NEVER if not. */
int64_t schedule_wake_us(const struct schedule *schedule);

#endif
