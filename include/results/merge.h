/* SPDX-License-Identifier: MIT */
#ifndef RESULTS_MERGE_H
#define RESULTS_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cause.h"
#include "result/verdict.h"
#include "results/fingerprint.h"

/*
 * The index of --merge: which results of the merged files are of the same URL. It keeps no record, only
 * where it is, and sorts what it keeps on disk (base/sorter.h), so that its memory does not grow with the
 * number of results. Add everything, call merge_finish(), then get the URLs. One thread.
 *
 * Of two results of a URL from the same place, the one with the later started_at is kept; of two that
 * began at the same time, the one of which more is known, or else that was added later. But a result that is
 * UNKNOWN never replaces one that says something: it is of a run that was interrupted. A result of a merge that
 * has found none (UNKNOWN, of an unknown place, never began) only counts if the URL has no other.
 */
struct merge;

/* What is kept of a result. */
struct merge_seen {
    uint64_t position;     /* of the record; the caller's; a later line has a greater one */
    int64_t started_at_us; /* since 1970; 0: the check never began */
    int64_t total_us;
    const char *place; /* equal places have the same pointer; borrowed; NULL: unknown */
    enum verdict verdict;
    enum cause cause;
    bool is_complete;       /* there was a complete response */
    uint32_t part;          /* which result of the line */
    bool is_summary;        /* the line is a merged one, and its other fields are another place's */
    bool is_of_merged_line; /* the line is a merged one */
};

struct merge *merge_new(void);

/* NULL is fine. */
void merge_free(struct merge *merge);

/*
 * Adds a result of the URL whose key (result_record.h) has this fingerprint. 0, or -1 with errno: the disk is full.
 */
int merge_add(struct merge *merge, const struct fingerprint *fingerprint,
              const struct merge_seen *seen);

/* Adds the next URL of the list of --expect, whose numbers begin at 0. 0, or -1 with errno. */
int merge_add_expected(struct merge *merge, const struct fingerprint *fingerprint);

/*
 * Everything has been added: results of URLs that are not in the list are left out. Results that began more than
 * window_us before the newest one are not counted; 0: all are. 0, or -1 with errno.
 */
int merge_finish(struct merge *merge, bool has_list, int64_t window_us);

/* How many results were replaced by others from the same place, and how many URLs are not in the list. */
size_t merge_replaced(const struct merge *merge);
size_t merge_left_out(const struct merge *merge);

/* What is known of a URL. Valid until the next one is got. */
struct merge_url {
    uint64_t number;               /* in the list; without one, the position of its first line */
    const struct merge_seen *seen; /* one for each place, in the order in which places were added */
    size_t count;                  /* 0: the list has it, and no file */
    bool is_old; /* all its results are older than the window: seen is one of them */
};

/* The next URL, in the order of the list or of the lines: 1; 0 after the last one; -1 with errno. */
int merge_next(struct merge *merge, struct merge_url *url);

#endif
