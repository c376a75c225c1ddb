/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_PROGRESS_H
#define OUTPUT_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "results/stats.h"

/*
 * The progress line on standard error, for someone who watches a terminal. It is redrawn a few
 * times a second, makes way for what is printed, and is gone in the end. Main thread only.
 */

#define PROGRESS_INTERVAL_US INT64_C(100000)

/* From now on there is a line to be drawn. */
void progress_enable(int64_t now_us);
bool progress_is_enabled(void);

/* What the line says. */
struct progress_facts {
    int64_t now_us;
    size_t total;     /* targets read so far */
    bool total_known; /* there are no more */
    size_t again;     /* of those that are not done: asked before, to be asked again */
    const struct stats *stats;
};

/* Draws the line, unless that was done less than PROGRESS_INTERVAL_US ago. */
void progress_draw(const struct progress_facts *facts);

/* Wipes the line out, if one is drawn, as something is to be printed. */
void progress_clear(void);

#endif
