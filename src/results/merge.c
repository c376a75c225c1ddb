/* SPDX-License-Identifier: MIT */
/*
 * What is added is sorted twice:
 *
 *     by_url      all that is of one URL comes together: first the URLs of the list, then results in the
 *                 order of their lines. merge_finish() keeps one result for each place
 *     by_number   what is kept, in the order in which URLs are printed
 */
#include "results/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/sorter.h"

#define FIRST_ROOM 16

/* What a record is of a URL. */
enum kind {
    LISTED, /* in the list */
    SEEN,
    OLD,    /* only seen before the window; by_number */
    MISSING /* in no file; by_number */
};

struct entry {
    struct fingerprint fingerprint;
    uint64_t number; /* as in struct merge_url */
    uint64_t position;
    int64_t started_at_us;
    int64_t total_us;
    const char *place;
    uint32_t part; /* by_number: the place's turn */
    uint8_t kind;
    uint8_t verdict;
    uint8_t cause;
    bool is_complete : 1;
    bool is_summary : 1;
    bool is_of_merged_line : 1;
    uint8_t unused : 5; /* 0: an entry goes to a file, and all its bits are defined */
};

struct entries {
    struct entry *items;
    size_t count, room;
};

struct merge {
    struct sorter *by_url;
    struct sorter *by_number;
    uint64_t listed; /* how many URLs of the list were added */
    int64_t newest_us;
    int64_t oldest_us; /* what began before is not counted; set by merge_finish() */
    bool has_list;
    size_t replaced, left_out;
    struct entries lines;   /* of the list, of one URL */
    struct entries results; /* kept ones of that URL */
    struct entry spare;     /* of that URL, if there are no others: one that is OLD, or empty */
    struct entry next;      /* of by_number */
    bool has_spare;
    bool has_next;
    struct merge_seen *seen; /* what merge_next() has returned */
    size_t seen_room;
};

