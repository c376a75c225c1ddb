/* SPDX-License-Identifier: MIT */
#include "handles.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/thread.h"

/*
 * Each idle handle is in one of two lists. One that is reserved is in its origin's list as well:
 *
 *     reserved, oldest first   A1 - B1 - A2 - C1       origins   A: A2 - A1
 *     free, newest first       x - y                             B: B1
 *                                                                C: C1
 *
 * handles_take() looks for a handle in this order: reserved for the origin; free, the one used
 * last, as it is still in the processor's caches; reserved for another origin, if there are
 * reserved_max.
 */

/* A reserved handle is stale after this many takes for each handle that may be reserved. */
#define STALE_TAKES 8

struct origin;

struct idle {
    void *handle;
    struct origin *origin; /* that it is reserved for; NULL: it is free */
    bool is_reserved;
    uint64_t takes_before;              /* the number of takes when it became idle */
    struct idle *older, *newer;         /* in the list of reserved or of free handles */
    struct idle *next_same, *prev_same; /* in the list of the origin */
};

/* An origin with at least one idle handle, or the one that had one last. */
struct origin {
    struct idle *idle;
    UT_hash_handle hh;
    char name[];
};

/* The mutex protects everything but close_handle. It is not held while handles are closed. */
struct handles {
    pthread_mutex_t mutex;
    void (*close_handle)(void *handle);
    struct origin *origins;
    struct origin *empty; /* the one without an idle handle; NULL: none */
    struct idle *unused;  /* one record that is not in a list; NULL: none */
    struct idle *reserved;
    size_t reserved_count, reserved_max;
    struct idle *free;
    uint64_t takes;
};

struct handles *handles_new(void (*close_handle)(void *handle), size_t reserved_max)
{
    struct handles *handles = xcalloc(1, sizeof(*handles));

    mutex_init(&handles->mutex);
    handles->close_handle = close_handle;
    handles->reserved_max = reserved_max;
    return handles;
}

/* This origin, which may be NULL, is now the one without an idle handle; the one before is freed. */
static void keep_empty(struct handles *handles, struct origin *origin)
{
    struct origin *before = handles->empty;

    handles->empty = origin;
    if (!before || before == origin || before->idle)
        return;
    HASH_DEL(handles->origins, before);
    free(before);
}

void handles_free(struct handles *handles)
{
    if (!handles)
        return;
    handles_trim(handles);
    keep_empty(handles, NULL);
    free(handles->unused);
    mutex_destroy(&handles->mutex);
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
    size_t size = strlen(name) + 1;

    if (origin)
        return origin;
    origin = xcalloc(1, sizeof(*origin) + size);
    memcpy(origin->name, name, size);
    HASH_ADD_STR(handles->origins, name, origin);
    return origin;
}

/* Adds it to the list of reserved or of free handles. */
static void enlist(struct handles *handles, struct idle *idle, bool is_reserved)
{
    idle->is_reserved = is_reserved;
    if (is_reserved) {
        DL_APPEND2(handles->reserved, idle, older, newer);
        handles->reserved_count++;
    } else {
        DL_PREPEND2(handles->free, idle, older, newer);
    }
}

static void delist(struct handles *handles, struct idle *idle)
{
    if (idle->is_reserved) {
        DL_DELETE2(handles->reserved, idle, older, newer);
        handles->reserved_count--;
    } else {
        DL_DELETE2(handles->free, idle, older, newer);
    }
}

/* Removes it from all lists and returns its handle. */
static void *remove_idle(struct handles *handles, struct idle *idle)
{
    struct origin *origin = idle->origin;
    void *handle = idle->handle;

    delist(handles, idle);
    if (origin)
        DL_DELETE2(origin->idle, idle, prev_same, next_same);
    if (origin && !origin->idle)
        keep_empty(handles, origin);
    free(handles->unused);
    handles->unused = idle;
    return handle;
}

