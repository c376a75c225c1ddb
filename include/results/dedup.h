/* SPDX-License-Identifier: MIT */
#ifndef RESULTS_DEDUP_H
#define RESULTS_DEDUP_H

#include <stddef.h>

/*
 * The set of the keys that were seen, as fingerprints: 16 bytes each, however long a key is. Two
 * keys of one fingerprint would be taken for the same; as it is half of a SHA-256 (FIPS 180-4),
 * that is not to be feared, not even from those who write hostile lists. One thread.
 */
struct dedup;

/* An empty set; NULL with errno ENOMEM. */
struct dedup *dedup_new(void);
void dedup_free(struct dedup *seen);

/* Adds a key: 1 if it is new, 0 if it has been seen, -1 with errno ENOMEM. */
int dedup_add(struct dedup *seen, const char *key, size_t length);

#endif
