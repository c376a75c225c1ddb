/* SPDX-License-Identifier: MIT */
#include "results/results.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/*
 * An entry waits in the line of those to be printed from when it is added (or, unordered, from
 * when its result comes) until its result has been handed out. From then on it only keeps its URL
 * from being checked twice; one without a key, which is never folded, is forgotten.
 */
struct entry {
    struct target *target;
    struct result *result; /* NULL: not known yet, or handed out */
    bool known;
    struct entry *behind; /* in the line */
    UT_hash_handle hh;
};

struct results {
    bool unordered;
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

    if (results) {
        results->unordered = unordered;
        results->end = &results->first;
    }
    return results;
}

static void drop_result(struct entry *entry)
{
    if (!entry->result)
        return;
    result_release(entry->result);
    free(entry->result);
    entry->result = NULL;
}

static void forget(struct results *results, struct entry *entry)
{
    if (results->unknown == entry)
        results->unknown = entry->hh.next;
    HASH_DEL(results->entries, entry);
    drop_result(entry);
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
    free(results);
}

/* What a target is known by; for one that is like no other, address: the place it is kept in. */
static const void *key_of(const struct target *target, const void *address, size_t *length)
{
    *length = target->key ? strlen(target->key) : sizeof(target);
    return target->key ? target->key : address;
}

static struct entry *find(const struct results *results, const struct target *target)
{
    struct entry *entry;
    size_t length;
    const void *key = key_of(target, &target, &length);

    HASH_FIND(hh, results->entries, key, length, entry);
    return entry;
}

static void stand_in_line(struct results *results, struct entry *entry)
{
    *results->end = entry;
    results->end = &entry->behind;
}

int results_add(struct results *results, struct target *target)
{
    struct entry *entry;
    const void *key;
    size_t length;

    if (find(results, target)) {
        results->folded++;
        target_free(target);
        return 0;
    }
    entry = calloc(1, sizeof(*entry));
    if (!entry)
        goto no_entry;
    entry->target = target;
    key = key_of(target, &entry->target, &length);
    HASH_ADD_KEYPTR(hh, results->entries, key, length, entry);
    if (!entry->hh.tbl)
        goto no_hash;
    if (!results->unordered)
        stand_in_line(results, entry);
    results->count++;
    return 1;

no_hash:
    free(entry);
no_entry:
    target_free(target);
    errno = ENOMEM;
    return -1;
}

int results_put(struct results *results, struct result *result)
{
    struct entry *entry = find(results, result->target);

    entry->result = malloc(sizeof(*entry->result));
    if (!entry->result) {
        result_release(result);
        return -1;
    }
    *entry->result = *result;
    entry->known = true;
    results->known++;
    if (results->unordered)
        stand_in_line(results, entry);
    return 0;
}

const struct result *results_next(struct results *results)
{
    struct entry *entry = results->first;

    if (results->shown) {
        drop_result(results->shown);
        if (!results->shown->target->key)
            forget(results, results->shown);
        results->shown = NULL;
    }
    if (!entry || !entry->result)
        return NULL;
    results->first = entry->behind;
    if (!results->first)
        results->end = &results->first;
    results->shown = entry;
    return entry->result;
}

const struct target *results_missing(struct results *results)
{
    struct entry *entry = results->unknown ? results->unknown : results->entries;

    while (entry && entry->known)
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
