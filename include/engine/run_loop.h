/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_RUN_LOOP_H
#define ENGINE_RUN_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/canary_set.h"
#include "engine/worker_pool.h"
#include "engine/retries.h"
#include "engine/scheduler.h"
#include "engine/signals.h"
#include "input/list.h"

#define PAUSE_IN_VAIN INT64_C(-1)
#define PAUSE_ENOUGH INT64_C(-2)

/* How a run is going. */
struct pulse {
    int64_t now_us;
    size_t in_flight;
    size_t again;    /* targets that were asked and are to be asked again */
    bool list_ended; /* all targets have been admitted */
};

/*
 * Runs every target of a list through a check, many at once, and delivers exactly one result for
 * each that was admitted. What may be due to the network here is withheld until a canary is up. All
 * functions of struct runner but check are called by the thread that called run_loop_run().
 */
struct runner {
    size_t parallel_max;
    struct schedule_rules rules;
    struct retry_rules retry;
    struct canaries canaries; /* without them it is taken for granted that there is a network */
    bool ends_early;          /* deliver may say DELIVERY_ENOUGH: no check starts in vain then */
    int64_t deadline_us;      /* when the run is to be over; 0: never */
    struct signals *signals;  /* what interrupts the run; borrowed */
    void *context;            /* the first argument of each of the functions */

    /*
     * A target was read, and now belongs to the callee, who keeps it until its result has been
     * delivered. ADMIT_SKIP: no check and no result are wanted.
     */
    enum admission {
        ADMIT_CHECK,
        ADMIT_SKIP,
        ADMIT_STOP
    } (*admit)(void *context, struct target *target);
    check_function *check;
    /* A result, which now belongs to the callee. */
    enum delivery {
        DELIVERY_GO_ON,
        DELIVERY_ENOUGH, /* the run has shown what it was to show */
        DELIVERY_IN_VAIN /* nobody reads on */
    } (*deliver)(void *context, struct result *result);
    /* All checks in flight are to end soon, those to come at once. */
    void (*cancel)(void *context);
    /* This machine ran short of something: give back what can be spared. */
    void (*trim)(void *context);
    /* The checks in flight were lowered to this many; once a run. */
    void (*lowered)(void *context, size_t in_flight, int os_error);
    /*
     * Before each wait: the time to flush what was delivered. Returns when to be called again at
     * the latest; PAUSE_IN_VAIN or PAUSE_ENOUGH, as a delivery: the run is to stop.
     */
    int64_t (*pause)(void *context, const struct pulse *pulse);
};

enum run_end {
    RUN_DONE,        /* each admitted target had its result */
    RUN_INTERRUPTED, /* by a signal; targets without a check have had the result "cancelled" */
    RUN_DEADLINE,    /* the deadline came; targets without a check have had that result */
    RUN_ENOUGH,      /* deliver said so; what was known had its result, and nothing else */
    RUN_STOPPED,     /* admit, deliver or pause said so */
    RUN_LOST,        /* a result never came */
    RUN_OFFLINE,     /* the network here is down: see reason; nothing was delivered since; or no
                        canary had answered when the deadline came, and there is no reason */
    RUN_FAILED       /* the run could not begin, the list not be read to its end, or no canary be
                        asked: see reason */
};

struct run {
    enum run_end end;
    int signal;             /* with RUN_INTERRUPTED */
    struct error error;     /* with RUN_FAILED; with RUN_OFFLINE, what came of a canary */
    bool unfinished;        /* there are, or may have been, targets that it did not check */
    bool list_unread;       /* there was more in the list than could be read then */
    bool threads_left;      /* checks that did not end in time: the process must end by _exit() */
    struct retries retries; /* for run_take_known() */
};

void run_release(struct run *run);

/* Whether a run that ended so has a result for each target all the same. */
bool run_has_all(enum run_end end);

/* The result of a target that was not checked because of such an end. */
void run_make_result(enum run_end end, const struct target *target, struct result *result);

/*
 * The last result of a target that was being checked once more when the run ended, and was not
 * waited for any longer; its thread may still use the target. False: there are no more.
 */
bool run_take_known(struct run *run, struct result *result);

/*
 * Runs the list, and blocks until that is done; after SIGINT, SIGTERM or the deadline no more than
 * 1.6 s beyond what the functions take. The caller releases what is returned.
 */
struct run run_loop_run(const struct runner *runner, struct list *list);

#endif
