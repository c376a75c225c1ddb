/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_RESOURCE_BACKOFF_H
#define ENGINE_RESOURCE_BACKOFF_H

#include <stdint.h>

#include "engine/job.h"

/*
 * What to do when this machine runs out of descriptors, threads or ports: start nothing for a
 * while, twice as long each time that nothing has succeeded since, and try again, a bounded number
 * of times. Reads no clock.
 */
struct resource_backoff {
    int pauses; /* since the last success */
    int64_t until_us;
};

enum backoff_advice {
    BACKOFF_BEGINS,  /* check the job again at until_us: a pause begins now */
    BACKOFF_GOES_ON, /* check the job again at until_us: a pause has begun already */
    BACKOFF_GIVE_UP  /* it was tried often enough */
};

/*
 * A job could not be checked because of a shortage. NULL: the shortage is not that of a single job: a
 * thread was missing, or a canary could not be checked.
 */
enum backoff_advice resource_backoff_note(struct resource_backoff *backoff, struct job *job,
                                          int64_t now_us);

/* A check had all that it needed. */
void resource_backoff_reset(struct resource_backoff *backoff);

#endif