static int order_of(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_urls(const void *first, const void *second)
{
    const struct entry *a = first, *b = second;

    if (a->fingerprint.high != b->fingerprint.high)
        return order_of(a->fingerprint.high, b->fingerprint.high);
    if (a->fingerprint.low != b->fingerprint.low)
        return order_of(a->fingerprint.low, b->fingerprint.low);
    if (a->kind != b->kind)
        return order_of(a->kind, b->kind);
    if (a->number != b->number)
        return order_of(a->number, b->number);
    return order_of(a->part, b->part);
}

static int compare_numbers(const void *first, const void *second)
{
    const struct entry *a = first, *b = second;

    return a->number != b->number ? order_of(a->number, b->number) : order_of(a->part, b->part);
}

struct merge *merge_new(void)
{
    struct merge *merge = xcalloc(1, sizeof(*merge));

    merge->by_url = sorter_new(sizeof(struct entry), compare_urls);
    merge->by_number = sorter_new(sizeof(struct entry), compare_numbers);
    return merge;
}

void merge_free(struct merge *merge)
{
    if (!merge)
        return;
    sorter_free(merge->by_url);
    sorter_free(merge->by_number);
    free(merge->lines.items);
    free(merge->results.items);
    free(merge->seen);
    free(merge);
}

int merge_add(struct merge *merge, const struct fingerprint *fingerprint,
              const struct merge_seen *seen)
{
    if (seen->started_at_us > merge->newest_us)
        merge->newest_us = seen->started_at_us;
    return sorter_add(merge->by_url, &(struct entry){.fingerprint = *fingerprint,
                                                     .number = seen->position,
                                                     .position = seen->position,
                                                     .started_at_us = seen->started_at_us,
                                                     .total_us = seen->total_us,
                                                     .place = seen->place,
                                                     .part = seen->part,
                                                     .kind = SEEN,
                                                     .verdict = (uint8_t)seen->verdict,
                                                     .cause = (uint8_t)seen->cause,
                                                     .is_complete = seen->is_complete,
                                                     .is_summary = seen->is_summary,
                                                     .is_of_merged_line = seen->is_of_merged_line});
}

int merge_add_expected(struct merge *merge, const struct fingerprint *fingerprint)
{
    return sorter_add(
        merge->by_url,
        &(struct entry){.fingerprint = *fingerprint, .number = merge->listed++, .kind = LISTED});
}

static void append(struct entries *entries, const struct entry *entry)
{
    if (entries->count == entries->room) {
        entries->room = entries->room ? 2 * entries->room : FIRST_ROOM;
        entries->items = xrealloc(entries->items, entries->room * sizeof(*entries->items));
    }
    entries->items[entries->count++] = *entry;
}

/* Of a merged line, another place's result has lost more than that of the place which it shows. */
static int how_much_is_lost(const struct entry *entry)
{
    return entry->is_summary ? 2 : entry->is_of_merged_line;
}

/* Whether a result takes the place of an earlier line's. */
static bool replaces(const struct entry *entry, const struct entry *earlier)
{
    bool is_known = entry->verdict != VERDICT_UNKNOWN;

    if (is_known != (earlier->verdict != VERDICT_UNKNOWN))
        return is_known;
    if (entry->started_at_us != earlier->started_at_us)
        return entry->started_at_us > earlier->started_at_us;
    return how_much_is_lost(entry) <= how_much_is_lost(earlier);
}

/*
 * Whether no place has looked: a merge has found no result, and an unknown place did not say so. It says
 * nothing if there is any other result.
 */
static bool is_empty(const struct entry *entry)
{
    return !entry->place && entry->started_at_us == 0 && entry->verdict == VERDICT_UNKNOWN;
}

/* Keeps what is only shown if its URL has no result that counts. One that is too old says more. */
static void keep_spare(struct merge *merge, const struct entry *entry, bool is_old)
{
    if (merge->has_spare && merge->spare.kind == OLD && !is_old)
        return;
    merge->spare = *entry;
    merge->spare.kind = is_old ? OLD : SEEN;
    merge->has_spare = true;
}

/* Adds a result to those of its URL, one for each place. */
static void add_result(struct merge *merge, const struct entry *entry)
{
    struct entries *results = &merge->results;

    bool is_old = entry->started_at_us && entry->started_at_us < merge->oldest_us;

    if (is_old || is_empty(entry)) {
        keep_spare(merge, entry, is_old);
        return;
    }
    for (size_t i = 0; i < results->count; i++) {
        if (results->items[i].place == entry->place) {
            merge->replaced++;
            if (replaces(entry, &results->items[i]))
                results->items[i] = *entry;
            return;
        }
    }
    append(results, entry);
}

/* Passes the results of a URL on, with a number. */
static int pass_results(struct merge *merge, uint64_t number)
{
    struct entries *results = &merge->results;

    for (size_t i = 0; i < results->count; i++) {
        results->items[i].number = number;
        results->items[i].part = (uint32_t)i;
        if (sorter_add(merge->by_number, &results->items[i]))
            return -1;
    }
    return 0;
}

/* All of a URL has been read: passes it on as often as it is printed. */
static int pass_url(struct merge *merge, uint64_t first_number)
{
    struct entries *lines = &merge->lines;
    int status = 0;

    if (merge->results.count == 0)
        append(&merge->results,
               merge->has_spare ? &merge->spare : &(struct entry){.kind = MISSING});
    if (!merge->has_list)
        status = pass_results(merge, first_number);
    else if (lines->count == 0)
        merge->left_out++;
    for (size_t i = 0; status == 0 && i < lines->count; i++)
        status = pass_results(merge, lines->items[i].number);
    lines->count = merge->results.count = 0;
    merge->has_spare = false;
    return status;
}

/* Passes all URLs on from by_url to by_number. */
static int pass_all(struct merge *merge)
{
    struct fingerprint current = {0};
    uint64_t first_number = 0;
    const void *record;
    int got;

    while ((got = sorter_next(merge->by_url, &record)) == 1) {
        const struct entry *entry = record;

        if (!fingerprint_equal(&entry->fingerprint, &current)) {
            if (current.low && pass_url(merge, first_number))
                return -1;
            current = entry->fingerprint;
            first_number = entry->number;
        }
        if (entry->kind == LISTED)
            append(&merge->lines, entry);
        else
            add_result(merge, entry);
    }
    return got == 0 && current.low ? pass_url(merge, first_number) : got;
}

int merge_finish(struct merge *merge, bool has_list, int64_t window_us)
{
    merge->has_list = has_list;
    merge->oldest_us = window_us ? merge->newest_us - window_us : 0;
    if (sorter_finish(merge->by_url) || pass_all(merge) || sorter_finish(merge->by_number))
        return -1;
    sorter_free(merge->by_url);
    merge->by_url = NULL;
    return 0;
}

size_t merge_replaced(const struct merge *merge)
{
    return merge->replaced;
}

size_t merge_left_out(const struct merge *merge)
{
    return merge->left_out;
}

/* Appends the entry to what merge_next() returns. */
static void add_seen(struct merge *merge, struct merge_url *url, const struct entry *entry)
{
    if (url->count == merge->seen_room) {
        merge->seen_room = merge->seen_room ? 2 * merge->seen_room : FIRST_ROOM;
        merge->seen = xrealloc(merge->seen, merge->seen_room * sizeof(*merge->seen));
    }
    merge->seen[url->count++] = (struct merge_seen){.position = entry->position,
                                                    .started_at_us = entry->started_at_us,
                                                    .total_us = entry->total_us,
                                                    .place = entry->place,
                                                    .verdict = (enum verdict)entry->verdict,
                                                    .cause = (enum cause)entry->cause,
                                                    .is_complete = entry->is_complete,
                                                    .part = entry->part,
                                                    .is_summary = entry->is_summary,
                                                    .is_of_merged_line = entry->is_of_merged_line};
}

/* Reads the next entry of by_number into merge->next. */
static int read_next(struct merge *merge)
{
    const void *record;
    int got = sorter_next(merge->by_number, &record);

    merge->has_next = got == 1;
    if (got == 1)
        merge->next = *(const struct entry *)record;
    return got;
}

int merge_next(struct merge *merge, struct merge_url *url)
{
    int got = 1;

    if (!merge->has_next && (got = read_next(merge)) != 1)
        return got;
    *url = (struct merge_url){.number = merge->next.number, .is_old = merge->next.kind == OLD};
    while (got == 1 && merge->next.number == url->number) {
        if (merge->next.kind != MISSING)
            add_seen(merge, url, &merge->next);
        got = read_next(merge);
    }
    url->seen = merge->seen;
    return got < 0 ? -1 : 1;
}
