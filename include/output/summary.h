/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_SUMMARY_H
#define OUTPUT_SUMMARY_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "results/stats.h"

/* What a run came to: counts, folded duplicates, latencies, the slowest. Sorts the latencies. */
void summary_print(FILE *file, struct stats *stats, size_t folded, int64_t elapsed_us);

#endif
