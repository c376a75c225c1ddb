/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_PROGRESS_H
#define OUTPUT_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "results/stats.h"

/*
 * The progress line on standard error, for a terminal. It is redrawn a few times a second, removed
 * while something else is printed, and removed at the end. Main thread only.
 */

#define PROGRESS_INTERVAL_US (100 * CLOCK_MS)

/* Turns the line on; until then progress_draw() does nothing. */
void progress_enable(int64_t now_us);
bool progress_is_enabled(void);

/* What the line shows. */
struct progress_facts {
    int64_t now_us;
    size_t total;     /* targets read so far */
    bool total_known; /* the list has been read to its end */
    size_t to_retry;  /* targets that were checked, are not done, and wait for another check */
    const struct stats *stats;
};

/* Draws the line, at most once in PROGRESS_INTERVAL_US. */
void progress_draw(const struct progress_facts *facts);

/* Removes the line if it is drawn. Call it before anything else is printed. */
void progress_clear(void);

#endif
