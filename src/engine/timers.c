/* SPDX-License-Identifier: MIT */
#include "timers.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"

static bool is_before(const struct timer *a, const struct timer *b)
{
    return a->time_us < b->time_us || (a->time_us == b->time_us && a->order < b->order);
}

static void put(struct timers *timers, struct timer *timer, size_t place)
{
    timers->heap[place - 1] = timer;
    timer->place = place;
}

static void move_up(struct timers *timers, struct timer *timer, size_t place)
{
    for (; place > 1 && is_before(timer, timers->heap[place / 2 - 1]); place /= 2)
        put(timers, timers->heap[place / 2 - 1], place);
    put(timers, timer, place);
}

static void move_down(struct timers *timers, struct timer *timer, size_t place)
{
    for (;;) {
        size_t child = 2 * place;

        if (child < timers->count && is_before(timers->heap[child], timers->heap[child - 1]))
            child++;
        if (child > timers->count || is_before(timer, timers->heap[child - 1]))
            break;
        put(timers, timers->heap[child - 1], place);
        place = child;
    }
    put(timers, timer, place);
}

void timers_set(struct timers *timers, struct timer *timer, int64_t time_us)
{
    if (timers->count == timers->room) {
        timers->room = timers->room ? 2 * timers->room : 64;
        timers->heap = xrealloc(timers->heap, timers->room * sizeof(*timers->heap));
    }
    timer->time_us = time_us;
    timer->order = timers->set_count++;
    move_up(timers, timer, ++timers->count);
}

void timers_remove(struct timers *timers, struct timer *timer)
{
    size_t place = timer->place;
    struct timer *last;

    if (place == 0)
        return;
    last = timers->heap[--timers->count];
    timer->place = 0;
    if (last == timer)
        return;
    move_down(timers, last, place);
    move_up(timers, last, last->place);
}

struct timer *timers_first(const struct timers *timers)
{
    return timers->count ? timers->heap[0] : NULL;
}

void timers_release(struct timers *timers)
{
    free(timers->heap);
    *timers = (struct timers){0};
}
