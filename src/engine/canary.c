/* SPDX-License-Identifier: MIT */
#include "engine/canary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/clock.h"
#include "output/escape.h"

#define BATCH 16
/* What is told of a URL: the reason has to hold what was wrong with it, too. */
#define URL_BYTES 300

struct bird {
    const struct target *target;
    bool in_flight;
    bool stale;   /* what is in flight is of an earlier ask */
    bool awaited; /* by the ask that goes on */
};

struct flock {
    struct crew *crew;
    bool asking;
    bool up;
    struct bird *failed; /* the first that did, and why */
    struct reason failure;
    struct bird *lacking; /* the first that could not be asked, and why */
    struct reason lack;
    size_t count;
    struct bird birds[];
};

struct flock *flock_new(const struct canaries *canaries, void *context)
{
    struct flock *flock = calloc(1, sizeof(*flock) + canaries->count * sizeof(*flock->birds));

    if (!flock)
        return NULL;
    flock->count = canaries->count;
    for (size_t i = 0; i < flock->count; i++)
        flock->birds[i].target = canaries->targets[i];
    flock->crew = crew_new(flock->count, 0, canaries->check, context);
    if (flock->crew)
        return flock;
    free(flock);
    return NULL;
}

void flock_free(struct flock *flock)
{
    if (!flock)
        return;
    crew_free(flock->crew);
    free(flock);
}

/* Notes what is wrong with a bird, if it is the first of those that it is so with. */
static void note(struct bird **first, struct bird *bird, struct reason *reason, const char *class,
                 const char *text)
{
    char *url;

    if (*first && *first < bird)
        return;
    *first = bird;
    url = escape_url(bird->target->given);
    reason_set(reason, "%.*s: %s%s%s", URL_BYTES, url ? url : "***", class, *class ? ": " : "",
               text ? text : strerror(ENOMEM));
    free(url);
}

static void start(struct flock *flock, struct bird *bird)
{
    const struct manner manner = {.last = true, .fresh_us = clock_now_us()};

    bird->stale = false;
    bird->in_flight = crew_start(flock->crew, bird->target, &manner) == 0;
    if (bird->in_flight)
        return;
    bird->awaited = false;
    note(&flock->lacking, bird, &flock->lack, "", strerror(errno));
}

void flock_ask(struct flock *flock)
{
    flock->asking = true;
    flock->up = false;
    flock->failed = flock->lacking = NULL;
    for (size_t i = 0; i < flock->count; i++) {
        struct bird *bird = &flock->birds[i];

        bird->awaited = true;
        if (bird->in_flight)
            bird->stale = true;
        else
            start(flock, bird);
    }
}

static struct bird *bird_of(struct flock *flock, const struct target *target)
{
    struct bird *bird = flock->birds;

    while (bird->target != target)
        bird++;
    return bird;
}

static void judge(struct flock *flock, struct bird *bird, const struct result *result)
{
    bird->awaited = false;
    if (result->verdict != VERDICT_FAILED)
        flock->up = true;
    else if (result->class == CLASS_LOCAL)
        note(&flock->lacking, bird, &flock->lack, "", result->message);
    else
        note(&flock->failed, bird, &flock->failure, class_name(result->class), result->message);
}

static void take(struct flock *flock, struct result *result)
{
    struct bird *bird = bird_of(flock, result->target);

    bird->in_flight = false;
    if (flock->asking && bird->stale)
        start(flock, bird);
    else if (flock->asking)
        judge(flock, bird, result);
    result_release(result);
}

static bool is_awaiting(const struct flock *flock)
{
    for (size_t i = 0; i < flock->count; i++) {
        if (flock->birds[i].awaited)
            return true;
    }
    return false;
}

static enum flock_answer answer(struct flock *flock, struct reason *reason)
{
    if (!flock->asking || (!flock->up && is_awaiting(flock)))
        return FLOCK_SILENT;
    flock->asking = false;
    if (flock->up)
        return FLOCK_UP;
    *reason = flock->lacking ? flock->lack : flock->failure;
    return flock->lacking ? FLOCK_SHORT : FLOCK_DOWN;
}

enum flock_answer flock_listen(struct flock *flock, struct reason *reason)
{
    struct result results[BATCH];
    ssize_t count = 0;

    if (crew_in_flight(flock->crew))
        count = crew_receive(flock->crew, results, BATCH, 0);
    if (count < 0 && errno == EDEADLK)
        return FLOCK_LOST;
    for (ssize_t i = 0; i < count; i++)
        take(flock, &results[i]);
    return answer(flock, reason);
}

void flock_dismiss(struct flock *flock)
{
    flock->asking = false;
}

struct chan *flock_results(struct flock *flock)
{
    return crew_in_flight(flock->crew) ? crew_results(flock->crew) : NULL;
}
