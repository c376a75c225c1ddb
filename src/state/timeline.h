/* SPDX-License-Identifier: MIT */
#ifndef STATE_TIMELINE_H
#define STATE_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

#include "samples.h"
#include "state/history.h"

/*
 * What adds up to the history of a URL, by the rules of state/history.h. Samples have whole seconds; so
 * outages are taken from the second in which they began to that in which they ended.
 */

/* How many intervals the usual one is the median of. */
#define TIMELINE_GAPS 20

/* Borrowed. */
struct timeline {
    int64_t from_us, to_us; /* the period */
    int64_t first_us;       /* the URL's first result; 0: that of the samples */
    const struct sample
        *samples; /* the oldest first; TIMELINE_GAPS + 1 from before the period, or all */
    size_t sample_count;
    const int64_t *days; /* of local_days(), of the period: day_count + 1 */
    size_t day_count;
};

/*
 * Fills in what url has of the period: time, days, checks, blips and percentiles. url->outages are
 * there already. Returns how many results the period has; 0: url->days is NULL.
 */
size_t timeline_add_up(const struct timeline *timeline, struct history_url *url);

#endif
