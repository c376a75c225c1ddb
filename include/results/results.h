/* SPDX-License-Identifier: MIT */
#ifndef RESULTS_RESULTS_H
#define RESULTS_RESULTS_H

#include <stdbool.h>
#include <stddef.h>

#include "result/result.h"

/*
 * The map from URLs to their results: one entry for each distinct URL. It says what comes next in
 * the output. A target and its result are kept until the result has been handed out; from then on
 * only a fingerprint is, so that its URL is not checked again. One thread.
 */
struct results;

/*
 * A new map. Results are handed out in the order in which their targets were added; if unordered,
 * in the order in which they came. NULL with errno ENOMEM.
 */
struct results *results_new(bool unordered);

/* Frees the map, its targets and results. NULL is fine. */
void results_free(struct results *results);

/*
 * Adds a target, which the map owns from now on: 1. A URL that is there already: 0, the target is
 * freed, and counted as folded. -1 with errno ENOMEM; the target is then freed too.
 */
int results_add(struct results *results, struct target *target);

/*
 * The result of a target that was added, and had none so far. The map owns it from now on.
 * 0, or -1 with errno ENOMEM.
 */
int results_put(struct results *results, struct result *result);

/*
 * The next result to be printed; NULL: it is not known yet. It and its target are good until the
 * next call.
 */
const struct result *results_next(struct results *results);

/*
 * From now on no target is freed before results_free(): threads may still look at one of which the
 * caller itself makes the result.
 */
void results_retain(struct results *results);

/* From now on results_next() passes over what is not known. */
void results_skip(struct results *results);

/* A target without a result, the first in the order of the input; NULL: there is none. */
const struct target *results_missing(struct results *results);

/* How many entries there are, how many have had a result, and how many targets were folded. */
size_t results_count(const struct results *results);
size_t results_known(const struct results *results);
size_t results_folded(const struct results *results);

#endif
