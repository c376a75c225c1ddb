/* SPDX-License-Identifier: MIT */
#include "results/seen.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 1024

struct fingerprint {
    uint64_t high;
    uint64_t low; /* never 0: that is a free slot */
};

/*
 * Open addressing with linear probing; at most four of five slots are taken. It grows by half, so
 * that a key costs 20 to 30 bytes.
 */
struct seen {
    EVP_MD *digest;
    EVP_MD_CTX *context; /* of the digest, made once: both are dear */
    struct fingerprint *slots;
    size_t slot_count;
    size_t count;
};

struct seen *seen_new(void)
{
    struct seen *seen = calloc(1, sizeof(*seen));

    if (!seen)
        return NULL;
    seen->digest = EVP_MD_fetch(NULL, "SHA256", NULL);
    seen->context = EVP_MD_CTX_new();
    seen->slots = calloc(FIRST_SLOTS, sizeof(*seen->slots));
    seen->slot_count = FIRST_SLOTS;
    if (seen->digest && seen->context && seen->slots)
        return seen;
    seen_free(seen);
    errno = ENOMEM;
    return NULL;
}

void seen_free(struct seen *seen)
{
    if (!seen)
        return;
    EVP_MD_CTX_free(seen->context);
    EVP_MD_free(seen->digest);
    free(seen->slots);
    free(seen);
}

static int take_fingerprint(struct seen *seen, const char *key, size_t length,
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
static struct fingerprint *find_slot(struct fingerprint *slots, size_t count,
                                     const struct fingerprint *fingerprint)
{
    size_t place = (size_t)((fingerprint->high >> 32) * count >> 32);

    while (slots[place].low != 0 &&
           (slots[place].low != fingerprint->low || slots[place].high != fingerprint->high))
        place = place + 1 < count ? place + 1 : 0;
    return &slots[place];
}

static int grow(struct seen *seen)
{
    size_t count = seen->slot_count + seen->slot_count / 2;
    struct fingerprint *slots = count <= UINT32_MAX ? calloc(count, sizeof(*slots)) : NULL;

    if (!slots) {
        errno = ENOMEM;
        return -1;
    }
    for (size_t i = 0; i < seen->slot_count; i++) {
        if (seen->slots[i].low != 0)
            *find_slot(slots, count, &seen->slots[i]) = seen->slots[i];
    }
    free(seen->slots);
    seen->slots = slots;
    seen->slot_count = count;
    return 0;
}

int seen_add(struct seen *seen, const char *key, size_t length)
{
    struct fingerprint fingerprint, *slot;

    if (take_fingerprint(seen, key, length, &fingerprint))
        return -1;
    slot = find_slot(seen->slots, seen->slot_count, &fingerprint);
    if (slot->low != 0)
        return 0;
    if ((seen->count + 1) * 5 > seen->slot_count * 4) {
        if (grow(seen))
            return -1;
        slot = find_slot(seen->slots, seen->slot_count, &fingerprint);
    }
    *slot = fingerprint;
    seen->count++;
    return 1;
}
