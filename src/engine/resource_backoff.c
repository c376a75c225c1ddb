/* SPDX-License-Identifier: MIT */
#include "resource_backoff.h"

#include <stdlib.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "base/clock.h"

#define REST_US (20 * CLOCK_MS)
#define REST_MAX_US (1 * CLOCK_S)
/* In a row, without a success: 3.3 s in all. */
#define RESTS_MAX 8
/* While others succeed. */
#define TRIES_MAX 20

struct tried {
    const struct target *target;
    int times;
    UT_hash_handle hh;
};

void shortage_release(struct shortage *shortage)
{
    struct tried *tried, *next;

    HASH_ITER(hh, shortage->tried, tried, next) {
        HASH_DEL(shortage->tried, tried);
        free(tried);
    }
}

/* Counts the target. False if it has been tried often enough, or memory is too short to count. */
static bool may_try(struct shortage *shortage, const struct target *target)
{
    struct tried *tried;

    HASH_FIND_PTR(shortage->tried, &target, tried);
    if (tried)
        return ++tried->times < TRIES_MAX;
    tried = calloc(1, sizeof(*tried));
    if (!tried)
        return false;
    tried->target = target;
    tried->times = 1;
    HASH_ADD_PTR(shortage->tried, target, tried);
    if (tried->hh.tbl)
        return true;
    free(tried);
    return false;
}

enum shortage_advice shortage_note(struct shortage *shortage, const struct target *target,
                                   int64_t now_us)
{
    int64_t rest_us = REST_US << shortage->rests;

    if (target && !may_try(shortage, target))
        return SHORTAGE_IN_VAIN;
    if (now_us < shortage->rest_until_us)
        return SHORTAGE_RESTING;
    if (shortage->rests == RESTS_MAX)
        return SHORTAGE_IN_VAIN;
    shortage->rests++;
    shortage->rest_until_us = now_us + (rest_us < REST_MAX_US ? rest_us : REST_MAX_US);
    return SHORTAGE_REST;
}

void shortage_over(struct shortage *shortage)
{
    shortage->rests = 0;
}

void shortage_forget(struct shortage *shortage, const struct target *target)
{
    struct tried *tried;

    HASH_FIND_PTR(shortage->tried, &target, tried);
    if (!tried)
        return;
    HASH_DEL(shortage->tried, tried);
    free(tried);
}
