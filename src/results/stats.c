/* SPDX-License-Identifier: MIT */
#include "results/stats.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#include "input/target.h"

#define LATENCY_UNIT_US 100
#define PAGE_UNITS 4096

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
    for (size_t i = 0; i < stats->latency_page_count; i++)
        free(stats->latency_pages[i]);
    free(stats->latency_pages);
    free(stats->shortage);
    *stats = (struct stats){0};
}

/* The page with that number, of which all before it have room. */
static uint64_t *latency_page(struct stats *stats, size_t number)
{
    size_t count = stats->latency_page_count;

    if (number >= count) {
        stats->latency_pages =
            xrealloc(stats->latency_pages, (number + 1) * sizeof(*stats->latency_pages));
        memset(stats->latency_pages + count, 0,
               (number + 1 - count) * sizeof(*stats->latency_pages));
        stats->latency_page_count = number + 1;
    }
    if (!stats->latency_pages[number])
        stats->latency_pages[number] = xcalloc(PAGE_UNITS, sizeof(uint64_t));
    return stats->latency_pages[number];
}

static void add_latency(struct stats *stats, int64_t total_us)
{
    int64_t units = total_us / LATENCY_UNIT_US;

    if (units > UINT32_MAX) /* five days: only a foreign file has that */
        units = UINT32_MAX;
    latency_page(stats, (size_t)units / PAGE_UNITS)[units % PAGE_UNITS]++;
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
    size_t rank = (stats->latency_count * percent + 99) / 100, seen = 0;

    if (percent == 100 && rank)
        return stats->slowest[0].total_us;
    for (size_t page = 0; page < stats->latency_page_count; page++) {
        for (size_t i = 0; stats->latency_pages[page] && i < PAGE_UNITS; i++) {
            seen += stats->latency_pages[page][i];
            if (rank && seen >= rank)
                return (int64_t)(page * PAGE_UNITS + i) * LATENCY_UNIT_US;
        }
    }
    return -1;
}
