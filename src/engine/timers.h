/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_TIMERS_H
#define ENGINE_TIMERS_H

#include "engine/timer.h"

/*
 * A binary heap of timers, so that thousands can wait. It reads no clock. One thread.
 */
struct timers {
    struct timer **heap;
    size_t count;
    size_t room;
    uint64_t set_count;
};

/* Sets a timer that is in no heap. The timer stays the caller's. */
void timers_set(struct timers *timers, struct timer *timer, int64_t time_us);

/* Removes the timer; does nothing if it is in no heap. */
void timers_remove(struct timers *timers, struct timer *timer);

/* The timer with the earliest time; NULL if the heap is empty. */
struct timer *timers_first(const struct timers *timers);

/* Frees the heap, but not the timers in it. */
void timers_release(struct timers *timers);

#endif
