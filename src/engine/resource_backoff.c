/* SPDX-License-Identifier: MIT */
#include "resource_backoff.h"

#include <stddef.h>

#include "base/clock.h"

#define PAUSE_US (20 * CLOCK_MS)
#define PAUSE_MAX_US (1 * CLOCK_S)
/* Pauses in a row without a success; together they last 3.3 s */
#define PAUSES_MAX 8
/* Shortages that one job meets while others succeed */
#define SHORTAGES_MAX 20

enum backoff_advice resource_backoff_note(struct resource_backoff *backoff, struct job *job,
                                          int64_t now_us)
{
    int64_t pause_us = PAUSE_US << backoff->pauses;

    if (job && ++job->shortages >= SHORTAGES_MAX)
        return BACKOFF_GIVE_UP;
    if (now_us < backoff->until_us)
        return BACKOFF_GOES_ON;
    if (backoff->pauses == PAUSES_MAX)
        return BACKOFF_GIVE_UP;
    backoff->pauses++;
    backoff->until_us = now_us + (pause_us < PAUSE_MAX_US ? pause_us : PAUSE_MAX_US);
    return BACKOFF_BEGINS;
}

void resource_backoff_reset(struct resource_backoff *backoff)
{
    backoff->pauses = 0;
}
