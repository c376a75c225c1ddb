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

/* Many small tables: while one grows, both its copies are in memory. */
struct dedup {
    struct fingerprinter *fingerprinter;
    struct table tables[TABLES];
};

struct dedup *dedup_new(void)
{
    struct dedup *dedup = xcalloc(1, sizeof(*dedup));

    dedup->fingerprinter = fingerprinter_new();
    return dedup;
}

void dedup_free(struct dedup *dedup)
{
    if (!dedup)
        return;
    fingerprinter_free(dedup->fingerprinter);
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

bool dedup_add(struct dedup *dedup, const char *key, size_t length)
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

bool dedup_has(struct dedup *dedup, const char *key, size_t length)
{
    const struct fingerprint fingerprint = fingerprint_take(dedup->fingerprinter, key, length);
    const struct table *table = &dedup->tables[fingerprint.high % TABLES];

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
