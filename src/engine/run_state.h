/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_RUN_STATE_H
#define ENGINE_RUN_STATE_H

#include "engine/run.h"
#include "in_flight_limit.h"
#include "list_reader.h"
#include "network.h"
#include "resource_backoff.h"
#include "retries.h"
#include "scheduler.h"
#include "worker_pool.h"

/*
 * The state of a run, and what becomes of a job after its check. run_loop.c decides when; this
 * module changes the state. One thread.
 */
struct run_state {
    const struct run_config *config;
    struct run_outcome outcome;
    struct list *list;
    struct list_reader *reader; /* of the list */
    struct worker_pool *pool;
    struct scheduler *scheduler;
    struct network network;
    struct retries retries;
    struct in_flight_limit limit;
    struct resource_backoff backoff;
    size_t awaiting_retry; /* jobs with awaits_retry */
    bool is_confirming;    /* all is done but confirmations */
    bool list_ended;
    bool is_lost;    /* a check in flight ended without a result: none will come any more */
    bool is_starved; /* more checks could be in flight, but every known host is at its limit */
    bool is_stopping;
    int64_t stopped_us;
    bool is_limit_reported;
};

/*
 * Ends the run, if it is not ending yet: starts no more checks, cancels those in flight, and
 * delivers or drops withheld results.
 */
void run_stop(struct run_state *run, enum run_end end);

/* As run_stop(), because of an error of urlcheck itself. */
void run_fail(struct run_state *run, const char *what, const char *why);

/* The job's result is final: passes it on, which may stop the run. */
void run_deliver(struct run_state *run, struct job *job);

/* The job's target has a problem: delivers that as its result. */
void run_deliver_refused(struct run_state *run, struct job *job);

/* The run ended before the last check of this job, which was waiting for one. */
void run_deliver_unfinished(struct run_state *run, struct job *job);

/* What a thread sent: delivers the result, or has the job checked again. */
void run_take_completion(struct run_state *run, struct completion *completion);

/* No thread could be started for a job. False: nothing can be started now. */
bool run_take_thread_shortage(struct run_state *run, struct job *job, int error_number);

/* Whether only parked and withheld jobs are left. */
bool run_is_idle(const struct run_state *run);

/* Nothing else is left: parked jobs go back to the scheduler, to be confirmed. */
void run_start_confirmations(struct run_state *run);

#endif
