/* SPDX-License-Identifier: MIT */
#ifndef RESULTS_SEEN_H
#define RESULTS_SEEN_H

#include <stddef.h>

/*
 * The set of the keys that were seen, as fingerprints: 16 bytes each, however long a key is. Two
 * keys of one fingerprint would be taken for the same; as it is half of a SHA-256 (FIPS 180-4),
 * that is not to be feared, not even from those who write hostile lists. One thread.
 */
struct seen;

/* An empty set; NULL with errno ENOMEM. */
struct seen *seen_new(void);
void seen_free(struct seen *seen);

/* Adds a key: 1 if it is new, 0 if it has been seen, -1 with errno ENOMEM. */
int seen_add(struct seen *seen, const char *key, size_t length);

#endif
