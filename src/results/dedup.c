/* SPDX-License-Identifier: MIT */
#include "results/dedup.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TABLES 256
#define FIRST_SLOTS 16

struct fingerprint {
    uint64_t high;
    uint64_t low; /* never 0: that is a free slot */
};

/*
 * Open addressing with linear probing; at most four of five slots are taken. It grows by half, so
 * that a key costs 20 to 30 bytes.
 */
struct table {
    struct fingerprint *slots;
    size_t slot_count;
    size_t count;
};

/* Many tables, as one that grows is there twice meanwhile. */
struct dedup {
    EVP_MD *digest;
    EVP_MD_CTX *context; /* of the digest, made once: both are dear */
    struct table tables[TABLES];
};

struct dedup *dedup_new(void)
{
    struct dedup *seen = calloc(1, sizeof(*seen));

    if (!seen)
        return NULL;
    seen->digest = EVP_MD_fetch(NULL, "SHA256", NULL);
    seen->context = EVP_MD_CTX_new();
    if (seen->digest && seen->context)
        return seen;
    dedup_free(seen);
    errno = ENOMEM;
    return NULL;
}

void dedup_free(struct dedup *seen)
{
    if (!seen)
        return;
    EVP_MD_CTX_free(seen->context);
    EVP_MD_free(seen->digest);
    for (size_t i = 0; i < TABLES; i++)
        free(seen->tables[i].slots);
    free(seen);
}

static int take_fingerprint(struct dedup *seen, const char *key, size_t length,
                            struct fingerprint *fingerprint)
{
    unsigned char digest[EVP_MAX_MD_SIZE];

    if (EVP_DigestInit_ex2(seen->context, seen->digest, NULL) != 1 ||
        EVP_DigestUpdate(seen->context, key, length) != 1 ||
        EVP_DigestFinal_ex(seen->context, digest, NULL) != 1) {
        errno = ENOMEM;
        return -1;
    }
    memcpy(fingerprint, digest, sizeof(*fingerprint));
    fingerprint->low |= fingerprint->low == 0;
    return 0;
}

/* The slot of a fingerprint, or the free one where it belongs. */
static struct fingerprint *find_slot(const struct table *table,
                                     const struct fingerprint *fingerprint)
{
    size_t place = (size_t)((fingerprint->high >> 32) * table->slot_count >> 32);
    struct fingerprint *slot = &table->slots[place];

    while (slot->low != 0 && (slot->low != fingerprint->low || slot->high != fingerprint->high)) {
        if (++slot == table->slots + table->slot_count)
            slot = table->slots;
    }
    return slot;
}

static int grow(struct table *table)
{
    struct table grown = {.count = table->count};

    grown.slot_count = table->slots ? table->slot_count + table->slot_count / 2 : FIRST_SLOTS;
    grown.slots = calloc(grown.slot_count, sizeof(*grown.slots));
    if (!grown.slots)
        return -1;
    for (size_t i = 0; i < table->slot_count; i++) {
        if (table->slots[i].low != 0)
            *find_slot(&grown, &table->slots[i]) = table->slots[i];
    }
    free(table->slots);
    *table = grown;
    return 0;
}

int dedup_add(struct dedup *seen, const char *key, size_t length)
{
    struct fingerprint fingerprint, *slot;
    struct table *table;

    if (take_fingerprint(seen, key, length, &fingerprint))
        return -1;
    table = &seen->tables[fingerprint.high % TABLES];
    if ((table->count + 1) * 5 > table->slot_count * 4 && grow(table))
        return -1;
    slot = find_slot(table, &fingerprint);
    if (slot->low != 0)
        return 0;
    *slot = fingerprint;
    table->count++;
    return 1;
}
