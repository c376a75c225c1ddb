/* SPDX-License-Identifier: MIT */
#include "output/summary.h"

#include <stdlib.h>

#include "output/escape.h"

static double seconds(int64_t us)
{
    return (double)us / 1e6;
}

static void print_latencies(FILE *file, struct stats *stats)
{
    static const unsigned percents[] = {50, 90, 99, 100};

    if (stats->latency_count == 0)
        return;
    fputs("latency:", file);
    for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++)
        fprintf(file, " p%u %.3fs,", percents[i], seconds(stats_percentile_us(stats, percents[i])));
    fprintf(file, " max %.3fs\n", seconds(stats->slowest[0].total_us));
}

void summary_print(FILE *file, struct stats *stats, size_t folded, int64_t elapsed_us)
{
    fprintf(file, "%zu checked in %.3fs: %zu OK, %zu FAILED", stats->ok + stats->failed,
            seconds(elapsed_us), stats->ok, stats->failed);
    if (folded)
        fprintf(file, "; %zu duplicate%s folded", folded, folded == 1 ? "" : "s");
    fputc('\n', file);
    print_latencies(file, stats);
    for (size_t i = 0; i < STATS_SLOWEST && stats->slowest[i].url; i++) {
        char *url = escape_url(stats->slowest[i].url);

        fprintf(file, "%s %6.3fs  %s\n", i == 0 ? "slowest:" : "        ",
                seconds(stats->slowest[i].total_us), url ? url : "");
        free(url);
    }
}
