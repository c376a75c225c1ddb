/* SPDX-License-Identifier: MIT */
#include "output/summary.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/units.h"

bool summary_is_wanted(const struct settings *settings)
{
    return !settings->silent &&
           (settings->summary || (!settings->changes && isatty(STDERR_FILENO)));
}

/* "17 http-4xx, 6 refused": the classes of a verdict, those with the most results first. */
static void print_classes(struct text *out, const size_t *counts)
{
    enum cause cause = stats_next_class(counts, CAUSE_NONE);
    const char *before = "";

    for (; cause != CAUSE_NONE; cause = stats_next_class(counts, cause)) {
        char count[UNITS_TEXT_BYTES];

        text_addf(out, "%s%s %s", before, format_count(count, counts[cause]), cause_name(cause));
        before = ", ";
    }
}

/* "; 23 FAILED: 17 http-4xx, 6 refused"; nothing for 0. */
static void print_verdict(struct text *out, const struct stats *stats, enum verdict verdict,
                          size_t count)
{
    char text[UNITS_TEXT_BYTES];

    if (count == 0)
        return;
    text_addf(out, "; %s %s: ", format_count(text, count), verdict_name(verdict));
    print_classes(out, stats->classes[verdict]);
}

/* "local: this machine cannot start a thread", "deadline", "interrupted". */
static void print_reason(struct text *out, const struct stats *stats, enum cause cause)
{
    char *shortage;

    if (cause == CAUSE_LOCAL) {
        shortage = escape_text(stats->shortage);
        text_addf(out, "local: %s", shortage);
        free(shortage);
    } else {
        text_add(out, cause == CAUSE_CANCELLED ? stats->cancelled : cause_name(cause));
    }
}

/* "; 99,910 not checked (interrupted)", "; 7 not checked (5 deadline, 2 local: ...)". */
static void print_unknown(struct text *out, const struct stats *stats)
{
    const size_t *counts = stats->classes[VERDICT_UNKNOWN];
    char text[UNITS_TEXT_BYTES];
    const char *before = "";

    if (stats->unknown == 0)
        return;
    text_addf(out, "; %s not checked (", format_count(text, stats->unknown));
    for (int cause = CAUSE_COUNT - 1; cause > CAUSE_NONE; cause--) {
        if (counts[cause] == 0)
            continue;
        text_add(out, before);
        if (counts[cause] < stats->unknown)
            text_addf(out, "%s ", format_count(text, counts[cause]));
        print_reason(out, stats, (enum cause)cause);
        before = ", ";
    }
    text_add_char(out, ')');
}

static void print_counts(struct text *out, const struct stats *stats, int64_t elapsed_us)
{
    char count[UNITS_TEXT_BYTES], time[UNITS_TEXT_BYTES];

    text_addf(out, "%s checked in %s", format_count(count, stats_done(stats) - stats->unknown),
              format_duration(time, elapsed_us));
    text_addf(out, ": %s OK", format_count(count, stats->ok));
    print_verdict(out, stats, VERDICT_WARN, stats->warned);
    print_verdict(out, stats, VERDICT_FLAKY, stats->flaky);
    print_verdict(out, stats, VERDICT_FAILED, stats->failed);
    print_unknown(out, stats);
}

/* Ends the line with the URLs that have no result of their own. */
static void print_not_listed(struct text *out, size_t folded, size_t left_out)
{
    char count[UNITS_TEXT_BYTES];

    if (folded)
        text_addf(out, "; %s duplicate%s folded", format_count(count, folded),
                  folded == 1 ? "" : "s");
    if (left_out)
        text_addf(out, "; %s left out", format_count(count, left_out));
    text_add_char(out, '\n');
}

/* Failures at one proxy have one cause, however many URLs they are. */
static void print_proxies(struct text *out, const struct stats *stats)
{
    for (size_t i = 0; i < STATS_PROXIES && stats->proxies[i].name; i++) {
        const struct failed_proxy *proxy = &stats->proxies[i];
        char count[UNITS_TEXT_BYTES], *name;

        if (proxy->count < 2)
            continue;
        name = escape_text(proxy->name);
        text_addf(out, "%s%s FAILED at the proxy %s\n", proxy->count == stats->failed ? "all " : "",
                  format_count(count, proxy->count), name);
        free(name);
    }
}

static double percentile(struct stats *stats, unsigned percent)
{
    return us_to_seconds(stats_percentile_us(stats, percent));
}

static void print_latencies(struct text *out, struct stats *stats)
{
    char count[UNITS_TEXT_BYTES];

    text_addf(out, "latency of %s answers: p50 %.3fs, p90 %.3fs, p99 %.3fs, max %.3fs\n",
              format_count(count, stats->latency_count), percentile(stats, 50),
              percentile(stats, 90), percentile(stats, 99), percentile(stats, 100));
    for (size_t i = 0; i < STATS_SLOWEST && stats->slowest[i].url; i++) {
        char *url = escape_url(stats->slowest[i].url);

        text_addf(out, "%s %6.3fs  %s\n", i == 0 ? "slowest:" : "        ",
                  us_to_seconds(stats->slowest[i].total_us), url);
        free(url);
    }
}

void summary_print(struct text *out, struct stats *stats, size_t folded, size_t left_out,
                   int64_t elapsed_us)
{
    print_counts(out, stats, elapsed_us);
    print_not_listed(out, folded, left_out);
    print_proxies(out, stats);
    if (stats->latency_count >= SUMMARY_LATENCIES)
        print_latencies(out, stats);
}
