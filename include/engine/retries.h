/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_RETRIES_H
#define ENGINE_RETRIES_H

#include <stdbool.h>
#include <stdint.h>

#include "result/result.h"

/*
 * Which results are not the last word, and when to ask again. A target is retried soon after a
 * transport error, a timeout, and the statuses 408, 429, 500, 502, 503 and 504; whatever FAILED
 * may be confirmed when all else is done, without further retries. A pure data structure: time is
 * given to it, and chance.
 */
struct retry_rules {
    int max;          /* how often a target is retried; 0: not at all */
    int64_t delay_us; /* before the first time; each further one is twice as long, up to 2 min */
    int64_t until_us; /* what could not be asked again before then is not; 0: any time will do */

    /* Whatever FAILED is retried every delay_us; no bound counts: not max, until_us, or patience. */
    bool wait;
    bool wait_for_ok; /* so is what is WARN */

    int confirms;             /* how often what FAILED is asked again at the end; 0: not at all */
    int64_t confirm_delay_us; /* after the failure, at least */
};

/* Who wants to be left alone for longer is not waited for: that verdict is known now. */
#define RETRIES_PATIENCE_US (INT64_C(600) * 1000 * 1000)

struct retries {
    struct retry_rules rules;
    uint64_t random;      /* the state of chance; any but 0 */
    struct trial *trials; /* the targets that will be asked again */
    struct trial *next;   /* where it was last looked for one that is parked */
};

void retries_release(struct retries *retries);

/* How many targets are to be asked again. */
size_t retries_count(const struct retries *retries);

enum retry {
    RETRY_NEVER,  /* the result is the last word */
    RETRY_AT,     /* its target is to be asked again, at a given time */
    RETRY_AT_LAST /* it is parked here until retries_unpark(): when all else is done */
};

/*
 * What is to become of a result's target. Retried, it is asked again at *time_us: a quarter sooner
 * or later than the rules say, so that those that failed together do not come back together; or
 * exactly when its server wished, if the result has a wish that is granted, and not at all if it has
 * one that is not. It is never confirmed before the time of its wish, and not at all if that is
 * further away than RETRIES_PATIENCE_US. A result that is not the last word is kept here. One that
 * is, also for want of memory, carries from now on what its earlier attempts came to, and is FLAKY
 * if it did well only now: see result_confirm().
 */
enum retry retries_note(struct retries *retries, struct result *result, int64_t now_us,
                        int64_t *time_us);

/*
 * The target is done with, and may be freed: its last result, if there is one that is not NULL,
 * carries what its earlier attempts came to.
 */
void retries_forget(struct retries *retries, const struct target *target, struct result *result);

/*
 * The result of a target that was to be asked again and will not be: the last one that it had.
 * False: it had none.
 */
bool retries_take(struct retries *retries, const struct target *target, struct result *result);

/* Whether it had one. */
bool retries_has(const struct retries *retries, const struct target *target);

/* From now on every result is the last word. */
void retries_end(struct retries *retries);

/* After that, as retries_take(): of any target, and of any that is parked. */
bool retries_take_any(struct retries *retries, struct result *result);
bool retries_take_parked(struct retries *retries, struct result *result);

/*
 * What was found out before that time about a target's host does not count when it is asked now: it
 * FAILED then, and the reason may have gone; 0: all counts.
 */
int64_t retries_fresh_us(const struct retries *retries, const struct target *target);

/*
 * All else is done at now_us, so that all are parked: says when each is to be asked. Those of a
 * host come a tenth of a second after one another, or as much sooner as lets all of them begin
 * within the rules' delay. Takes O(n) time and memory; short of memory, they come together.
 */
void retries_space(struct retries *retries, int64_t now_us);

/* After that, a target that was parked and no longer is, and its time; NULL: there are no more. */
const struct target *retries_unpark(struct retries *retries, int64_t *time_us);

/*
 * What the server of a result wished, and what the rules say of that, whatever became of earlier
 * wishes: it is granted if it is of RETRIES_PATIENCE_US at most and ends before the rules'
 * until_us; under rules.wait, always. It is of the host if the host's own server said so, perhaps
 * after redirects within it, and the result is one that is retried. Any thread.
 */
struct retry_after retries_wish(const struct retry_rules *rules, const struct result *result,
                                int64_t now_us);

/* How long a host is waited for without another answer between: RETRIES_PATIENCE_US, or for ever. */
int64_t retries_patience_us(const struct retry_rules *rules);

#endif
