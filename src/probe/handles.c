/* SPDX-License-Identifier: MIT */
#include "handles.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>

#include "base/thread.h"

/* How many takes for each that may wait are too long to wait. */
#define IN_VAIN 8

struct origin;

struct idle {
    void *handle;
    struct origin *origin; /* NULL: none that it could serve better than others */
    bool waits;
    uint64_t since;                     /* how many takes there had been */
    struct idle *older, *newer;         /* among those that wait, or those that do not */
    struct idle *next_same, *prev_same; /* among those of the origin */
};

/* An origin with at least one idle handle. */
struct origin {
    struct idle *idle;
    UT_hash_handle hh;
    char name[];
};

struct handles {
    pthread_mutex_t mutex;
    void (*drop)(void *handle);
    struct origin *origins;
    struct idle *spare;   /* what became so last is taken first: it is still in the caches */
    struct idle *waiting; /* the oldest first */
    size_t waiting_count, wait_max;
    uint64_t takes;
};

struct handles *handles_new(void (*drop)(void *handle), size_t wait_max)
{
    struct handles *handles = calloc(1, sizeof(*handles));

    if (handles) {
        pthread_mutex_init(&handles->mutex, NULL);
        handles->drop = drop;
        handles->wait_max = wait_max;
    }
    return handles;
}

void handles_free(struct handles *handles)
{
    if (!handles)
        return;
    handles_trim(handles);
    pthread_mutex_destroy(&handles->mutex);
    free(handles);
}

static struct origin *find(struct handles *handles, const char *name)
{
    struct origin *origin;

    HASH_FIND_STR(handles->origins, name, origin);
    return origin;
}

static struct origin *find_or_add(struct handles *handles, const char *name)
{
    struct origin *origin = find(handles, name);
    size_t length = strlen(name);

    if (origin)
        return origin;
    origin = calloc(1, sizeof(*origin) + length + 1);
    if (!origin)
        return NULL;
    memcpy(origin->name, name, length + 1);
    HASH_ADD_STR(handles->origins, name, origin);
    if (!origin->hh.tbl) {
        free(origin);
        return NULL;
    }
    return origin;
}

/* Into the list of those that wait, or do not, as it says. */
static void enlist(struct handles *handles, struct idle *idle)
{
    if (idle->waits) {
        DL_APPEND2(handles->waiting, idle, older, newer);
        handles->waiting_count++;
    } else {
        DL_PREPEND2(handles->spare, idle, older, newer);
    }
}

static void delist(struct handles *handles, struct idle *idle)
{
    if (idle->waits) {
        DL_DELETE2(handles->waiting, idle, older, newer);
        handles->waiting_count--;
    } else {
        DL_DELETE2(handles->spare, idle, older, newer);
    }
}

/* Takes idle out of all lists and returns its handle. */
static void *take_out(struct handles *handles, struct idle *idle)
{
    struct origin *origin = idle->origin;
    void *handle = idle->handle;

    delist(handles, idle);
    if (origin)
        DL_DELETE2(origin->idle, idle, prev_same, next_same);
    if (origin && !origin->idle) {
        HASH_DEL(handles->origins, origin);
        free(origin);
    }
    free(idle);
    return handle;
}

/*
 * Which of those that wait serves another origin. Origins take turns: the one that was here last
 * comes again last, so its handle goes first. The oldest would be just the one whose turn is next,
 * and with more origins than handles none would ever be there in time. But one for which so many
 * others came waits in vain, most likely; were they a ring as long as that, few would be in time.
 */
static struct idle *choose(const struct handles *handles)
{
    struct idle *oldest = handles->waiting;

    if (handles->takes - oldest->since > IN_VAIN * handles->wait_max)
        return oldest;
    return oldest->older; /* of the first that is the last */
}

/* For an origin with nothing of its own. *unwanted: a handle to be dropped; NULL: none. */
static void *take_of_others(struct handles *handles, void **unwanted)
{
    if (handles->spare)
        return take_out(handles, handles->spare);
    if (handles->waiting_count == 0 || handles->waiting_count < handles->wait_max)
        return NULL;
    if (handles->wait_max)
        return take_out(handles, choose(handles));
    /* It might hold on to its connection until it has a new one. */
    *unwanted = take_out(handles, handles->waiting);
    return NULL;
}

void *handles_take(struct handles *handles, const char *name)
{
    const struct origin *origin;
    void *handle;
    void *unwanted = NULL;

    mutex_lock(&handles->mutex);
    handles->takes++;
    origin = find(handles, name);
    handle = origin ? take_out(handles, origin->idle) : take_of_others(handles, &unwanted);
    mutex_unlock(&handles->mutex);
    if (unwanted)
        handles->drop(unwanted);
    return handle;
}

/*
 * Those that wait for the origin do so in vain. Where descriptors are dear they stay what they are:
 * a spare one holds no connection there.
 */
static void release(struct handles *handles, const char *name)
{
    struct origin *origin = handles->wait_max ? find(handles, name) : NULL;
    struct idle *idle;

    if (!origin)
        return;
    DL_FOREACH2(origin->idle, idle, next_same)
    {
        delist(handles, idle);
        idle->waits = false;
        enlist(handles, idle);
    }
}

/* False if memory is short. */
static bool wait_for(struct handles *handles, struct idle *idle, const char *name)
{
    idle->origin = find_or_add(handles, name);
    if (!idle->origin)
        return false;
    idle->waits = true;
    DL_PREPEND2(idle->origin->idle, idle, prev_same, next_same);
    return true;
}

void handles_give(struct handles *handles, void *handle, const char *name, bool last)
{
    struct idle *idle = calloc(1, sizeof(*idle));
    bool kept = false;

    if (idle) {
        idle->handle = handle;
        mutex_lock(&handles->mutex);
        idle->since = handles->takes;
        if (last)
            release(handles, name);
        kept = last || wait_for(handles, idle, name);
        if (kept)
            enlist(handles, idle);
        mutex_unlock(&handles->mutex);
    }
    if (!kept) {
        free(idle);
        handles->drop(handle);
    }
}

void handles_trim(struct handles *handles)
{
    struct idle *idle;
    void *handle;

    do {
        mutex_lock(&handles->mutex);
        handles->wait_max = 0;
        idle = handles->spare ? handles->spare : handles->waiting;
        handle = idle ? take_out(handles, idle) : NULL;
        mutex_unlock(&handles->mutex);
        if (handle)
            handles->drop(handle);
    } while (handle);
}
