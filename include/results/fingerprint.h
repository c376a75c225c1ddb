/* SPDX-License-Identifier: MIT */
#ifndef RESULTS_FINGERPRINT_H
#define RESULTS_FINGERPRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * 16 bytes that stand for a key, however long it is: half of a SHA-256 (FIPS 180-4), so that two keys
 * with the same one do not happen by accident, and the author of a hostile list cannot make them.
 */
struct fingerprint {
    uint64_t high;
    uint64_t low; /* never 0 */
};

/* Takes fingerprints; it is expensive to make. One thread. */
struct fingerprinter;

struct fingerprinter *fingerprinter_new(void);
void fingerprinter_free(struct fingerprinter *fingerprinter);

struct fingerprint fingerprint_take(struct fingerprinter *fingerprinter, const char *key,
                                    size_t length);

static inline bool fingerprint_equal(const struct fingerprint *a, const struct fingerprint *b)
{
    return a->low == b->low && a->high == b->high;
}

#endif
