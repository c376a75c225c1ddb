/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_WITHHELD_H
#define ENGINE_WITHHELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "result/result.h"

/*
 * Results that may say more about the network here than about their URLs. They are withheld until
 * somebody who was asked after they came has said that the network is there. Here it is decided
 * when to ask, and what may be believed then. A pure data structure: time is given to it.
 */

/* Of so many of the last results over half without a response are suspicious. */
#define DOUBTS_RECENT 50
/* The least time from one ask to the next, if it is so and if not. */
#define DOUBTS_SUSPICIOUS_US (INT64_C(100) * 1000)
#define DOUBTS_PATIENCE_US (INT64_C(1000) * 1000)
/* The same where nothing is withheld, but a few results will be asked for again. */
#define DOUBTS_OTHERS_US (INT64_C(10) * 1000 * 1000)

struct doubts {
    bool recent[DOUBTS_RECENT]; /* a ring: whether each was without a response */
    size_t noted;
    size_t without;       /* of those in the ring */
    size_t unasked;       /* how many were without one since the last ask began */
    struct doubt *queue;  /* what is withheld, in order */
    size_t withheld;      /* how many */
    size_t before_asking; /* of them, how many came before the ask that goes on, or was the last */
    size_t believed;      /* of them, how many may go */
    int64_t asked_us;     /* when the last ask began; 0: long ago */
    bool asking;
};

void doubts_release(struct doubts *doubts);

/*
 * Whether a result may be due to the network here: no complete response came. Whatever its verdict:
 * a port that is expected to be closed seems so too where there is no network.
 */
bool doubts_concern(const struct result *result);

/* A result came; of a check that will be made again, perhaps. */
void doubts_note(struct doubts *doubts, const struct result *result);

/* Takes over a result that came now. 0; or -1 with errno ENOMEM, and it is still the caller's. */
int doubts_withhold(struct doubts *doubts, const struct result *result, int64_t now_us);

/*
 * When to ask; CLOCK_NEVER: while an ask goes on, or all have had a response since the last. What
 * is withheld is asked about soon, and at once at the end of the run, when nothing else is left to
 * do; what was noted, and not withheld, only if it is suspicious.
 */
int64_t doubts_ask_us(const struct doubts *doubts, bool at_end);

/* An ask begins now: all that is withheld came before it. */
void doubts_asked(struct doubts *doubts, int64_t now_us);

/* It has ended: with is_there the network was, so that what came before it can be believed. */
void doubts_answered(struct doubts *doubts, bool is_there);

/* Gives the first result that can be believed, and may go; false: there is none. */
bool doubts_take_believed(struct doubts *doubts, struct result *result);

/* The same of all that is withheld, for the end of a run that nobody waits for. */
bool doubts_take_any(struct doubts *doubts, struct result *result);

#endif
