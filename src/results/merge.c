/* SPDX-License-Identifier: MIT */
#include "results/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "fingerprint.h"

#define FIRST_SLOTS 1024

/* A result of a URL. Most URLs have one: that is in their record. */
struct entry {
    uint64_t position;
    int64_t started_at_us;
    int64_t total_us;
    const char *place;
    uint32_t next; /* of another place: its index in `others` plus 1; 0: none */
    uint8_t verdict;
    uint8_t cause;
    bool is_complete;
};

struct url {
    struct fingerprint fingerprint;
    struct entry first;
};

/* A hash table with open addressing, at most three of four slots used. */
struct merge {
    struct fingerprinter *fingerprinter;
    uint32_t *slots;   /* indices in `urls` plus 1; 0: free */
    size_t slot_count; /* a power of 2 */
    struct url *urls;
    size_t url_count, url_room;
    struct entry *others;
    size_t other_count, other_room;
    size_t replaced;
    struct merge_seen *seen; /* what merge_seen_of() has returned */
    size_t seen_room;
};

struct merge *merge_new(void)
{
    struct merge *merge = xcalloc(1, sizeof(*merge));

    merge->fingerprinter = fingerprinter_new();
    merge->slot_count = FIRST_SLOTS;
    merge->slots = xcalloc(merge->slot_count, sizeof(*merge->slots));
    return merge;
}

void merge_free(struct merge *merge)
{
    if (!merge)
        return;
    fingerprinter_free(merge->fingerprinter);
    free(merge->slots);
    free(merge->urls);
    free(merge->others);
    free(merge->seen);
    free(merge);
}

/* The slot of a fingerprint, or the free slot where it belongs. */
static uint32_t *find_slot(const struct merge *merge, const struct fingerprint *fingerprint)
{
    size_t place = fingerprint->high & (merge->slot_count - 1);

    while (merge->slots[place] &&
           !fingerprint_equal(&merge->urls[merge->slots[place] - 1].fingerprint, fingerprint))
        place = (place + 1) & (merge->slot_count - 1);
    return &merge->slots[place];
}

static void grow(struct merge *merge)
{
    free(merge->slots);
    merge->slot_count *= 2;
    merge->slots = xcalloc(merge->slot_count, sizeof(*merge->slots));
    for (size_t i = 0; i < merge->url_count; i++)
        *find_slot(merge, &merge->urls[i].fingerprint) = (uint32_t)i + 1;
}

/* Makes room for one more item of that many bytes. Returns the array. */
static void *make_room(void *items, size_t count, size_t *room, size_t bytes)
{
    if (count < *room)
        return items;
    *room = *room ? *room + *room / 2 : FIRST_SLOTS;
    return xrealloc(items, *room * bytes);
}

static void set(struct entry *entry, const struct merge_seen *seen)
{
    entry->position = seen->position;
    entry->started_at_us = seen->started_at_us;
    entry->total_us = seen->total_us;
    entry->place = seen->place;
    entry->verdict = (uint8_t)seen->verdict;
    entry->cause = (uint8_t)seen->cause;
    entry->is_complete = seen->is_complete;
}

/* Whether a result takes the place of an earlier line's. */
static bool replaces(const struct merge_seen *seen, const struct entry *entry)
{
    bool is_known = seen->verdict != VERDICT_UNKNOWN;

    if (is_known != (entry->verdict != VERDICT_UNKNOWN))
        return is_known;
    return seen->started_at_us >= entry->started_at_us;
}

static void add_url(struct merge *merge, const struct fingerprint *fingerprint,
                    const struct merge_seen *seen)
{
    struct url *url;

    if ((merge->url_count + 1) * 4 > merge->slot_count * 3)
        grow(merge);
    merge->urls = make_room(merge->urls, merge->url_count, &merge->url_room, sizeof(*merge->urls));
    url = &merge->urls[merge->url_count];
    *url = (struct url){.fingerprint = *fingerprint};
    set(&url->first, seen);
    *find_slot(merge, fingerprint) = (uint32_t)++merge->url_count;
}

/* Adds the result of a place that has none of this URL yet. */
static void add_place(struct merge *merge, struct entry *last, const struct merge_seen *seen)
{
    struct entry *entry;

    last->next = (uint32_t)merge->other_count + 1; /* before `others`, which has it, may move */
    merge->others =
        make_room(merge->others, merge->other_count, &merge->other_room, sizeof(*merge->others));
    entry = &merge->others[merge->other_count++];
    *entry = (struct entry){0};
    set(entry, seen);
}

void merge_add(struct merge *merge, const char *key, size_t length, const struct merge_seen *seen)
{
    struct fingerprint fingerprint = fingerprint_take(merge->fingerprinter, key, length);
    uint32_t number = *find_slot(merge, &fingerprint);
    struct entry *entry;

    if (number == 0) {
        add_url(merge, &fingerprint, seen);
        return;
    }
    entry = &merge->urls[number - 1].first;
    while (entry->place != seen->place && entry->next)
        entry = &merge->others[entry->next - 1];
    if (entry->place != seen->place) {
        add_place(merge, entry, seen);
        return;
    }
    merge->replaced++;
    if (replaces(seen, entry))
        set(entry, seen);
}

size_t merge_count(const struct merge *merge)
{
    return merge->url_count;
}

size_t merge_replaced(const struct merge *merge)
{
    return merge->replaced;
}

size_t merge_find(struct merge *merge, const char *key, size_t length)
{
    struct fingerprint fingerprint = fingerprint_take(merge->fingerprinter, key, length);
    uint32_t number = *find_slot(merge, &fingerprint);

    return number ? number - 1 : MERGE_NONE;
}

const struct merge_seen *merge_seen_of(struct merge *merge, size_t number, size_t *count)
{
    const struct entry *entry = &merge->urls[number].first;

    for (*count = 0; entry; entry = entry->next ? &merge->others[entry->next - 1] : NULL) {
        merge->seen = make_room(merge->seen, *count, &merge->seen_room, sizeof(*merge->seen));
        merge->seen[(*count)++] = (struct merge_seen){.position = entry->position,
                                                      .started_at_us = entry->started_at_us,
                                                      .total_us = entry->total_us,
                                                      .place = entry->place,
                                                      .verdict = (enum verdict)entry->verdict,
                                                      .cause = (enum cause)entry->cause,
                                                      .is_complete = entry->is_complete};
    }
    return merge->seen;
}
