/* SPDX-License-Identifier: MIT */
#include "html_counts.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"

unsigned html_bucket_ms(size_t bucket)
{
    static const unsigned bounds_ms[HTML_BUCKETS - 1] = {1,   2,   5,    10,   20,   50,   100,
                                                         200, 500, 1000, 2000, 5000, 10000};

    return bounds_ms[bucket];
}

static void add_latency(struct html_counts *counts, int64_t total_us)
{
    size_t bucket = 0;

    while (bucket < HTML_BUCKETS - 1 && total_us > html_bucket_ms(bucket) * CLOCK_MS)
        bucket++;
    counts->buckets[bucket]++;
}

static void add_host(struct html_counts *counts, const char *name, enum verdict verdict)
{
    struct html_host *host;

    HASH_FIND_STR(counts->hosts, name, host);
    if (!host && HASH_COUNT(counts->hosts) == HTML_HOSTS) {
        counts->other_hosts[verdict]++;
        return;
    }
    if (!host) {
        host = xcalloc(1, sizeof(*host));
        host->name = xstrdup(name);
        HASH_ADD_KEYPTR(hh, counts->hosts, host->name, strlen(host->name), host);
    }
    host->counts[verdict]++;
}

/* The certificate that expires first, or the one that has expired; 0: none is known. */
static int64_t not_after_of(const struct result *result)
{
    const struct bad_certificate *bad = result->outcome.bad_certificate;

    if (result->cause == CAUSE_CERT_EXPIRED && bad)
        return bad->not_after;
    return result->outcome.cert_not_after;
}

/* Keeps the earliest. Several URLs of a host with the same certificate are one entry. */
static void add_expiry(struct html_counts *counts, const char *host, int64_t not_after)
{
    struct html_expiry *expiries = counts->expiries;
    size_t place = HTML_EXPIRIES;

    for (size_t i = 0; i < HTML_EXPIRIES && expiries[i].host; i++) {
        if (expiries[i].not_after == not_after && strcmp(expiries[i].host, host) == 0)
            return;
    }
    while (place > 0 && (!expiries[place - 1].host || expiries[place - 1].not_after > not_after))
        place--;
    if (place == HTML_EXPIRIES)
        return;
    free(expiries[HTML_EXPIRIES - 1].host);
    memmove(&expiries[place + 1], &expiries[place],
            (HTML_EXPIRIES - 1 - place) * sizeof(expiries[0]));
    expiries[place] = (struct html_expiry){.host = xstrdup(host), .not_after = not_after};
}

void html_counts_add(struct html_counts *counts, struct shown *shown)
{
    const struct result *result = shown->result;
    const char *host = shown_text(shown, SHOWN_HOST);
    int64_t not_after = not_after_of(result);

    if (result_status(result))
        add_latency(counts, result->outcome.total_us);
    if (host)
        add_host(counts, host, result->verdict);
    if (host && not_after)
        add_expiry(counts, host, not_after);
}

static size_t not_ok(const struct html_host *host)
{
    size_t sum = 0;

    for (int verdict = VERDICT_OK + 1; verdict < VERDICT_COUNT; verdict++)
        sum += host->counts[verdict];
    return sum;
}

static int by_failures(const struct html_host *a, const struct html_host *b)
{
    size_t a_failed = a->counts[VERDICT_FAILED], b_failed = b->counts[VERDICT_FAILED];
    size_t a_not_ok = not_ok(a), b_not_ok = not_ok(b);

    if (a_failed != b_failed)
        return a_failed > b_failed ? -1 : 1;
    if (a_not_ok != b_not_ok)
        return a_not_ok > b_not_ok ? -1 : 1;
    return strcmp(a->name, b->name);
}

void html_counts_sort_hosts(struct html_counts *counts)
{
    HASH_SORT(counts->hosts, by_failures);
}

void html_counts_release(struct html_counts *counts)
{
    struct html_host *host, *next;

    HASH_ITER(hh, counts->hosts, host, next) {
        HASH_DEL(counts->hosts, host);
        free(host->name);
        free(host);
    }
    for (size_t i = 0; i < HTML_EXPIRIES; i++)
        free(counts->expiries[i].host);
    *counts = (struct html_counts){0};
}
