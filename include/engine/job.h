/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_JOB_H
#define ENGINE_JOB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/timer.h"
#include "input/target.h"
#include "result/result.h"

/*
 * The one record of a target, from the moment its line is read until its result has been printed.
 * Main owns it; a thread that checks it reads only its target (and the host's pause, scheduler.h), and
 * writes only begun_us.
 *
 *              scheduler_add()                    results_put()
 *   (new) ──▶ waiting ──▶ in flight ──▶ withheld ──▶ done ──▶ printed, freed
 *                ▲            │ │
 *                └── delayed ◀┘ └──▶ parked (waits to be confirmed) ──▶ delayed
 *
 * In each of the states waiting, in flight, withheld and parked, and while it is printed, it is in at most one
 * queue, which uses next and prev; while it is delayed, timer is set.
 */
struct job {
    struct timer timer;    /* first: the scheduler's, while the job is delayed */
    struct target *target; /* owned */
    struct result
        *result;       /* of the last attempt, with notes on earlier ones; NULL: none yet; owned */
    struct host *host; /* while the scheduler has the job: the record of its host; else NULL */
    struct job *next, *prev;

    _Atomic int64_t begun_us; /* in flight: when a thread began to check it; 0: it waits for one */
    int64_t result_at_us;     /* when the result came */
    int64_t confirm_at_us;    /* while parked: the earliest time for the confirmation */
    int failed_rounds;        /* how often it FAILED after all retries; 0: not yet confirmed */
    enum cause failed_cause;  /* the class of the last such failure */
    int shortages;            /* how often this machine ran out of something while checking it */
    bool awaits_retry;        /* it has a result, but another check follows */
    bool is_parked;           /* its check has ended, and it waits to be confirmed */
    bool is_done;             /* its result is final: set by results_put() */
    size_t number;            /* of its result, from results_add() */

    struct job *next_added, *prev_added; /* all jobs in the order of the input (results.c) */
};

/* A job for the target, which it owns from now on. */
struct job *job_new(struct target *target);

/* Frees the job, its target and its result. NULL is fine. */
void job_free(struct job *job);

/*
 * The result of another attempt, which the job owns from now on. The result before it, if there is
 * one, becomes the last of its earlier attempts; keep_earlier: those before that are kept too.
 */
void job_add_result(struct job *job, struct result *result, int64_t now_us, bool keep_earlier);

/* The job has no result any more, as if it had never been checked. */
void job_drop_result(struct job *job);

#endif
