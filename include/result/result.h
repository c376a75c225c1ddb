/* SPDX-License-Identifier: MIT */
#ifndef RESULT_RESULT_H
#define RESULT_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cause.h"
#include "result/attempts.h"
#include "result/outcome.h"
#include "result/sighting.h"
#include "result/transition.h"
#include "result/verdict.h"

struct target;

/*
 * A server's request to wait before the next one: Retry-After with status 429 or 503 (RFC 9110,
 * section 10.2.3). The engine decides what follows from it.
 */
struct retry_after {
    int64_t until_us; /* do not check the target again before this time; 0: no such request */
    bool of_host;     /* it applies to all targets of the host, else to this target alone */
    bool honored;     /* urlcheck waits that long; else there is no retry */
};

/* The result of a target: the verdict, the reason, and what was observed. */
struct result {
    const struct target *target; /* borrowed */
    enum verdict verdict;
    enum cause cause;        /* CAUSE_NONE if plain OK */
    char *message;           /* for users, not yet escaped; owned; NULL if and only if plain OK */
    int attempts;            /* how many were made, this one included */
    int rounds;              /* how many verdicts there were: 1, and 1 for each confirmation; a
                                retry is part of its round; 0 is the same as 1 */
    struct attempts earlier; /* the attempts before this one */
    struct retry_after retry_after; /* for the scheduler */
    struct outcome outcome;         /* owned */
    struct transition transition;   /* with --changes */
    size_t number; /* among results with the same name and URL, from 1; 0: no output needs it */

    /* With --merge: */
    const char *place; /* where the run that saw it looked from; borrowed; NULL: here */
    char *final_url;   /* as another run has printed it; owned; NULL: the outcome's */
    struct sightings seen_from;
};

/*
 * Fills in the result of a target that was not checked: a line that is not a URL, or a check that
 * was cancelled before it began. Copies the message.
 */
void result_without_probe(const struct target *target, enum cause cause, const char *message,
                          struct result *result);

/*
 * For a retry or a confirmation: appends *earlier, the result of the attempt before this one, to
 * result->earlier and adds up the attempts. *earlier is then released and empty.
 */
void result_follow(struct result *result, struct result *earlier);

/*
 * For a confirmation, after result_follow(): the target had FAILED `failed` times before, with that
 * class the last time. A result that is not FAILED becomes FLAKY and gets that class and the
 * message of that failure. The message of either says how many of how many rounds failed.
 */
void result_confirm(struct result *result, int failed, enum cause cause);

/* Frees what the result owns and sets everything to zero. */
void result_release(struct result *result);

/* Whether this machine ran out of something that may be available again a moment later. */
bool result_is_shortage(const struct result *result);

/* The status of a complete response; 0 if there was none. */
int result_status(const struct result *result);

#endif
