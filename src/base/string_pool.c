/* SPDX-License-Identifier: MIT */
#include "base/string_pool.h"

#include <string.h>

#include "base/hash.h"
#include "base/thread.h"

struct entry {
    UT_hash_handle hh;
    char text[];
};

struct string_pool {
    pthread_mutex_t mutex;
    struct entry *entries;
};

struct string_pool *string_pool_new(void)
{
    struct string_pool *pool = xcalloc(1, sizeof(*pool));

    mutex_init(&pool->mutex);
    return pool;
}

void string_pool_free(struct string_pool *pool)
{
    struct entry *entry, *next;

    if (!pool)
        return;
    HASH_ITER(hh, pool->entries, entry, next) {
        HASH_DEL(pool->entries, entry);
        free(entry);
    }
    mutex_destroy(&pool->mutex);
    free(pool);
}

static const char *find_or_add(struct string_pool *pool, const char *text)
{
    size_t length = strlen(text);
    struct entry *entry;

    HASH_FIND(hh, pool->entries, text, length, entry);
    if (!entry) {
        entry = xmalloc(sizeof(*entry) + length + 1);
        strcpy(entry->text, text);
        HASH_ADD_KEYPTR(hh, pool->entries, entry->text, length, entry);
    }
    return entry->text;
}

const char *string_pool_get(struct string_pool *pool, const char *text)
{
    const char *kept;

    mutex_lock(&pool->mutex);
    kept = find_or_add(pool, text);
    mutex_unlock(&pool->mutex);
    return kept;
}
