/* SPDX-License-Identifier: MIT */
#include "results/dedup.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "results/fingerprint.h"

#define TABLES 256
#define FIRST_SLOTS 16

/*
 * Open addressing with linear probing; at most four of five slots are used. It grows by half, so a
 * key takes 20 to 30 bytes.
 */
struct table {
    struct fingerprint *slots; /* low 0: it is free */
    size_t slot_count;
    size_t count;
};

/*
 * Many small tables: while one grows, both its copies are in memory. The first key is kept as it is until
 * another one comes, as OpenSSL takes a millisecond to provide SHA-256: half as much as a check of one URL.
 */
struct dedup {
    struct fingerprinter *fingerprinter; /* NULL: there is at most the first key */
    char *first;                         /* owned; NULL: there is no key, or a fingerprinter */
    size_t first_length;
    struct table tables[TABLES];
};

struct dedup *dedup_new(void)
{
    return xcalloc(1, sizeof(struct dedup));
}

void dedup_free(struct dedup *dedup)
{
    if (!dedup)
        return;
    fingerprinter_free(dedup->fingerprinter);
    free(dedup->first);
    for (size_t i = 0; i < TABLES; i++)
        free(dedup->tables[i].slots);
    free(dedup);
}

/* The slot of a fingerprint, or the free slot where it belongs. */
static struct fingerprint *find_slot(const struct table *table,
                                     const struct fingerprint *fingerprint)
{
    size_t place = (size_t)((fingerprint->high >> 32) * table->slot_count >> 32);
    struct fingerprint *slot = &table->slots[place];

    while (slot->low != 0 && !fingerprint_equal(slot, fingerprint)) {
        if (++slot == table->slots + table->slot_count)
            slot = table->slots;
    }
    return slot;
}

static void grow(struct table *table)
{
    struct table grown = {.count = table->count};

    grown.slot_count = table->slots ? table->slot_count + table->slot_count / 2 : FIRST_SLOTS;
    grown.slots = xcalloc(grown.slot_count, sizeof(*grown.slots));
    for (size_t i = 0; i < table->slot_count; i++) {
        if (table->slots[i].low != 0)
            *find_slot(&grown, &table->slots[i]) = table->slots[i];
    }
    free(table->slots);
    *table = grown;
}

static bool add_fingerprint(struct dedup *dedup, const char *key, size_t length)
{
    const struct fingerprint fingerprint = fingerprint_take(dedup->fingerprinter, key, length);
    struct table *table = &dedup->tables[fingerprint.high % TABLES];
    struct fingerprint *slot;

    if ((table->count + 1) * 5 > table->slot_count * 4)
        grow(table);
    slot = find_slot(table, &fingerprint);
    if (slot->low != 0)
        return false;
    *slot = fingerprint;
    table->count++;
    return true;
}

static bool is_first(const struct dedup *dedup, const char *key, size_t length)
{
    return dedup->first && dedup->first_length == length && memcmp(dedup->first, key, length) == 0;
}

/* Another key comes. */
static void begin_fingerprints(struct dedup *dedup)
{
    dedup->fingerprinter = fingerprinter_new();
    add_fingerprint(dedup, dedup->first, dedup->first_length);
    free(dedup->first);
    dedup->first = NULL;
}

bool dedup_add(struct dedup *dedup, const char *key, size_t length)
{
    if (!dedup->fingerprinter && !dedup->first) {
        dedup->first = xmalloc(length);
        memcpy(dedup->first, key, length);
        dedup->first_length = length;
        return true;
    }
    if (is_first(dedup, key, length))
        return false;
    if (!dedup->fingerprinter)
        begin_fingerprints(dedup);
    return add_fingerprint(dedup, key, length);
}

bool dedup_has(struct dedup *dedup, const char *key, size_t length)
{
    struct fingerprint fingerprint;
    const struct table *table;

    if (!dedup->fingerprinter)
        return is_first(dedup, key, length);
    fingerprint = fingerprint_take(dedup->fingerprinter, key, length);
    table = &dedup->tables[fingerprint.high % TABLES];
    return table->count && find_slot(table, &fingerprint)->low != 0;
}

static bool is_used(struct dedup *dedup, const char *text, size_t number)
{
    char *numbered = xasprintf("%s #%zu", text, number);
    bool is_used = dedup_has(dedup, numbered, strlen(numbered));

    free(numbered);
    return is_used;
}

/*
 * The first number from 2 that makes the text a new one. All smaller ones are used: so a binary
 * search finds it, and 10,000 equal texts do not take 10,000 steps each.
 */
static size_t next_number(struct dedup *dedup, const char *text)
{
    size_t used = 1, free_number = 2;

    while (is_used(dedup, text, free_number)) {
        used = free_number;
        free_number *= 2;
    }
    while (free_number - used > 1) {
        size_t middle = used + (free_number - used) / 2;

        if (is_used(dedup, text, middle))
            used = middle;
        else
            free_number = middle;
    }
    return free_number;
}

size_t dedup_add_numbered(struct dedup *dedup, const char *text)
{
    size_t number;
    char *numbered;

    if (dedup_add(dedup, text, strlen(text)))
        return 1;
    number = next_number(dedup, text);
    numbered = xasprintf("%s #%zu", text, number);
    dedup_add(dedup, numbered, strlen(numbered));
    free(numbered);
    return number;
}
