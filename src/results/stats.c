/* SPDX-License-Identifier: MIT */
#include "results/stats.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#include "input/target.h"

#define LATENCY_UNIT_US 100
/* Up to so many units, 6.5 s, a latency is counted by its number of units. */
#define EXACT_UNITS ((size_t)1 << 16)
/* For all that an int64_t holds: 2^63 us are less than 2^57 units. Pages that are never written take no memory. */
#define BUCKETS (41 * (EXACT_UNITS / 2) + EXACT_UNITS + 1)

void stats_init(struct stats *stats, bool keeps_latencies)
{
    *stats = (struct stats){.cancelled = "interrupted", .keeps_latencies = keeps_latencies};
}

void stats_release(struct stats *stats)
{
    for (size_t i = 0; i < STATS_SLOWEST; i++)
        free(stats->slowest[i].url);
    for (size_t i = 0; i < STATS_PROXIES; i++)
        free(stats->proxies[i].name);
    free(stats->latencies);
    free(stats->shortage);
    *stats = (struct stats){0};
}

/*
 * The bucket of a latency, counted from 0, as in HdrHistogram: up to EXACT_UNITS units each has its own, and from
 * then on the number of units in a bucket doubles whenever the latency does.
 */
static size_t bucket_of(int64_t total_us)
{
    uint64_t units = ((uint64_t)total_us + LATENCY_UNIT_US - 1) / LATENCY_UNIT_US;
    unsigned shift = 0;

    while (units >> shift > EXACT_UNITS)
        shift++;
    return shift * (EXACT_UNITS / 2) + (size_t)((units + ((uint64_t)1 << shift) - 1) >> shift);
}

/* The longest latency of a bucket; of the last ones it is more than an int64_t holds. */
static uint64_t bucket_end_us(size_t bucket)
{
    size_t shift = bucket <= EXACT_UNITS ? 0 : (bucket - 1) / (EXACT_UNITS / 2) - 1;

    return ((uint64_t)(bucket - shift * (EXACT_UNITS / 2)) << shift) * LATENCY_UNIT_US;
}

static void add_latency(struct stats *stats, int64_t total_us)
{
    if (!stats->latencies)
        stats->latencies = xcalloc(BUCKETS, sizeof(*stats->latencies));
    stats->latencies[bucket_of(total_us)]++;
    stats->latency_count++;
}

bool stats_is_slow(const struct stats *stats, int64_t total_us)
{
    const struct slow *last = &stats->slowest[STATS_SLOWEST - 1];

    return stats->keeps_latencies && (!last->url || last->total_us <= total_us);
}

/*
 * Whether a result is slower. Of two that are equal, the URL decides: the same results always give the
 * same list, in whatever order they come.
 */
static bool is_slower(const struct slow *slow, const struct result *result)
{
    if (slow->total_us != result->outcome.total_us)
        return slow->total_us < result->outcome.total_us;
    return strcmp(slow->url, result->target->given) > 0;
}

/* Adds the result to the slowest, if it is one of them. */
static void add_slow(struct stats *stats, const struct result *result)
{
    struct slow *slowest = stats->slowest;
    size_t place = STATS_SLOWEST;

    while (place > 0 && (!slowest[place - 1].url || is_slower(&slowest[place - 1], result)))
        place--;
    if (place == STATS_SLOWEST)
        return;
    free(slowest[STATS_SLOWEST - 1].url);
    memmove(&slowest[place + 1], &slowest[place], (STATS_SLOWEST - 1 - place) * sizeof(slowest[0]));
    slowest[place] =
        (struct slow){.url = xstrdup(result->target->given), .total_us = result->outcome.total_us};
}

/* Counts a failure at a proxy. */
static void add_proxy(struct stats *stats, const char *name)
{
    for (size_t i = 0; i < STATS_PROXIES; i++) {
        struct failed_proxy *proxy = &stats->proxies[i];

        if (!proxy->name)
            proxy->name = xstrdup(name);
        if (strcmp(proxy->name, name) == 0) {
            proxy->count++;
            return;
        }
    }
}

size_t stats_done(const struct stats *stats)
{
    return stats->ok + stats->warned + stats->flaky + stats->failed + stats->unknown;
}

size_t stats_count(const struct stats *stats, enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_OK: return stats->ok;
    case VERDICT_WARN: return stats->warned;
    case VERDICT_FLAKY: return stats->flaky;
    case VERDICT_FAILED: return stats->failed;
    case VERDICT_UNKNOWN: return stats->unknown;
    case VERDICT_COUNT: break;
    }
    return 0;
}

void stats_add(struct stats *stats, const struct result *result)
{
    switch (result->verdict) {
    case VERDICT_OK: stats->ok++; break;
    case VERDICT_WARN: stats->warned++; break;
    case VERDICT_FLAKY: stats->flaky++; break;
    case VERDICT_FAILED: stats->failed++; break;
    case VERDICT_UNKNOWN: stats->unknown++; break;
    case VERDICT_COUNT: break;
    }
    stats->classes[result->verdict][result->cause]++;
    if (result->cause == CAUSE_LOCAL && !stats->shortage)
        stats->shortage = xstrdup(result->message);
    if (result->verdict == VERDICT_FAILED && result->outcome.proxy)
        add_proxy(stats, result->outcome.proxy);
    if (stats->keeps_latencies && result_status(result)) {
        add_latency(stats, result->outcome.total_us);
        add_slow(stats, result);
    }
}

enum cause stats_next_class(const size_t counts[CAUSE_COUNT], enum cause after)
{
    enum cause best = CAUSE_NONE;

    for (enum cause cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++) {
        bool is_before =
            after != CAUSE_NONE &&
            (counts[cause] > counts[after] || (counts[cause] == counts[after] && cause <= after));

        if (counts[cause] && !is_before && (best == CAUSE_NONE || counts[cause] > counts[best]))
            best = cause;
    }
    return best;
}

int64_t stats_percentile_us(const struct stats *stats, unsigned percent)
{
    uint64_t rank = ((uint64_t)stats->latency_count * percent + 99) / 100, seen = 0, end_us;
    int64_t slowest_us = stats->slowest[0].total_us;
    size_t bucket = 0;

    if (rank == 0)
        return -1;
    while ((seen += stats->latencies[bucket]) < rank)
        bucket++;
    end_us = bucket_end_us(bucket);
    return percent == 100 || end_us > (uint64_t)slowest_us ? slowest_us : (int64_t)end_us;
}
