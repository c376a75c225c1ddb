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
 * while something else is printed on a terminal, and removed at the end. Main thread only.
 */

#define PROGRESS_INTERVAL_US (100 * CLOCK_MS)

/*
 * Whether the line can be drawn: standard error is a terminal with escape sequences, and standard
 * output is no pipe or socket, as its reader (tee, grep, less) may write to the same terminal. False
 * too if the user has set URLCHECK_NO_PROGRESS.
 */
bool progress_is_possible(void);

/* Turns the line on; until then progress_draw() does nothing. */
void progress_enable(int64_t now_us);
bool progress_is_enabled(void);

/* What the line shows. */
struct progress_facts {
    int64_t now_us;
    size_t total;     /* targets read so far */
    bool total_known; /* the list has been read to its end */
    size_t in_flight;
    size_t queued;       /* targets that only wait for their turn */
    size_t to_retry;     /* targets that were checked, are not done, and wait for another check */
    const char *awaited; /* the URL that has been in flight longest, not escaped; NULL: none */
    int64_t awaited_since_us;  /* since when it has been */
    int64_t canaries_since_us; /* since when nothing but the canaries is awaited; 0: it is not so */
    int64_t next_us;           /* when a check may start only because time has passed */
    const struct stats *stats;
};

/*
 * The line: one of
 *
 *     450 done, 440 OK, 10 FAILED, 84/s                  while the list is being read
 *     450/500 done, 440 OK, 10 FAILED, 84/s, 1 s left
 *     450/500 done, 440 OK, 10 FAILED, 50 in flight      when all others are in flight
 *     498/500, waiting for http://a.test/ (8 s) and 1 more       when few are left
 *     498/500 done, 2 to retry, 488 OK, 10 FAILED, next in 22 s
 *     498/500, asking the canaries (2 s)
 *
 * It takes at most that many columns. The caller frees it.
 */
char *progress_text(const struct progress_facts *facts, size_t columns);

/* Draws the line, at most once in PROGRESS_INTERVAL_US. */
void progress_draw(const struct progress_facts *facts);

/* Removes the line if it is drawn. Call it before anything else is printed. */
void progress_clear(void);

#endif
