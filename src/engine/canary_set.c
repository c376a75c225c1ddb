/* SPDX-License-Identifier: MIT */
#include "canary_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/escape.h"
#include "worker_pool.h"

#define BATCH 16
/* How much of a URL is shown: the error in it must also fit into the message. */
#define URL_BYTES 300

struct canary {
    struct job job; /* its target is borrowed */
    bool in_flight;
    bool is_stale;   /* the check in flight began before the last canary_set_ask() */
    bool is_awaited; /* no answer to the last canary_set_ask() yet */
};

struct canary_set {
    struct worker_pool *pool;
    check_function *check;
    void *context;
    bool asking;
    bool up;
    struct canary *failed; /* the first that failed, and why */
    struct error failure;
    struct canary *unchecked; /* the first that this machine could not check, and why */
    struct error shortage;
    size_t count;
    struct canary canaries[];
};

static void check_canary(const void *context, const struct probe_options *options,
                         struct completion *completion)
{
    const struct canary_set *set = context;

    set->check(set->context, completion->job->target, options, &completion->result);
}

struct canary_set *canary_set_new(const struct canaries *canaries, void *context)
{
    struct canary_set *set = xcalloc(1, sizeof(*set) + canaries->count * sizeof(*set->canaries));

    set->check = canaries->check;
    set->context = context;
    set->count = canaries->count;
    for (size_t i = 0; i < set->count; i++)
        set->canaries[i].job.target = canaries->targets[i];
    set->pool = worker_pool_new(set->count, 0, check_canary, set);
    return set;
}

void canary_set_free(struct canary_set *set)
{
    if (!set)
        return;
    worker_pool_free(set->pool);
    free(set);
}

/* Notes what is wrong with a canary, if it is the first in the order of the command line. */
static void note(struct canary **first, struct canary *canary, struct error *error,
                 const char *cause, const char *text)
{
    char *url;

    if (*first && *first < canary)
        return;
    *first = canary;
    url = escape_url(canary->job.target->given);
    error_set(error, "%.*s: %s%s%s", URL_BYTES, url, cause, *cause ? ": " : "", text);
    free(url);
}

static void start(struct canary_set *set, struct canary *canary)
{
    const struct probe_options options = {.close_connection = true,
                                          .fresh_since_us = clock_now_us()};

    canary->is_stale = false;
    canary->in_flight = worker_pool_start(set->pool, &canary->job, &options) == 0;
    if (canary->in_flight)
        return;
    canary->is_awaited = false;
    note(&set->unchecked, canary, &set->shortage, "", strerror(errno));
}

void canary_set_ask(struct canary_set *set)
{
    set->asking = true;
    set->up = false;
    set->failed = set->unchecked = NULL;
    for (size_t i = 0; i < set->count; i++) {
        struct canary *canary = &set->canaries[i];

        canary->is_awaited = true;
        if (canary->in_flight)
            canary->is_stale = true;
        else
            start(set, canary);
    }
}

static void take_result(struct canary_set *set, struct completion *completion)
{
    struct canary *canary = (struct canary *)completion->job;
    struct result *result = &completion->result;

    canary->in_flight = false;
    if (set->asking && canary->is_stale) {
        start(set, canary);
    } else if (set->asking) {
        canary->is_awaited = false;
        if (result->verdict < VERDICT_FAILED)
            set->up = true;
        else if (result->cause == CAUSE_LOCAL)
            note(&set->unchecked, canary, &set->shortage, "", result->message);
        else
            note(&set->failed, canary, &set->failure, cause_name(result->cause), result->message);
    }
    result_release(result);
}

static bool is_awaiting(const struct canary_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->canaries[i].is_awaited)
            return true;
    }
    return false;
}

enum canary_answer canary_set_poll(struct canary_set *set, struct error *error)
{
    struct completion completions[BATCH];
    ssize_t count = 0;

    if (worker_pool_in_flight(set->pool))
        count = worker_pool_receive(set->pool, completions, BATCH, 0);
    if (count < 0 && errno == EDEADLK)
        return CANARIES_LOST;
    for (ssize_t i = 0; i < count; i++)
        take_result(set, &completions[i]);
    if (!set->asking || (!set->up && is_awaiting(set)))
        return CANARIES_PENDING;
    set->asking = false;
    if (set->up)
        return CANARIES_UP;
    *error = set->unchecked ? set->shortage : set->failure;
    return set->unchecked ? CANARIES_SHORT : CANARIES_DOWN;
}

void canary_set_dismiss(struct canary_set *set)
{
    set->asking = false;
}

struct chan *canary_set_results(struct canary_set *set)
{
    return worker_pool_in_flight(set->pool) ? worker_pool_completions(set->pool) : NULL;
}