static struct idle *make_idle(struct handles *handles, void *handle)
{
    struct idle *idle = handles->unused ? handles->unused : xmalloc(sizeof(*idle));

    handles->unused = NULL;
    *idle = (struct idle){.handle = handle, .takes_before = handles->takes};
    return idle;
}

/*
 * Which reserved handle serves another origin. If origins take turns, the one that was requested
 * last is also the last to come again, so the newest handle is the best choice. The oldest would be
 * the worst: with more origins than handles, each would be taken away just before its turn. But a
 * handle that has been idle during many takes is probably not needed any more. The number is large
 * so that it is rarely true of origins that take turns.
 */
static struct idle *choose_reserved(const struct handles *handles)
{
    struct idle *oldest = handles->reserved;

    if (handles->takes - oldest->takes_before > STALE_TAKES * handles->reserved_max)
        return oldest;
    return oldest->older; /* the list is circular in this direction: the newest */
}

void *handles_take(struct handles *handles, const char *name)
{
    void *handle = NULL, *unneeded = NULL;
    const struct origin *origin;

    mutex_lock(&handles->mutex);
    handles->takes++;
    origin = find(handles, name);
    if (origin && origin->idle)
        handle = remove_idle(handles, origin->idle);
    else if (handles->free)
        handle = remove_idle(handles, handles->free);
    else if (handles->reserved && handles->reserved_max == 0)
        /* If it served this origin, it might keep its old connection open besides the new one. */
        unneeded = remove_idle(handles, handles->reserved);
    else if (handles->reserved && handles->reserved_count >= handles->reserved_max)
        handle = remove_idle(handles, choose_reserved(handles));
    mutex_unlock(&handles->mutex);
    if (unneeded)
        handles->close_handle(unneeded);
    return handle;
}

void handles_give(struct handles *handles, void *handle, const char *name, bool is_free)
{
    struct idle *idle;

    mutex_lock(&handles->mutex);
    idle = make_idle(handles, handle);
    if (!is_free) {
        idle->origin = find_or_add(handles, name);
        DL_PREPEND2(idle->origin->idle, idle, prev_same, next_same);
    }
    enlist(handles, idle, !is_free);
    mutex_unlock(&handles->mutex);
}

/* Whether an origin, "http://HOST:PORT...", is of this host. */
static bool is_of_host(const char *origin, const char *host)
{
    const char *start = strstr(origin, "://");
    size_t length = strlen(host);

    return start && strncmp(start + 3, host, length) == 0 && start[3 + length] == ':';
}

/* Takes a handle out of the lists; NULL: the origin has none. */
static void *remove_first(struct handles *handles, struct origin *origin)
{
    return origin && origin->idle ? remove_idle(handles, origin->idle) : NULL;
}

void handles_close_origin(struct handles *handles, const char *name)
{
    void *handle;

    do {
        mutex_lock(&handles->mutex);
        handle = remove_first(handles, find(handles, name));
        mutex_unlock(&handles->mutex);
        if (handle)
            handles->close_handle(handle);
    } while (handle);
}

void handles_close_host(struct handles *handles, const char *host)
{
    struct origin *origin;
    void *handle;

    do {
        mutex_lock(&handles->mutex);
        for (origin = handles->origins;
             origin && !(origin->idle && is_of_host(origin->name, host));)
            origin = origin->hh.next;
        handle = remove_first(handles, origin);
        mutex_unlock(&handles->mutex);
        if (handle)
            handles->close_handle(handle);
    } while (handle);
}

void handles_trim(struct handles *handles)
{
    struct idle *idle;
    void *handle;

    do {
        mutex_lock(&handles->mutex);
        handles->reserved_max = 0;
        idle = handles->free ? handles->free : handles->reserved;
        handle = idle ? remove_idle(handles, idle) : NULL;
        mutex_unlock(&handles->mutex);
        if (handle)
            handles->close_handle(handle);
    } while (handle);
}
