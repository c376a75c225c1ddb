/* SPDX-License-Identifier: MIT */
#ifndef RESULTS_STATS_H
#define RESULTS_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "result/result.h"

#define STATS_SLOWEST 5
#define STATS_PROXIES 4

/* Counts of a run, updated as results come. Latencies are those of complete responses. */
struct stats {
    size_t ok;
    size_t warned;
    size_t flaky;
    size_t failed;
    size_t unknown;
    size_t classes[VERDICT_COUNT][CAUSE_COUNT]; /* each verdict's results by class */
    const char *cancelled; /* why results are UNKNOWN, class cancelled, in a word: "interrupted" */
    char *shortage; /* message of the first UNKNOWN of class local, not escaped; NULL: none */
    struct failed_proxy {
        char *name;           /* as in struct outcome; NULL: no more */
        size_t count;         /* FAILED results that failed at it */
    } proxies[STATS_PROXIES]; /* the first ones */
    bool keeps_latencies;
    /* How often there was a latency, by tenths of a millisecond, in pages; NULL: never in that page. */
    uint64_t **latency_pages;
    size_t latency_page_count;
    size_t latency_count;
    struct slow {
        char *url;
        int64_t total_us;
    } slowest[STATS_SLOWEST]; /* the slowest first */
};

/*
 * Counts only, or latencies as well, whose memory depends on how different they are, not on how many: up to 10 s
 * it is 800 KB.
 */
void stats_init(struct stats *stats, bool keeps_latencies);
void stats_release(struct stats *stats);

/* How many results were counted. */
size_t stats_done(const struct stats *stats);

/* How many of them have this verdict. */
size_t stats_count(const struct stats *stats, enum verdict verdict);

/* Whether a complete response with this latency would be one of the slowest. */
bool stats_is_slow(const struct stats *stats, int64_t total_us);

/* Counts a result. Its target is only needed if stats_is_slow(). */
void stats_add(struct stats *stats, const struct result *result);

/*
 * Of counts by class, the class that comes after another one (CAUSE_NONE: the first one) if those with
 * the most results come first. CAUSE_NONE: none is left. CAUSE_NONE itself is not counted.
 */
enum cause stats_next_class(const size_t counts[CAUSE_COUNT], enum cause after);

/*
 * The latency in microseconds that percent (1 to 100) of the responses did not exceed, by the
 * nearest-rank method: rounded down to tenths of a millisecond, but exact for 100, so that it is that of the
 * slowest. -1 if there was no response.
 */
int64_t stats_percentile_us(const struct stats *stats, unsigned percent);

#endif
