/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_SUMMARY_H
#define OUTPUT_SUMMARY_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "results/stats.h"

/*
 * Writes the summary of a run: counts by verdict, folded duplicates, URLs that --include and --exclude
 * left out, latency percentiles, the slowest URLs. Sorts the latencies of stats. Errors of the stream are left in it.
 */
void summary_print(FILE *file, struct stats *stats, size_t folded, size_t left_out,
                   int64_t elapsed_us);

#endif
