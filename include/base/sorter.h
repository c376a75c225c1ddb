/* SPDX-License-Identifier: MIT */
#ifndef BASE_SORTER_H
#define BASE_SORTER_H

#include <stddef.h>

/*
 * Sorts records of one size, however many there are, in constant memory: up to 8 MiB of them, and what
 * qsort() needs. More are in a file without a name (base/unnamed_file.h). Add all of them, then get
 * them in order. One thread.
 */
struct sorter;

/* Negative, 0 or positive, as for qsort(). */
typedef int sorter_compare(const void *a, const void *b);

/* Records are copied as bytes. */
struct sorter *sorter_new(size_t record_bytes, sorter_compare *compare);

/* NULL is fine. */
void sorter_free(struct sorter *sorter);

/* Adds a record. 0, or -1 with errno: the file cannot be written. */
int sorter_add(struct sorter *sorter, const void *record);

/* All records have been added. 0, or -1 with errno. */
int sorter_finish(struct sorter *sorter);

/*
 * The next record in order: 1, and *record is valid until the next call; 0 after the last one; -1 with
 * errno: the file cannot be read, and every later call returns the same. Call sorter_finish() first.
 */
int sorter_next(struct sorter *sorter, const void **record);

#endif
