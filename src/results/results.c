/* SPDX-License-Identifier: MIT */
#include "results/results.h"

#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/alloc.h"
#include "results/dedup.h"

struct results {
    bool keeps_order;
    bool keeps_all;
    bool skips_unknown;
    bool numbers;
    struct dedup *dedup;  /* the keys of all jobs that were added, freed ones included */
    struct dedup *cases;  /* see number_of(); NULL: none */
    struct job *jobs;     /* all jobs not yet freed, in the order of the input */
    struct job *ordered;  /* with keeps_order: the first job that was not returned */
    struct job *returned; /* those that results_next() has returned, linked by `next` */
    size_t count;
    size_t unknown; /* how many of these have no last result yet */
    size_t folded;
};

struct results *results_new(bool keeps_order, bool numbers)
{
    struct results *results = xcalloc(1, sizeof(*results));

    results->keeps_order = keeps_order;
    results->numbers = numbers;
    results->dedup = dedup_new();
    return results;
}

void results_free(struct results *results)
{
    struct job *job, *next;

    if (!results)
        return;
    DL_FOREACH_SAFE2(results->jobs, job, next, next_added)
    {
        job_free(job);
    }
    dedup_free(results->dedup);
    dedup_free(results->cases);
    free(results);
}

/*
 * The number of a target among those with the same case. Most lines are plain: without a name and attributes, and
 * shown as they are. Their case is their key, so two of them never have the same. `cases` has the others, and
 * what follows the first of these: a list of plain lines needs no second set.
 */
static size_t number_of(struct results *results, const struct target *target)
{
    char *text = target_case(target);
    bool is_plain = target->key == target->given && strcmp(text, target->given) == 0;
    size_t number = 1;

    if (!is_plain && !results->cases)
        results->cases = dedup_new();
    if (!is_plain && dedup_has(results->dedup, text, strlen(text))) /* of a plain line before */
        dedup_add(results->cases, text, strlen(text));
    if (results->cases)
        number = dedup_add_numbered(results->cases, text);
    free(text);
    return number;
}

bool results_add(struct results *results, struct job *job)
{
    const char *key = job->target->key;

    if (key && !dedup_add(results->dedup, key, strlen(key))) {
        job_free(job);
        results->folded++;
        return false;
    }
    if (results->numbers)
        job->number = number_of(results, job->target);
    DL_APPEND2(results->jobs, job, prev_added, next_added);
    if (results->keeps_order && !results->ordered)
        results->ordered = job;
    results->count++;
    results->unknown++;
    return true;
}

/* The job is not needed any more. */
static void release(struct results *results, struct job *job)
{
    if (results->keeps_all)
        return;
    DL_DELETE2(results->jobs, job, prev_added, next_added);
    job_free(job);
}

void results_put(struct results *results, struct job *job)
{
    job->is_done = true;
    results->unknown--;
    if (!results->keeps_order)
        release(results, job);
}

static struct job *next_ordered(struct results *results)
{
    while (results->ordered && !results->ordered->is_done && results->skips_unknown)
        results->ordered = results->ordered->next_added;
    return results->ordered && results->ordered->is_done ? results->ordered : NULL;
}

struct job *results_next(struct results *results)
{
    struct job *job = next_ordered(results);

    if (!job)
        return NULL;
    results->ordered = job->next_added;
    LL_PREPEND(results->returned, job);
    return job;
}

void results_release(struct results *results)
{
    struct job *job, *next;

    LL_FOREACH_SAFE(results->returned, job, next)
    {
        release(results, job);
    }
    results->returned = NULL;
}

void results_skip_unknown(struct results *results)
{
    results->skips_unknown = true;
}

void results_keep_all(struct results *results)
{
    results->keeps_all = true;
}

struct job *results_next_unknown(const struct results *results, const struct job *after)
{
    struct job *job = after ? after->next_added : results->jobs;

    while (job && job->is_done)
        job = job->next_added;
    return job;
}

size_t results_count(const struct results *results)
{
    return results->count;
}

size_t results_unknown(const struct results *results)
{
    return results->unknown;
}

size_t results_folded(const struct results *results)
{
    return results->folded;
}
