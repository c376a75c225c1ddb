/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_TIMER_H
#define ENGINE_TIMER_H

#include <stddef.h>
#include <stdint.h>

/*
 * A place in a heap of timers (timers.h). It is the first member of a struct that waits for a time,
 * so that a pointer to one is a pointer to the other. Zeroed, it is in no heap. All members belong
 * to timers.c.
 */
struct timer {
    int64_t time_us;
    uint64_t order; /* of two timers with the same time, the one that was set first comes first */
    size_t place;   /* in the heap, from 1; 0: in no heap */
};

#endif
