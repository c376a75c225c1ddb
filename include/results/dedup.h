/* SPDX-License-Identifier: MIT */
#ifndef RESULTS_DEDUP_H
#define RESULTS_DEDUP_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The set of the keys that were added, as fingerprints (src/results/fingerprint.h): 16 bytes each,
 * however long a key is. Two keys with the same fingerprint count as one. One thread.
 */
struct dedup;

/* An empty set. */
struct dedup *dedup_new(void);
void dedup_free(struct dedup *dedup);

/* Adds a key. False: it was added before. */
bool dedup_add(struct dedup *dedup, const char *key, size_t length);

/* Whether the key was added. */
bool dedup_has(struct dedup *dedup, const char *key, size_t length);

/*
 * Adds a text. 1: it was not added before. Otherwise a number from 2 for which "text #number" was not
 * added before; that text is then added instead. The numbers follow each other, unless a text that
 * looks like a numbered one was added by itself.
 */
size_t dedup_add_numbered(struct dedup *dedup, const char *text);

#endif
