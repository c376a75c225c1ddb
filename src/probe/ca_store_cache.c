/* SPDX-License-Identifier: MIT */
#include "ca_store_cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/thread.h"

struct entry {
    struct entry *next;
    struct ca_store *ca_store;
    char *file; /* both NULL: the system's certificates */
    char *path;
};

struct ca_store_cache {
    pthread_mutex_t mutex;
    struct entry *first;
};

struct ca_store_cache *ca_store_cache_new(void)
{
    struct ca_store_cache *ca_stores = calloc(1, sizeof(*ca_stores));

    if (ca_stores)
        pthread_mutex_init(&ca_stores->mutex, NULL);
    return ca_stores;
}

static void entry_free(struct entry *entry)
{
    ca_store_free(entry->ca_store);
    free(entry->file);
    free(entry->path);
    free(entry);
}

void ca_store_cache_free(struct ca_store_cache *ca_stores)
{
    if (!ca_stores)
        return;
    while (ca_stores->first) {
        struct entry *entry = ca_stores->first;

        ca_stores->first = entry->next;
        entry_free(entry);
    }
    pthread_mutex_destroy(&ca_stores->mutex);
    free(ca_stores);
}

static bool is_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static struct ca_store *find(const struct ca_store_cache *ca_stores, const struct check *check)
{
    for (const struct entry *entry = ca_stores->first; entry; entry = entry->next) {
        if (is_same(entry->file, check->ca_file) && is_same(entry->path, check->ca_path))
            return entry->ca_store;
    }
    return NULL;
}

static struct ca_store *add(struct ca_store_cache *ca_stores, const struct check *check,
                            struct error *error)
{
    struct entry *entry = calloc(1, sizeof(*entry));

    error_set(error, "out of memory");
    if (!entry)
        return NULL;
    entry->file = check->ca_file ? strdup(check->ca_file) : NULL;
    entry->path = check->ca_path ? strdup(check->ca_path) : NULL;
    if ((entry->file || !check->ca_file) && (entry->path || !check->ca_path))
        entry->ca_store = ca_store_new(check, error);
    if (!entry->ca_store) {
        entry_free(entry);
        return NULL;
    }
    entry->next = ca_stores->first;
    ca_stores->first = entry;
    return entry->ca_store;
}

struct ca_store *ca_store_cache_get(struct ca_store_cache *ca_stores, const struct check *check,
                                    struct error *error)
{
    struct ca_store *ca_store;

    mutex_lock(&ca_stores->mutex);
    ca_store = find(ca_stores, check);
    if (!ca_store)
        ca_store = add(ca_stores, check, error);
    mutex_unlock(&ca_stores->mutex);
    return ca_store;
}
