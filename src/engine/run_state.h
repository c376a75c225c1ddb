/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_RUN_STATE_H
#define ENGINE_RUN_STATE_H

#include "network.h"
#include "list_reader.h"
#include "engine/run_loop.h"
#include "resource_backoff.h"

/*
 * A run on its way, for the runner alone: what it has, and what becomes of targets that were
 * checked, or will not be. One thread.
 */
struct progress {
    const struct runner *runner;
    struct list_reader *reader;
    struct worker_pool *pool;
    struct scheduler *scheduler;
    struct run *run;

    size_t limit;     /* checks in flight: parallel_max, or lower after a shortage */
    size_t successes; /* since the limit was changed */
    size_t caution;   /* how many there must be before it is raised */
    struct shortage shortage;
    struct retries retries;
    struct network network;
    bool lowering; /* more are in flight than the lowered limit: what fails now is the same lack */
    bool told;
    bool starved;      /* more could be in flight, but no host that waits may be asked */
    bool confirming;   /* of the list, all is done but what FAILED and is asked again */
    bool resting;      /* for want of something: nothing is started */
    bool results_come; /* there was one when last looked */
    bool list_ended;
    bool lost; /* a check in flight has ended without a result: no more will come */
    bool stopping;
    int64_t stopped_us;
    int64_t pause_us; /* when to call pause() again */
};

/* No more checks, and those in flight are to end. Nothing if that has been said. */
void progress_stop(struct progress *progress, enum run_end end);

/* A result that is its target's last is delivered, and may stop the run. */
void progress_deliver(struct progress *progress, struct result *result);

/* A result is made up for a target that was not checked, and delivered. */
void progress_deliver_unchecked(struct progress *progress, const struct target *target,
                                enum cause cause, const char *message);

/*
 * The run ends before the target was checked, or checked again: the last result that it had counts,
 * or else that. Nothing, if the run ends in a way that nobody wants to know.
 */
void progress_deliver_unfinished(struct progress *progress, const struct target *target);

/* The run ends before what is parked was asked again: what is known of it counts. */
void progress_deliver_parked(struct progress *progress);

/* Whether nothing is left to be done, but for what is parked, or withheld. */
bool progress_is_idle(const struct progress *progress);

/* That is so: what is parked goes back into the schedule. */
void progress_confirm(struct progress *progress);

/*
 * No thread was given for a target: it is put back, or its result is that. True if the machine
 * rests now.
 */
bool progress_lacks_thread(struct progress *progress, const struct target *target, int os_error);

/* The result of a check: it is delivered, or its target is put back to be checked again. */
void progress_take_result(struct progress *progress, struct result *result);

#endif
