/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_RECAP_H
#define OUTPUT_RECAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "result/result.h"

/*
 * The failures of a run once more, for its end: on a terminal those that came first have scrolled
 * away. By class, the one with the most failures first, and within a class by host (those at a proxy
 * together):
 *
 *     FAILED, by class:
 *     http-4xx: 318
 *       https://a.example/x  404 Not Found
 *       and 41 more of a.example
 *       https://b.example/  410 Gone
 *       and 275 more
 *
 * Of each class it keeps RECAP_HOSTS hosts, the first ones that failed, and RECAP_LINES lines of
 * each, so that its memory is bounded. A class with more than RECAP_LINES failures is abridged to
 * about as many lines. Main thread.
 */
struct recap;

#define RECAP_HOSTS 20
#define RECAP_LINES 20

struct recap *recap_new(void);

/* NULL is fine. */
void recap_free(struct recap *recap);

/* Adds a result if it is FAILED. Whether it is the first one: then recap_set_rows_before() is to be called. */
bool recap_add(struct recap *recap, const struct result *result);

/* Sets how many rows the results before the first failure take on the terminal. */
void recap_set_rows_before(struct recap *recap, size_t rows_seen);

/*
 * Whether the first failures are no longer visible on the terminal, which is standard output, if the
 * results take so many rows of it and a summary follows.
 */
bool recap_is_needed(const struct recap *recap, size_t rows_seen);

/* Adds the failures to a text. */
void recap_print(struct text *out, const struct recap *recap);

#endif
