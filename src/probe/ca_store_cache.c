/* SPDX-License-Identifier: MIT */
#include "ca_store_cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/thread.h"

struct entry {
    struct entry *next;
    struct ca_store *ca_store;
    char *file; /* both NULL: the default certificates */
    char *path;
};

struct ca_store_cache {
    pthread_mutex_t mutex;
    struct entry *first;
};

struct ca_store_cache *ca_store_cache_new(void)
{
    struct ca_store_cache *cache = xcalloc(1, sizeof(*cache));

    mutex_init(&cache->mutex);
    return cache;
}

void ca_store_cache_free(struct ca_store_cache *cache)
{
    if (!cache)
        return;
    while (cache->first) {
        struct entry *entry = cache->first;

        cache->first = entry->next;
        ca_store_free(entry->ca_store);
        free(entry->file);
        free(entry->path);
        free(entry);
    }
    mutex_destroy(&cache->mutex);
    free(cache);
}

static bool is_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static struct ca_store *find(const struct ca_store_cache *cache, const struct ca_source *source)
{
    for (const struct entry *entry = cache->first; entry; entry = entry->next) {
        if (is_same(entry->file, source->file) && is_same(entry->path, source->path))
            return entry->ca_store;
    }
    return NULL;
}

static struct ca_store *add(struct ca_store_cache *cache, const struct ca_source *source,
                            struct error *error)
{
    struct ca_store *ca_store = ca_store_new(source, error);
    struct entry *entry;

    if (!ca_store)
        return NULL;
    entry = xcalloc(1, sizeof(*entry));
    entry->ca_store = ca_store;
    entry->file = source->file ? xstrdup(source->file) : NULL;
    entry->path = source->path ? xstrdup(source->path) : NULL;
    entry->next = cache->first;
    cache->first = entry;
    return ca_store;
}

struct ca_store *ca_store_cache_get(struct ca_store_cache *cache, const struct ca_source *source,
                                    struct error *error)
{
    struct ca_store *ca_store;

    mutex_lock(&cache->mutex);
    ca_store = find(cache, source);
    if (!ca_store)
        ca_store = add(cache, source, error);
    mutex_unlock(&cache->mutex);
    return ca_store;
}
