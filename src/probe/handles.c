/* SPDX-License-Identifier: MIT */
#include "probe/handles.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>

#include "engine/sync.h"

struct origin;

struct idle {
    void *handle;
    struct origin *origin;
    struct idle *older, *newer;         /* among all, in the order in which they became idle */
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
    struct idle *oldest;
};

struct handles *handles_new(void (*drop)(void *handle))
{
    struct handles *handles = calloc(1, sizeof(*handles));

    if (handles) {
        pthread_mutex_init(&handles->mutex, NULL);
        handles->drop = drop;
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

/* Takes idle out of both lists and returns its handle. */
static void *take_out(struct handles *handles, struct idle *idle)
{
    struct origin *origin = idle->origin;
    void *handle = idle->handle;

    DL_DELETE2(handles->oldest, idle, older, newer);
    DL_DELETE2(origin->idle, idle, prev_same, next_same);
    if (!origin->idle) {
        HASH_DEL(handles->origins, origin);
        free(origin);
    }
    free(idle);
    return handle;
}

void *handles_take(struct handles *handles, const char *name)
{
    struct origin *origin;
    struct idle *idle;
    void *handle = NULL;

    sync_lock(&handles->mutex);
    origin = find(handles, name);
    idle = origin ? origin->idle : handles->oldest;
    if (idle)
        handle = take_out(handles, idle);
    sync_unlock(&handles->mutex);
    return handle;
}

void *handles_take_thriftily(struct handles *handles, const char *name)
{
    struct origin *origin;
    void *handle = NULL;
    void *unwanted = NULL;

    sync_lock(&handles->mutex);
    origin = find(handles, name);
    if (origin)
        handle = take_out(handles, origin->idle);
    else if (handles->oldest)
        unwanted = take_out(handles, handles->oldest);
    sync_unlock(&handles->mutex);
    if (unwanted)
        handles->drop(unwanted);
    return handle;
}

void handles_give(struct handles *handles, void *handle, const char *name)
{
    struct idle *idle = calloc(1, sizeof(*idle));
    struct origin *origin = NULL;

    if (idle) {
        sync_lock(&handles->mutex);
        origin = find_or_add(handles, name);
        if (origin) {
            idle->handle = handle;
            idle->origin = origin;
            DL_APPEND2(handles->oldest, idle, older, newer);
            DL_PREPEND2(origin->idle, idle, prev_same, next_same);
        }
        sync_unlock(&handles->mutex);
    }
    if (!origin) {
        free(idle);
        handles->drop(handle);
    }
}

void handles_trim(struct handles *handles)
{
    void *handle;

    do {
        sync_lock(&handles->mutex);
        handle = handles->oldest ? take_out(handles, handles->oldest) : NULL;
        sync_unlock(&handles->mutex);
        if (handle)
            handles->drop(handle);
    } while (handle);
}
