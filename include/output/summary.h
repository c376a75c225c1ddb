/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_SUMMARY_H
#define OUTPUT_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "input/settings.h"
#include "results/stats.h"

/* Whether a summary is printed on standard error: to a terminal, except with --changes; or with --summary. */
bool summary_is_wanted(const struct settings *settings);

/*
 * Writes the summary of a run. One line has the counts by verdict and class:
 *     498 checked in 3.7 s: 475 OK; 23 FAILED: 17 http-4xx, 6 refused; 2 not checked (interrupted)
 * It ends with the number of folded duplicates, and of URLs that --include and --exclude left out.
 * A line for each proxy at which several failed follows: "all 500 FAILED at the proxy a:3128 (--proxy)".
 * From SUMMARY_LATENCIES answers on, latency percentiles and the slowest URLs follow.
 */
#define SUMMARY_LATENCIES 10
void summary_print(struct text *out, struct stats *stats, size_t folded, size_t left_out,
                   int64_t elapsed_us);

#endif
