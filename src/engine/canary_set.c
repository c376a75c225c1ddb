/* SPDX-License-Identifier: MIT */
#include "engine/canary_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "input/target.h"

#define BATCH 16
/* What is told of a URL: the reason has to hold what was wrong with it, too. */
#define URL_BYTES 300

struct canary {
    const struct target *target;
    bool in_flight;
    bool stale;   /* what is in flight is of an earlier ask */
    bool awaited; /* by the ask that goes on */
};

struct canary_set {
    struct worker_pool *pool;
    bool asking;
    bool up;
    struct canary *failed; /* the first that did, and why */
    struct error failure;
    struct canary *lacking; /* the first that could not be asked, and why */
    struct error lack;
    size_t count;
    struct canary canaries[];
};

struct canary_set *canary_set_new(const struct canaries *canaries, void *context)
{
    struct canary_set *canary_set =
        calloc(1, sizeof(*canary_set) + canaries->count * sizeof(*canary_set->canaries));

    if (!canary_set)
        return NULL;
    canary_set->count = canaries->count;
    for (size_t i = 0; i < canary_set->count; i++)
        canary_set->canaries[i].target = canaries->targets[i];
    canary_set->pool = worker_pool_new(canary_set->count, 0, canaries->check, context);
    if (canary_set->pool)
        return canary_set;
    free(canary_set);
    return NULL;
}

void canary_set_free(struct canary_set *canary_set)
{
    if (!canary_set)
        return;
    worker_pool_free(canary_set->pool);
    free(canary_set);
}

/* Notes what is wrong with a bird, if it is the first of those that it is so with. */
static void note(struct canary **first, struct canary *canary, struct error *error,
                 const char *cause, const char *text)
{
    char *url;

    if (*first && *first < canary)
        return;
    *first = canary;
    url = escape_url(canary->target->given);
    error_set(error, "%.*s: %s%s%s", URL_BYTES, url ? url : "***", cause, *cause ? ": " : "",
              text ? text : strerror(ENOMEM));
    free(url);
}

static void start(struct canary_set *canary_set, struct canary *canary)
{
    const struct probe_options options = {.close_connection = true,
                                          .fresh_since_us = clock_now_us()};

    canary->stale = false;
    canary->in_flight = worker_pool_start(canary_set->pool, canary->target, &options) == 0;
    if (canary->in_flight)
        return;
    canary->awaited = false;
    note(&canary_set->lacking, canary, &canary_set->lack, "", strerror(errno));
}

void canary_set_ask(struct canary_set *canary_set)
{
    canary_set->asking = true;
    canary_set->up = false;
    canary_set->failed = canary_set->lacking = NULL;
    for (size_t i = 0; i < canary_set->count; i++) {
        struct canary *canary = &canary_set->canaries[i];

        canary->awaited = true;
        if (canary->in_flight)
            canary->stale = true;
        else
            start(canary_set, canary);
    }
}

static struct canary *bird_of(struct canary_set *canary_set, const struct target *target)
{
    struct canary *canary = canary_set->canaries;

    while (canary->target != target)
        canary++;
    return canary;
}

static void judge(struct canary_set *canary_set, struct canary *canary, const struct result *result)
{
    canary->awaited = false;
    if (result->verdict != VERDICT_FAILED)
        canary_set->up = true;
    else if (result->cause == CAUSE_LOCAL)
        note(&canary_set->lacking, canary, &canary_set->lack, "", result->message);
    else
        note(&canary_set->failed, canary, &canary_set->failure, cause_name(result->cause),
             result->message);
}

static void take(struct canary_set *canary_set, struct result *result)
{
    struct canary *canary = bird_of(canary_set, result->target);

    canary->in_flight = false;
    if (canary_set->asking && canary->stale)
        start(canary_set, canary);
    else if (canary_set->asking)
        judge(canary_set, canary, result);
    result_release(result);
}

static bool is_awaiting(const struct canary_set *canary_set)
{
    for (size_t i = 0; i < canary_set->count; i++) {
        if (canary_set->canaries[i].awaited)
            return true;
    }
    return false;
}

static enum flock_answer answer(struct canary_set *canary_set, struct error *error)
{
    if (!canary_set->asking || (!canary_set->up && is_awaiting(canary_set)))
        return CANARY_SET_SILENT;
    canary_set->asking = false;
    if (canary_set->up)
        return CANARY_SET_UP;
    *error = canary_set->lacking ? canary_set->lack : canary_set->failure;
    return canary_set->lacking ? CANARY_SET_SHORT : CANARY_SET_DOWN;
}

enum flock_answer canary_set_poll(struct canary_set *canary_set, struct error *error)
{
    struct result results[BATCH];
    ssize_t count = 0;

    if (worker_pool_in_flight(canary_set->pool))
        count = worker_pool_receive(canary_set->pool, results, BATCH, 0);
    if (count < 0 && errno == EDEADLK)
        return CANARY_SET_LOST;
    for (ssize_t i = 0; i < count; i++)
        take(canary_set, &results[i]);
    return answer(canary_set, error);
}

void canary_set_dismiss(struct canary_set *canary_set)
{
    canary_set->asking = false;
}

struct chan *canary_set_results(struct canary_set *canary_set)
{
    return worker_pool_in_flight(canary_set->pool) ? worker_pool_results(canary_set->pool) : NULL;
}
