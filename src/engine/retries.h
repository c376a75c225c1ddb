/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_RETRIES_H
#define ENGINE_RETRIES_H

#include "base/clock.h"
#include "engine/run.h"

/*
 * Which results are final, and when a job is checked again. A job is retried soon after a transport
 * error, a timeout, and the statuses 408, 429, 500, 502, 503 and 504. A job that FAILED after all
 * retries can be confirmed: it is parked, and checked again, without retries, once all other jobs
 * are done. Reads no clock. One thread, except retries_read_retry_after().
 */
struct retries {
    struct retry_rules rules; /* zeroed once the run ends: every result is then final */
    uint64_t random_state;    /* any value but 0 */
    struct job *parked;
};

/*
 * A longer Retry-After is not waited for: the verdict is final. The pauses of one host together are
 * not longer, either (retries_patience_us()).
 */
#define RETRIES_PATIENCE_US (600 * CLOCK_S)

enum retry_decision {
    RETRY_NEVER, /* the result is final */
    RETRY_AT,    /* check the job again at the given time */
    RETRY_PARK   /* confirm the job when all others are done: pass it to retries_park() */
};

/*
 * Decides on a job that has just got its result. The time of a retry is a quarter earlier or later
 * than the rules say, so that jobs that failed together do not return together; or exactly the time
 * of Retry-After, if that is honored. A final result of a job that was confirmed says so
 * (result_confirm()).
 */
enum retry_decision retries_decide(struct retries *retries, struct job *job, int64_t now_us,
                                   int64_t *time_us);

/* Keeps a job until retries_unpark(). */
void retries_park(struct retries *retries, struct job *job);

/*
 * All other jobs are done: plans the confirmations of those parked. Those of one server, which may
 * have several host names, start 100 ms after one another, or sooner if otherwise not all of them
 * could start within the rules' delay.
 */
void retries_plan_confirmations(struct retries *retries, int64_t now_us);

/* Takes out a parked job; its confirm_at_us says when to check it. NULL: none is parked. */
struct job *retries_unpark(struct retries *retries);

/*
 * How the job must be checked next: results of name lookups and connections from before this time
 * must not be used, as the failure may be theirs. 0: all may be used.
 */
int64_t retries_fresh_us(const struct retries *retries, const struct job *job);

/*
 * The pause that a server requests by Retry-After with 429 or 503 (RFC 9110, section 10.2.3), and
 * whether the rules allow it. It concerns the whole host if the host itself requested it, perhaps
 * after redirects to itself, and the result is one that is retried. Any thread.
 */
struct retry_after retries_read_retry_after(const struct retry_rules *rules,
                                            const struct result *result, int64_t now_us);

/* The longest sum of pauses that a host may request without another response in between. */
int64_t retries_patience_us(const struct retry_rules *rules);

#endif
