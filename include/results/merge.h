/* SPDX-License-Identifier: MIT */
#ifndef RESULTS_MERGE_H
#define RESULTS_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cause.h"
#include "result/verdict.h"

/*
 * The index of --merge: which lines of the merged files are results of the same URL. It keeps no
 * line, only where it is, so that its memory is about 60 bytes a result. URLs have numbers from 0 in
 * the order in which they were first added. One thread.
 *
 * Of two results of a URL from the same place, the one with the later started_at is kept; of two that
 * began at the same time, the one that was added later. But a result that is UNKNOWN never replaces
 * one that says something: it is of a run that was interrupted.
 */
struct merge;

/* What is kept of a line. */
struct merge_seen {
    uint64_t position;     /* of the line; the caller's */
    int64_t started_at_us; /* since 1970; 0: the check never began */
    int64_t total_us;
    const char *place; /* equal places have the same pointer; borrowed; NULL: unknown */
    enum verdict verdict;
    enum cause cause;
    bool is_complete; /* there was a complete response */
};

struct merge *merge_new(void);

/* NULL is fine. */
void merge_free(struct merge *merge);

/* Adds a line of the URL with this key. */
void merge_add(struct merge *merge, const char *key, size_t length, const struct merge_seen *seen);

/* How many URLs there are, and how many lines were replaced by others from the same place. */
size_t merge_count(const struct merge *merge);
size_t merge_replaced(const struct merge *merge);

/* The number of the URL with this key; MERGE_NONE: no line is of it. */
#define MERGE_NONE SIZE_MAX
size_t merge_find(struct merge *merge, const char *key, size_t length);

/*
 * What is known of a URL: one item for each place, in the order in which they were added. *count is set.
 * Valid until the next call.
 */
const struct merge_seen *merge_seen_of(struct merge *merge, size_t number, size_t *count);

#endif
