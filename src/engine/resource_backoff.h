/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_RESOURCE_BACKOFF_H
#define ENGINE_RESOURCE_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

struct target;

/*
 * What to do when this machine is short of something: rest, for longer each time that nothing has
 * succeeded since, and try again, a bounded number of times for each target. A pure data
 * structure: time is given to it.
 */
struct shortage {
    int rests; /* since the last success */
    int64_t rest_until_us;
    struct tried *tried; /* the targets that fell short, and how often */
};

void shortage_release(struct shortage *shortage);

enum shortage_advice {
    SHORTAGE_REST,    /* put the target back: a rest begins now */
    SHORTAGE_RESTING, /* put the target back: a rest has begun already */
    SHORTAGE_IN_VAIN  /* it has been tried often enough */
};

/* A target could not be checked for want of something; NULL: of a thread, whatever the target. */
enum shortage_advice shortage_note(struct shortage *shortage, const struct target *target,
                                   int64_t now_us);

/* A check has had what it needed. */
void shortage_over(struct shortage *shortage);

/* The target is done with, and may be freed. */
void shortage_forget(struct shortage *shortage, const struct target *target);

#endif
