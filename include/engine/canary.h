/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_CANARY_H
#define ENGINE_CANARY_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/crew.h"
#include "input/reason.h"

/*
 * Canaries: targets that are asked only whether the network here is there, all at once, by threads
 * of their own, so that they wait behind nobody. Used by one thread.
 */
struct canaries {
    const struct target *const *targets; /* borrowed, as long as threads may ask */
    size_t count;
    crew_check *check; /* asks one */
};

struct flock;

/* For at least one canary, with check's first argument. NULL with errno. */
struct flock *flock_new(const struct canaries *canaries, void *context);

/*
 * Ends and joins the threads, and frees; not while flock_results() is not NULL: what they ask ends
 * in its own time. NULL is fine.
 */
void flock_free(struct flock *flock);

/*
 * Asks all canaries: begins an ask, where the one before has been answered. What is still in flight
 * from then is waited for, and asked again: it may have begun when all was well.
 */
void flock_ask(struct flock *flock);

enum flock_answer {
    FLOCK_SILENT, /* not yet known, or nothing was asked */
    FLOCK_UP,     /* one has not failed */
    FLOCK_DOWN,   /* all failed */
    FLOCK_SHORT,  /* none is up, but for want of something on this machine not all were asked */
    FLOCK_LOST    /* a result will never come */
};

/*
 * Receives what has come, and answers the ask, once. With DOWN and SHORT the reason tells of the
 * first canary that failed, or could not be asked; nothing in it is secret.
 */
enum flock_answer flock_listen(struct flock *flock, struct reason *reason);

/* The ask is off: what is in flight is waited for, and no more. */
void flock_dismiss(struct flock *flock);

/* The channel to wait for; NULL: nothing is in flight. */
struct chan *flock_results(struct flock *flock);

#endif
