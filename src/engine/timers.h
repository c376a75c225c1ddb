/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_TIMERS_H
#define ENGINE_TIMERS_H

#include <stddef.h>
#include <stdint.h>

/*
 * What waits for its time: a heap, so that thousands may. It knows no clock. A timer stands first
 * in what waits, and belongs to the caller; zeroed it is in no heap.
 */
struct timer {
    int64_t time_us;
    uint64_t order; /* of two for the same time the one that was set first is first */
    size_t place;   /* in the heap, from 1; 0: in none */
};

struct timers {
    struct timer **heap;
    size_t count;
    size_t room;
    uint64_t set;
};

/* Sets a timer that is in no heap. 0, or -1 with errno ENOMEM. */
int timers_set(struct timers *timers, struct timer *timer, int64_t time_us);

/* Takes the timer out; nothing if it is in none. */
void timers_remove(struct timers *timers, struct timer *timer);

/* The timer whose time comes first; NULL: there is none. */
struct timer *timers_first(const struct timers *timers);

/* Frees the heap; the timers in it are the caller's. */
void timers_release(struct timers *timers);

#endif
