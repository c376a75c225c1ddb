/* SPDX-License-Identifier: MIT */
#include "output/summary.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/units.h"

static double percentile(struct stats *stats, unsigned percent)
{
    return us_to_seconds(stats_percentile_us(stats, percent));
}

static void print_latencies(FILE *file, struct stats *stats)
{
    if (stats->latency_count == 0)
        return;
    fprintf(file, "latency: p50 %.3fs, p90 %.3fs, p99 %.3fs, max %.3fs\n", percentile(stats, 50),
            percentile(stats, 90), percentile(stats, 99), percentile(stats, 100));
}

void summary_print(FILE *file, struct stats *stats, size_t folded, size_t left_out,
                   int64_t elapsed_us)
{
    fprintf(file, "%zu checked in %.3fs: %zu OK, ", stats_done(stats), us_to_seconds(elapsed_us),
            stats->ok);
    if (stats->warned)
        fprintf(file, "%zu WARN, ", stats->warned);
    if (stats->flaky)
        fprintf(file, "%zu FLAKY, ", stats->flaky);
    fprintf(file, "%zu FAILED", stats->failed);
    if (folded)
        fprintf(file, "; %zu duplicate%s folded", folded, folded == 1 ? "" : "s");
    if (left_out)
        fprintf(file, "; %zu left out", left_out);
    fputc('\n', file);
    print_latencies(file, stats);
    for (size_t i = 0; i < STATS_SLOWEST && stats->slowest[i].url; i++) {
        char *url = escape_url(stats->slowest[i].url);

        fprintf(file, "%s %6.3fs  %s\n", i == 0 ? "slowest:" : "        ",
                us_to_seconds(stats->slowest[i].total_us), url);
        free(url);
    }
}
