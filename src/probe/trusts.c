/* SPDX-License-Identifier: MIT */
#include "probe/trusts.h"

#include <stdlib.h>
#include <string.h>

#include "engine/sync.h"

struct entry {
    struct entry *next;
    struct trust *trust;
    char *file; /* both NULL: the system's certificates */
    char *path;
};

struct trusts {
    pthread_mutex_t mutex;
    struct entry *first;
};

struct trusts *trusts_new(void)
{
    struct trusts *trusts = calloc(1, sizeof(*trusts));

    if (trusts)
        pthread_mutex_init(&trusts->mutex, NULL);
    return trusts;
}

static void entry_free(struct entry *entry)
{
    trust_free(entry->trust);
    free(entry->file);
    free(entry->path);
    free(entry);
}

void trusts_free(struct trusts *trusts)
{
    if (!trusts)
        return;
    while (trusts->first) {
        struct entry *entry = trusts->first;

        trusts->first = entry->next;
        entry_free(entry);
    }
    pthread_mutex_destroy(&trusts->mutex);
    free(trusts);
}

static bool is_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static struct trust *find(const struct trusts *trusts, const struct check *check)
{
    for (const struct entry *entry = trusts->first; entry; entry = entry->next) {
        if (is_same(entry->file, check->ca_file) && is_same(entry->path, check->ca_path))
            return entry->trust;
    }
    return NULL;
}

static struct trust *add(struct trusts *trusts, const struct check *check, struct reason *reason)
{
    struct entry *entry = calloc(1, sizeof(*entry));

    reason_set(reason, "out of memory");
    if (!entry)
        return NULL;
    entry->file = check->ca_file ? strdup(check->ca_file) : NULL;
    entry->path = check->ca_path ? strdup(check->ca_path) : NULL;
    if ((entry->file || !check->ca_file) && (entry->path || !check->ca_path))
        entry->trust = trust_new(check, reason);
    if (!entry->trust) {
        entry_free(entry);
        return NULL;
    }
    entry->next = trusts->first;
    trusts->first = entry;
    return entry->trust;
}

struct trust *trusts_get(struct trusts *trusts, const struct check *check, struct reason *reason)
{
    struct trust *trust;

    sync_lock(&trusts->mutex);
    trust = find(trusts, check);
    if (!trust)
        trust = add(trusts, check, reason);
    sync_unlock(&trusts->mutex);
    return trust;
}
