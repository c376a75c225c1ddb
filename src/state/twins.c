/* SPDX-License-Identifier: MIT */
#include "twins.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define SELECT_OWN "SELECT key FROM url WHERE key = ?3 AND name IS ?2"
#define SELECT_TWINS "SELECT key, name FROM url WHERE " TWINS_OF_1 " ORDER BY id"
#define SELECT_LAST "SELECT key, name FROM url WHERE " TWINS_OF_1 " ORDER BY last_us DESC, id"

/* Entries without a row: twins, or those of them with one name. In the order of the input. */
struct group {
    char *key; /* group_key() */
    struct entry *first, *last;
    UT_hash_handle hh;
};

static bool claim(struct state *state, struct entry *entry, const char *row)
{
    struct entry *owner;

    HASH_FIND(by_row, state->by_row, row, strlen(row), owner);
    if (owner)
        return false;
    entry->row = xstrdup(row);
    HASH_ADD_KEYPTR(by_row, state->by_row, entry->row, strlen(entry->row), entry);
    return true;
}

void twins_bind(sqlite3_stmt *statement, const struct entry *entry)
{
    sqlite3_bind_text(statement, 1, entry->key, (int)entry->base_length, SQLITE_STATIC);
    database_bind_text(statement, 2, entry->name);
    database_bind_text(statement, 3, entry->key);
}

/* Each entry whose row has its key and name claims it. */
static int claim_own(struct state *state, struct error *error)
{
    sqlite3_stmt *select = database_prepare(&state->database, SELECT_OWN, error);
    struct entry *entry, *next;
    int status = select ? 0 : -1;

    HASH_ITER(by_key, state->entries, entry, next) {
        if (status < 0)
            continue;
        twins_bind(select, entry);
        status = database_step(&state->database, select, error);
        if (status == 1)
            claim(state, entry, (const char *)sqlite3_column_text(select, 0));
        sqlite3_reset(select);
    }
    sqlite3_finalize(select);
    return status < 0 ? -1 : 0;
}

/* The caller frees it. */
static char *group_key(const struct entry *entry, const char *name)
{
    return xasprintf("%.*s\n%s", (int)entry->base_length, entry->key, name ? name : "");
}

static void group_add(struct group **groups, struct entry *entry, const char *name)
{
    char *key = group_key(entry, name);
    struct group *group;

    HASH_FIND_STR(*groups, key, group);
    entry->next_twin = NULL;
    if (group) {
        free(key);
        group->last->next_twin = entry;
        group->last = entry;
        return;
    }
    group = xcalloc(1, sizeof(*group));
    group->key = key;
    group->first = group->last = entry;
    HASH_ADD_KEYPTR(hh, *groups, group->key, strlen(group->key), group);
}

static void groups_free(struct group *groups)
{
    struct group *group, *next;

    HASH_ITER(hh, groups, group, next) {
        HASH_DELETE(hh, groups, group);
        free(group->key);
        free(group);
    }
}

/* The rows of the entry's twins go, one by one, to the first entry that is left in the group. */
static int claim_rows(struct state *state, struct group *groups, const struct entry *twin,
                      bool by_name, sqlite3_stmt *select, struct error *error)
{
    struct group *group;
    int status;

    twins_bind(select, twin);
    while ((status = database_step(&state->database, select, error)) == 1) {
        const char *row = (const char *)sqlite3_column_text(select, 0);
        char *key = group_key(twin, by_name ? (const char *)sqlite3_column_text(select, 1) : NULL);

        HASH_FIND_STR(groups, key, group);
        free(key);
        if (group && group->first && claim(state, group->first, row))
            group->first = group->first->next_twin;
    }
    sqlite3_reset(select);
    return status;
}

/*
 * Each entry that has no row claims one of its twins, with its name or with any. Each row is read once, however many
 * twins there are.
 */
static int claim_found(struct state *state, const char *sql, bool by_name, struct error *error)
{
    sqlite3_stmt *select = database_prepare(&state->database, sql, error);
    struct group *groups = NULL, *all = NULL, *twins, *next_twins;
    struct entry *entry, *next;
    int status = select ? 0 : -1;

    HASH_ITER(by_key, state->entries, entry, next) {
        if (!entry->row)
            group_add(&all, entry, NULL);
    }
    HASH_ITER(hh, all, twins, next_twins) {
        for (entry = twins->first; entry; entry = next) {
            next = entry->next_twin;
            group_add(&groups, entry, by_name ? entry->name : NULL);
        }
        if (status == 0)
            status = claim_rows(state, groups, twins->first, by_name, select, error);
    }
    groups_free(all);
    groups_free(groups);
    sqlite3_finalize(select);
    return status;
}

/* A new row: that of its own key, or else of the first number that nobody has. */
static void claim_by_order(struct state *state, struct entry *entry)
{
    char *base, *row;

    if (claim(state, entry, entry->key))
        return;
    base = xstrndup(entry->key, entry->base_length);
    row = xstrdup(base);
    for (size_t number = 2; !claim(state, entry, row); number++) {
        free(row);
        row = xasprintf(STATE_TWIN, base, number);
    }
    free(row);
    free(base);
}

int twins_match(struct state *state, struct error *error)
{
    struct entry *entry, *next;

    if (claim_own(state, error) || claim_found(state, SELECT_TWINS, true, error) ||
        claim_found(state, SELECT_LAST, false, error))
        return -1;
    HASH_ITER(by_key, state->entries, entry, next) {
        if (!entry->row)
            claim_by_order(state, entry);
    }
    return 0;
}
