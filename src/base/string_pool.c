/* SPDX-License-Identifier: MIT */
#include "base/string_pool.h"

#include <string.h>

#include "base/hash.h"

struct entry {
    UT_hash_handle hh;
    char text[];
};

struct string_pool {
    struct entry *entries;
    const char *last; /* that was returned; NULL: none. The next one is mostly the same */
};

struct string_pool *string_pool_new(void)
{
    return xcalloc(1, sizeof(struct string_pool));
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
    free(pool);
}

const char *string_pool_get(struct string_pool *pool, const char *text)
{
    size_t length = strlen(text);
    struct entry *entry;

    if (pool->last && strcmp(pool->last, text) == 0)
        return pool->last;
    HASH_FIND(hh, pool->entries, text, length, entry);
    if (!entry) {
        entry = xmalloc(sizeof(*entry) + length + 1);
        strcpy(entry->text, text);
        HASH_ADD_KEYPTR(hh, pool->entries, entry->text, length, entry);
    }
    pool->last = entry->text;
    return pool->last;
}
