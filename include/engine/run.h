/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_RUN_H
#define ENGINE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/job.h"
#include "engine/signals.h"
#include "input/list.h"
#include "result/probe_options.h"
#include "result/result.h"

/*
 * The configuration of a run, the functions that it calls, and how it ended. run_loop.h runs it.
 * Times are points of the clock in base/clock.h, in microseconds.
 */

struct scheduler_rules {
    size_t host_limit; /* checks in flight to one host; 0: no limit */
    size_t rate;       /* starts in any rate_period_us; 0: no limit */
    int64_t rate_period_us;
};

struct retry_rules {
    int max;          /* retries of a URL; 0: none */
    int64_t delay_us; /* before the first retry; it doubles for each further one, up to 2 min */
    int64_t
        deadline_us; /* a retry or confirmation that could not start before is not made; 0: none */

    /*
     * --wait: every URL that FAILED, or that this machine could not check, is retried every
     * delay_us; max, deadline_us and patience do not count.
     */
    bool wait;
    bool wait_for_ok; /* with wait: WARN is retried as well */

    int confirms;             /* confirmations of a URL that FAILED; 0: none */
    int64_t confirm_delay_us; /* from the failure to its confirmation, at least */
};

/* Checks a target and fills in its result. Blocks; called by many threads at once. */
typedef void check_function(void *context, const struct target *target,
                            const struct probe_options *options, struct result *result);

/* The targets whose checks tell whether the network here works. */
struct canaries {
    struct target *const *targets; /* borrowed, for as long as threads may check them */
    size_t count;                  /* 0: the network is assumed to work */
    check_function *check;
};

/* The state of the run, for on_idle. */
struct run_status {
    int64_t now_us;
    size_t in_flight;
    size_t awaiting_retry; /* jobs that have a result and will be checked again */
    size_t queued;         /* jobs that only wait for their turn: not in flight, and not delayed */
    bool list_ended;       /* all targets have been admitted */
    const struct target *awaited; /* of the check in flight that began first; NULL: there is none */
    int64_t awaited_since_us;     /* when it began */
    /* When the check of the canaries began, if nothing else can go on before it ends; else 0. */
    int64_t canaries_since_us;
    int64_t next_us; /* when a job may start only because time has passed; CLOCK_NEVER: none */
};

enum admission {
    ADMIT_CHECK,
    ADMIT_SKIP, /* a duplicate: the callee has freed the job */
};

enum delivery {
    DELIVERY_CONTINUE,
    DELIVERY_ENOUGH, /* the run needs no more results */
    DELIVERY_STOP    /* the output has no reader, or cannot be written */
};

/* Returned by on_idle instead of a time. */
#define ON_IDLE_STOP INT64_C(-1)
#define ON_IDLE_ENOUGH INT64_C(-2)

/* All functions but the check functions are called by the thread that called run_loop(). */
struct run_config {
    size_t parallel_max;
    struct scheduler_rules scheduling;
    struct retry_rules retries;
    struct canaries canaries;
    bool may_end_early;      /* deliver may return DELIVERY_ENOUGH: queue no jobs for threads */
    int64_t deadline_us;     /* when the run ends; 0: no deadline */
    struct signals *signals; /* borrowed */
    void *context;           /* the first argument of each function */

    check_function *check;
    /*
     * A check has ended: may change its verdict, before it is decided whether the result is the last one.
     * NULL: there is nothing to judge.
     */
    void (*judge)(void *context, struct result *result);
    /* A target was read. The callee owns the job from now on, and keeps it until it is delivered. */
    enum admission (*admit)(void *context, struct job *job);
    /* The job has its last result. It is the callee's to free. */
    enum delivery (*deliver)(void *context, struct job *job);
    /* Ends all checks in flight soon, and later ones at once. */
    void (*cancel)(void *context);
    /* This machine ran out of descriptors, threads or ports: release what is not needed now. */
    void (*trim)(void *context);
    /* The limit on checks in flight was lowered for the first time, because of error_number. */
    void (*limit_lowered)(void *context, size_t limit, int error_number);
    /*
     * The loop is about to wait: the time to flush what was delivered. Returns when to be called
     * again at the latest, or ON_IDLE_STOP or ON_IDLE_ENOUGH to end the run.
     */
    int64_t (*on_idle)(void *context, const struct run_status *status);
};

enum run_end {
    RUN_DONE,        /* each admitted job was delivered */
    RUN_INTERRUPTED, /* by a signal; jobs without a result are "cancelled" */
    RUN_DEADLINE,    /* the deadline came; jobs without a result get class deadline */
    RUN_ENOUGH,      /* deliver or on_idle said so; jobs without a result are not delivered */
    RUN_STOPPED,     /* deliver or on_idle said so */
    RUN_LOST,        /* a check ended without a result */
    RUN_OFFLINE,     /* every canary failed: see error; or, without an error text, none had answered
                        by the deadline. Nothing is delivered any more */
    RUN_FAILED       /* the run could not begin, memory ran out, the list could not be read to its
                        end, or no canary could be checked: see error */
};

struct run_outcome {
    enum run_end end;
    int signal;         /* with RUN_INTERRUPTED */
    struct error error; /* with RUN_FAILED and RUN_OFFLINE */
    bool unfinished;    /* some jobs were, or may have been, left without a check that ended */
    bool list_unread;   /* the list was not read to its end */
    bool threads_left;  /* some checks did not end in time: end the process with quick_exit() */
};

/* Whether each admitted job gets a result after such an end. */
bool run_delivers_all(enum run_end end);

/* Whether only a canary can tell that a result is not the network's fault: there was no response. */
bool run_needs_canary(const struct result *result);

/*
 * Gives a job that will not be checked any more its last result: that of its last attempt or, if it
 * has had none, one that says how the run ended.
 */
void run_conclude_job(enum run_end end, struct job *job);

/* Replaces the job's result by one that says how the run ended, and quotes the earlier message. */
void run_mark_unverified(enum run_end end, struct job *job);

#endif
