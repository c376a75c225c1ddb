/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_CANARY_SET_H
#define ENGINE_CANARY_SET_H

#include "engine/chan.h"
#include "engine/run.h"

/*
 * Checks all canaries at once, on threads of their own, so that they never wait for checks of URLs.
 * One thread calls these functions; none of them blocks, except canary_set_free().
 */
struct canary_set;

/* For at least one canary, whose check gets context. */
struct canary_set *canary_set_new(const struct canaries *canaries, void *context);

/* Joins the threads and frees the set. Call it once canary_set_results() is NULL. NULL is fine. */
void canary_set_free(struct canary_set *set);

/*
 * Begins to check all canaries. Not before the last answer. A check that is still in flight from
 * before may have begun when the network was up: its result is ignored, and it is repeated.
 */
void canary_set_ask(struct canary_set *set);

enum canary_answer {
    CANARIES_PENDING, /* no answer yet, or no canary_set_ask() */
    CANARIES_UP,      /* one of them did not fail */
    CANARIES_DOWN,    /* all of them failed */
    CANARIES_SHORT, /* none is up, but this machine ran out of something before all were checked */
    CANARIES_LOST   /* a check ended without a result */
};

/*
 * Receives the results that have come, and answers once for each canary_set_ask(). With DOWN and
 * SHORT *error names the first canary that failed, or could not be checked, and why; it holds
 * nothing secret.
 */
enum canary_answer canary_set_poll(struct canary_set *set, struct error *error);

/* Gives up waiting for an answer. Checks in flight go on. */
void canary_set_dismiss(struct canary_set *set);

/* The channel to wait for; NULL: no check is in flight. */
struct chan *canary_set_results(struct canary_set *set);

#endif
