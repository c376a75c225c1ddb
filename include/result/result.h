/* SPDX-License-Identifier: MIT */
#ifndef RESULT_RESULT_H
#define RESULT_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cause.h"
#include "result/attempts.h"
#include "result/outcome.h"
#include "result/verdict.h"

struct target;

/*
 * That the server of a response wants to be left alone (429 or 503 with Retry-After, RFC 9110,
 * section 10.2.3), and what comes of that: see gate_note().
 */
struct retry_after {
    int64_t until_us; /* its target is not to be asked before then; 0: there is no such wish */
    bool of_host;     /* it is about all of the target's host; else about that target alone */
    bool honored;     /* it is waited for; if not, there is no retry */
};

/* A target's result: the verdict, why, and what was seen. Owns message and outcome. */
struct result {
    const struct target *target; /* borrowed */
    enum verdict verdict;
    enum cause cause;
    char *message;           /* a phrase for people, not yet escaped; NULL if plain OK */
    int attempts;            /* this one included */
    int rounds;              /* how often it was asked for a verdict, retries apart; 0: once */
    struct attempts earlier; /* what those before it came to */
    int64_t held_until_us;   /* it was not asked: its host is to be left alone until then; else 0 */
    struct retry_after retry_after; /* for those who ask again */
    struct outcome outcome;
};

/* A result without a probe: of a target with a problem, or that was never, or in vain, begun. */
void result_without_probe(const struct target *target, enum cause cause, const char *message,
                          struct result *result);

/*
 * The result is that of another attempt: it takes over what the one before it knew of earlier ones,
 * and that one is noted as the last of them. The earlier result is then empty.
 */
void result_follow(struct result *result, struct result *earlier);

/*
 * The result is that of another look at what had FAILED so many times, the last time with that
 * class; result_follow() has been called. If it did well it is FLAKY, and has the class and the
 * message of that failure. The message says how many looks of how many failed.
 */
void result_confirm(struct result *result, int failed, enum cause cause);

/* Frees what it owns. */
void result_release(struct result *result);

/* Whether this machine ran short of something that it may have again a moment later. */
bool result_is_shortage(const struct result *result);

/* The status of a complete response; 0 where there was none. */
int result_status(const struct result *result);

#endif
