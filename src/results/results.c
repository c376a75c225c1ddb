/* SPDX-License-Identifier: MIT */
#include "results/results.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "input/target.h"
#include "results/dedup.h"

/*
 * A target from when it is added until its result has been handed out. It waits in the line of
 * those to be printed from the beginning or, unordered, from when its result comes.
 */
struct entry {
    struct target *target; /* the key in the map */
    struct result *result; /* NULL: not known yet */
    struct entry *behind;  /* in the line */
    UT_hash_handle hh;
};

struct results {
    bool unordered;
    bool retains;
    bool skips;
    struct dedup *seen; /* the keys of all that were ever added */
    struct entry *entries;
    struct entry *first;
    struct entry **end;    /* of the line: where the next one is hung */
    struct entry *shown;   /* handed out by the last results_next() */
    struct entry *unknown; /* no entry before this one lacks a result; NULL: look from the first */
    size_t count;
    size_t known;
    size_t folded;
};

struct results *results_new(bool unordered)
{
    struct results *results = calloc(1, sizeof(*results));

    if (!results)
        return NULL;
    results->unordered = unordered;
    results->end = &results->first;
    results->seen = dedup_new();
    if (results->seen)
        return results;
    free(results);
    return NULL;
}

static void forget(struct results *results, struct entry *entry)
{
    if (results->unknown == entry)
        results->unknown = entry->hh.next;
    HASH_DEL(results->entries, entry);
    if (entry->result)
        result_release(entry->result);
    free(entry->result);
    target_free(entry->target);
    free(entry);
}

void results_free(struct results *results)
{
    struct entry *entry, *next;

    if (!results)
        return;
    HASH_ITER(hh, results->entries, entry, next) {
        forget(results, entry);
    }
    dedup_free(results->seen);
    free(results);
}

static void stand_in_line(struct results *results, struct entry *entry)
{
    *results->end = entry;
    results->end = &entry->behind;
}

/* 1; 0 for a target that was added before; -1 with errno ENOMEM. */
static int see(struct results *results, const struct target *target)
{
    return target->key ? dedup_add(results->seen, target->key, strlen(target->key)) : 1;
}

static int add_entry(struct results *results, struct target *target)
{
    struct entry *entry = calloc(1, sizeof(*entry));

    if (!entry)
        return -1;
    entry->target = target;
    HASH_ADD_PTR(results->entries, target, entry);
    if (!entry->hh.tbl) {
        free(entry);
        errno = ENOMEM;
        return -1;
    }
    if (!results->unordered)
        stand_in_line(results, entry);
    results->count++;
    return 0;
}

int results_add(struct results *results, struct target *target)
{
    int is_new = see(results, target);

    if (is_new == 1 && add_entry(results, target) == 0)
        return 1;
    target_free(target);
    if (is_new != 0)
        return -1;
    results->folded++;
    return 0;
}

int results_put(struct results *results, struct result *result)
{
    struct entry *entry;

    HASH_FIND_PTR(results->entries, &result->target, entry);
    entry->result = malloc(sizeof(*entry->result));
    if (!entry->result) {
        result_release(result);
        return -1;
    }
    *entry->result = *result;
    results->known++;
    if (results->unordered)
        stand_in_line(results, entry);
    return 0;
}

const struct result *results_next(struct results *results)
{
    struct entry *entry = results->first;

    if (results->shown && !results->retains)
        forget(results, results->shown);
    results->shown = NULL;
    while (entry && !entry->result && results->skips)
        entry = entry->behind;
    if (!entry || !entry->result)
        return NULL;
    results->first = entry->behind;
    if (!results->first)
        results->end = &results->first;
    results->shown = entry;
    return entry->result;
}

void results_skip(struct results *results)
{
    results->skips = true;
}

void results_retain(struct results *results)
{
    results->retains = true;
}

const struct target *results_missing(struct results *results)
{
    struct entry *entry = results->unknown ? results->unknown : results->entries;

    while (entry && entry->result)
        entry = entry->hh.next;
    results->unknown = entry;
    return entry ? entry->target : NULL;
}

size_t results_count(const struct results *results)
{
    return results->count;
}

size_t results_known(const struct results *results)
{
    return results->known;
}

size_t results_folded(const struct results *results)
{
    return results->folded;
}
