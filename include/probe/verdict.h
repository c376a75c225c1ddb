/* SPDX-License-Identifier: MIT */
#ifndef PROBE_VERDICT_H
#define PROBE_VERDICT_H

#include "input/target.h"
#include "probe/attempts.h"
#include "probe/class.h"
#include "probe/outcome.h"

/* The worse, the greater. FLAKY: it had FAILED, and did not when that was to be confirmed. */
enum verdict { VERDICT_OK, VERDICT_WARN, VERDICT_FLAKY, VERDICT_FAILED };

/*
 * That the server of a response wants to be left alone (429 or 503 with Retry-After, RFC 9110,
 * section 10.2.3), and what comes of that: see gate_note().
 */
struct wish {
    int64_t until_us; /* its target is not to be asked before then; 0: there is no such wish */
    bool of_host;     /* it is about all of the target's host; else about that target alone */
    bool granted;     /* it is waited for; if not, there is no retry */
};

/* A target's result: the verdict, why, and what was seen. Owns message and outcome. */
struct result {
    const struct target *target; /* borrowed */
    enum verdict verdict;
    enum class class;
    char *message;           /* a phrase for people, not yet escaped; NULL if plain OK */
    int attempts;            /* this one included */
    int rounds;              /* how often it was asked for a verdict, retries apart; 0: once */
    struct attempts earlier; /* what those before it came to */
    int64_t held_until_us;   /* it was not asked: its host is to be left alone until then; else 0 */
    struct wish wish;        /* for those who ask again */
    struct outcome outcome;
};

/*
 * Judges the outcome, which it takes over, and fills *result with it. Cannot fail: where there is no
 * memory to say what was seen, that is the result: class local, without a message.
 */
void verdict_judge(const struct target *target, struct outcome *outcome, struct result *result);

/* A result without a probe: of a target with a problem, or that was never, or in vain, begun. */
void verdict_without_probe(const struct target *target, enum class class, const char *message,
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
void result_confirm(struct result *result, int failed, enum class class);

/* Frees what it owns. */
void result_release(struct result *result);

/* Whether this machine ran short of something that it may have again a moment later. */
bool verdict_is_shortage(const struct result *result);

/* The status of a complete response; 0 where there was none. */
int result_status(const struct result *result);

/* "OK", "WARN", "FLAKY", "FAILED"; "tcp": how far it came, "-" if nothing was asked. */
const char *verdict_name(enum verdict verdict);
const char *phase_name(enum phase phase);

#endif
