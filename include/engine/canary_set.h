/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_CANARY_SET_H
#define ENGINE_CANARY_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/worker_pool.h"
#include "base/error.h"

/*
 * Canaries: targets that are asked only whether the network here is there, all at once, by threads
 * of their own, so that they wait behind nobody. Used by one thread.
 */
struct canaries {
    const struct target *const *targets; /* borrowed, as long as threads may ask */
    size_t count;
    check_function *check; /* asks one */
};

struct canary_set;

/* For at least one canary, with check's first argument. NULL with errno. */
struct canary_set *canary_set_new(const struct canaries *canaries, void *context);

/*
 * Ends and joins the threads, and frees; not while canary_set_results() is not NULL: what they ask ends
 * in its own time. NULL is fine.
 */
void canary_set_free(struct canary_set *canary_set);

/*
 * Asks all canaries: begins an ask, where the one before has been answered. What is still in flight
 * from then is waited for, and asked again: it may have begun when all was well.
 */
void canary_set_ask(struct canary_set *canary_set);

enum flock_answer {
    CANARY_SET_SILENT, /* not yet known, or nothing was asked */
    CANARY_SET_UP,     /* one has not failed */
    CANARY_SET_DOWN,   /* all failed */
    CANARY_SET_SHORT, /* none is up, but for want of something on this machine not all were asked */
    CANARY_SET_LOST   /* a result will never come */
};

/*
 * Receives what has come, and answers the ask, once. With DOWN and SHORT the reason tells of the
 * first canary that failed, or could not be asked; nothing in it is secret.
 */
enum flock_answer canary_set_poll(struct canary_set *canary_set, struct error *error);

/* The ask is off: what is in flight is waited for, and no more. */
void canary_set_dismiss(struct canary_set *canary_set);

/* The channel to wait for; NULL: nothing is in flight. */
struct chan *canary_set_results(struct canary_set *canary_set);

#endif
