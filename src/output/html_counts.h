/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_HTML_COUNTS_H
#define OUTPUT_HTML_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "shown.h"

/*
 * What the html format counts over all results, besides results/stats.h. It does not grow with the list:
 * the hosts that come first are counted each, all others together.
 */

/* Upper bounds of response times; the last bucket has no bound. */
#define HTML_BUCKETS 14
#define HTML_HOSTS 1000
#define HTML_EXPIRIES 20

struct html_host {
    char *name;
    size_t counts[VERDICT_COUNT];
    UT_hash_handle hh;
};

/* When the certificate of a host, or of one that it redirects to, expires. */
struct html_expiry {
    char *host;
    int64_t not_after; /* seconds since 1970 */
};

/* All zeros: nothing counted. */
struct html_counts {
    size_t buckets[HTML_BUCKETS]; /* of complete responses */
    struct html_host *hosts;      /* by name */
    size_t other_hosts[VERDICT_COUNT];
    struct html_expiry expiries[HTML_EXPIRIES]; /* the earliest, in order; host NULL: no more */
};

void html_counts_add(struct html_counts *counts, struct shown *shown);
void html_counts_release(struct html_counts *counts);

/* Puts the hosts in order: most FAILED first, then most results that are not OK, then by name. */
void html_counts_sort_hosts(struct html_counts *counts);

/* The bound of a bucket but the last, in milliseconds. */
unsigned html_bucket_ms(size_t bucket);

#endif
