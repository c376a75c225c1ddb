/* SPDX-License-Identifier: MIT */
#ifndef RESULTS_RESULTS_H
#define RESULTS_RESULTS_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/job.h"

/*
 * The map from URLs to their results: one job for each distinct URL, kept until its result has been
 * printed. After that only fingerprints are kept (dedup.h), of its key, so that the URL is not checked twice, and of
 * its case if jobs get numbers. It also keeps the order of the input. One thread.
 */
struct results;

/*
 * With keeps_order, a job whose result is known is kept until results_next() has returned it, in the
 * order of the input. Without, results_put() frees it, and results_next() returns none. With numbers, jobs of the
 * same case (target_case()) get numbers from 1, in the order of the input.
 */
struct results *results_new(bool keeps_order, bool numbers);

/* Frees the map and all jobs in it. NULL is fine. */
void results_free(struct results *results);

/* Adds a job, which the map owns from now on. False: its URL is there already; the job is freed. */
bool results_add(struct results *results, struct job *job);

/* The job, which was added, has its last result. Print it before, if it is printed as it comes. */
void results_put(struct results *results, struct job *job);

/*
 * The next job in the order of the input, if its result is known; else NULL. The job is valid until
 * results_release(); the map uses its `next`.
 */
struct job *results_next(struct results *results);

/* The jobs that results_next() has returned are not needed any more. */
void results_release(struct results *results);

/* From now on results_next() skips jobs whose result is not known. */
void results_skip_unknown(struct results *results);

/* From now on no job is freed before results_free(): threads may still use those in flight. */
void results_keep_all(struct results *results);

/* The first job without its last result, in the order of the input, after a given one (NULL: of all). */
struct job *results_next_unknown(const struct results *results, const struct job *after);

/* How many jobs were added, how many have no last result yet, and how many were duplicates. */
size_t results_count(const struct results *results);
size_t results_unknown(const struct results *results);
size_t results_folded(const struct results *results);

#endif
