/* SPDX-License-Identifier: MIT */
#include "output/summary.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/units.h"

bool summary_is_wanted(const struct settings *settings)
{
    return !settings->silent && (settings->summary || isatty(STDERR_FILENO));
}

/*
 * The class that comes after `last` (CAUSE_COUNT: the first one) if those with the most results come
 * first. CAUSE_COUNT: none.
 */
static int next_class(const size_t *counts, int last)
{
    int best = CAUSE_COUNT;

    for (int cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++) {
        bool is_printed = last != CAUSE_COUNT && (counts[cause] > counts[last] ||
                                                  (counts[cause] == counts[last] && cause <= last));

        if (counts[cause] && !is_printed && (best == CAUSE_COUNT || counts[cause] > counts[best]))
            best = cause;
    }
    return best;
}

/* "17 http-4xx, 6 refused": the classes of a verdict, those with the most results first. */
static void print_classes(FILE *file, const size_t *counts)
{
    int cause = next_class(counts, CAUSE_COUNT);
    const char *before = "";

    while (cause != CAUSE_COUNT) {
        char count[UNITS_TEXT_BYTES];

        fprintf(file, "%s%s %s", before, format_count(count, counts[cause]),
                cause_name((enum cause)cause));
        before = ", ";
        cause = next_class(counts, cause);
    }
}

/* "; 23 FAILED: 17 http-4xx, 6 refused"; nothing for 0. */
static void print_verdict(FILE *file, const struct stats *stats, enum verdict verdict, size_t count)
{
    char text[UNITS_TEXT_BYTES];

    if (count == 0)
        return;
    fprintf(file, "; %s %s: ", format_count(text, count), verdict_name(verdict));
    print_classes(file, stats->classes[verdict]);
}

/* "local: this machine cannot start a thread", "deadline", "interrupted". */
static void print_reason(FILE *file, const struct stats *stats, enum cause cause)
{
    char *shortage;

    if (cause == CAUSE_LOCAL) {
        shortage = escape_text(stats->shortage);
        fprintf(file, "local: %s", shortage);
        free(shortage);
    } else {
        fputs(cause == CAUSE_CANCELLED ? "interrupted" : cause_name(cause), file);
    }
}

/* "; 99,910 not checked (interrupted)", "; 7 not checked (5 deadline, 2 local: ...)". */
static void print_unknown(FILE *file, const struct stats *stats)
{
    const size_t *counts = stats->classes[VERDICT_UNKNOWN];
    char text[UNITS_TEXT_BYTES];
    const char *before = "";

    if (stats->unknown == 0)
        return;
    fprintf(file, "; %s not checked (", format_count(text, stats->unknown));
    for (int cause = CAUSE_COUNT - 1; cause > CAUSE_NONE; cause--) {
        if (counts[cause] == 0)
            continue;
        fputs(before, file);
        if (counts[cause] < stats->unknown)
            fprintf(file, "%s ", format_count(text, counts[cause]));
        print_reason(file, stats, (enum cause)cause);
        before = ", ";
    }
    fputc(')', file);
}

static void print_counts(FILE *file, const struct stats *stats, int64_t elapsed_us)
{
    char count[UNITS_TEXT_BYTES], time[UNITS_TEXT_BYTES];

    fprintf(file, "%s checked in %s", format_count(count, stats_done(stats) - stats->unknown),
            format_duration(time, elapsed_us));
    fprintf(file, ": %s OK", format_count(count, stats->ok));
    print_verdict(file, stats, VERDICT_WARN, stats->warned);
    print_verdict(file, stats, VERDICT_FLAKY, stats->flaky);
    print_verdict(file, stats, VERDICT_FAILED, stats->failed);
    print_unknown(file, stats);
}

/* Ends the line with the URLs that have no result of their own. */
static void print_not_listed(FILE *file, size_t folded, size_t left_out)
{
    char count[UNITS_TEXT_BYTES];

    if (folded)
        fprintf(file, "; %s duplicate%s folded", format_count(count, folded),
                folded == 1 ? "" : "s");
    if (left_out)
        fprintf(file, "; %s left out", format_count(count, left_out));
    fputc('\n', file);
}

static double percentile(struct stats *stats, unsigned percent)
{
    return us_to_seconds(stats_percentile_us(stats, percent));
}

static void print_latencies(FILE *file, struct stats *stats)
{
    char count[UNITS_TEXT_BYTES];

    fprintf(file, "latency of %s answers: p50 %.3fs, p90 %.3fs, p99 %.3fs, max %.3fs\n",
            format_count(count, stats->latency_count), percentile(stats, 50), percentile(stats, 90),
            percentile(stats, 99), percentile(stats, 100));
    for (size_t i = 0; i < STATS_SLOWEST && stats->slowest[i].url; i++) {
        char *url = escape_url(stats->slowest[i].url);

        fprintf(file, "%s %6.3fs  %s\n", i == 0 ? "slowest:" : "        ",
                us_to_seconds(stats->slowest[i].total_us), url);
        free(url);
    }
}

void summary_print(FILE *file, struct stats *stats, size_t folded, size_t left_out,
                   int64_t elapsed_us)
{
    print_counts(file, stats, elapsed_us);
    print_not_listed(file, folded, left_out);
    if (stats->latency_count >= SUMMARY_LATENCIES)
        print_latencies(file, stats);
}
