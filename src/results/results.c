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
    struct dedup *dedup; /* the keys of all jobs that were added, freed ones included */
    struct job *jobs;    /* all jobs not yet freed, in the order of the input */
    struct job *ordered; /* with keeps_order: the first job that was not returned */
    struct job *printed; /* the job that results_next() returned last */
    size_t count;
    size_t unknown; /* how many of these have no last result yet */
    size_t folded;
};

struct results *results_new(bool keeps_order)
{
    struct results *results = xcalloc(1, sizeof(*results));

    results->keeps_order = keeps_order;
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
    free(results);
}

bool results_add(struct results *results, struct job *job)
{
    const char *key = job->target->key;

    if (key && !dedup_add(results->dedup, key, strlen(key))) {
        job_free(job);
        results->folded++;
        return false;
    }
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

const struct job *results_next(struct results *results)
{
    struct job *job;

    if (results->printed)
        release(results, results->printed);
    job = next_ordered(results);
    results->printed = job;
    if (job)
        results->ordered = job->next_added;
    return job;
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
