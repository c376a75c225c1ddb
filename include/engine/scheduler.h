/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_SCHEDULER_H
#define ENGINE_SCHEDULER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct target;

/*
 * Whose turn it is. Targets wait in a queue for each host; the hosts take turns, so that a list
 * sorted by host does not hammer one while others wait, and none has more checks in flight than it
 * may. A pure data structure: it starts nothing, knows no clock and no lock; targets are borrowed.
 */
struct scheduler;

/* Times are points of the clock in base/clock.h. */
struct schedule_rules {
    size_t host_limit; /* checks in flight to one host; 0: no limit */
    size_t rate;       /* starts in any rate_period_us; 0: no limit */
    int64_t rate_period_us;
};

/* NULL with errno ENOMEM. */
struct scheduler *scheduler_new(const struct schedule_rules *rules);
void scheduler_free(struct scheduler *scheduler);

/* A target joins its host's queue. 0, or -1 with errno ENOMEM. */
int scheduler_add(struct scheduler *scheduler, const struct target *target);

/* The same at time_us. */
int scheduler_add_at(struct scheduler *scheduler, const struct target *target, int64_t time_us);

/*
 * The same of a target that is in flight, whose check has ended: behind those that were never asked,
 * whom it would keep waiting for ever if it came back as fast as it is asked. 0, or -1 with errno
 * ENOMEM.
 */
int scheduler_again(struct scheduler *scheduler, const struct target *target, int64_t time_us);

/*
 * The host of a target that is in flight has too much: from now on half as many checks as before
 * may be in flight to it, at least one, and one more whenever some have ended without that being
 * said again. Nothing if it has been said since as many checks began as are in flight: they know no
 * better.
 */
void scheduler_slow(struct scheduler *scheduler, const struct target *target);

/*
 * The same; and the host is left alone until then, if it is not for longer already. Short of memory
 * it is not.
 */
void scheduler_hold(struct scheduler *scheduler, const struct target *target, int64_t until_us);

/* Takes out the target whose turn it is at now_us: its check is now in flight. NULL: none may. */
const struct target *scheduler_next(struct scheduler *scheduler, int64_t now_us);

/* Whether no host may be asked that has a target waiting: others would be welcome. */
bool scheduler_is_starved(const struct scheduler *scheduler);

/* Whether others wait for the same host: what is left of a check may be of use to them. */
bool scheduler_has_more(const struct scheduler *scheduler, const struct target *target);

/* The check of a target from scheduler_next() has ended for good. */
void scheduler_done(struct scheduler *scheduler, const struct target *target);

/* Takes out any target that waits, whatever the limits, without counting it as in flight. */
const struct target *scheduler_drop(struct scheduler *scheduler);

/* How many targets wait, those whose time has not come included. */
size_t scheduler_waiting(const struct scheduler *scheduler);

/* When scheduler_next() may have more to give for no other reason than time: CLOCK_NEVER if not. */
int64_t scheduler_wake_us(const struct scheduler *scheduler);

#endif
