/* SPDX-License-Identifier: MIT */
#include "twins.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define SELECT_OWN "SELECT key FROM url WHERE key = ?3 AND name IS ?2"
#define SELECT_TWINS "SELECT key FROM url WHERE " TWINS_OF_1 " AND name IS ?2 ORDER BY id"
#define SELECT_LAST "SELECT key FROM url WHERE " TWINS_OF_1 " ORDER BY last_us DESC, id"

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

/* Each entry that has no row claims one that the statement finds. */
static int claim_found(struct state *state, const char *sql, struct error *error)
{
    sqlite3_stmt *select = database_prepare(&state->database, sql, error);
    struct entry *entry, *next;
    int status = select ? 0 : -1;

    HASH_ITER(by_key, state->entries, entry, next) {
        if (status < 0 || entry->row)
            continue;
        twins_bind(select, entry);
        do
            status = database_step(&state->database, select, error);
        while (status == 1 && !claim(state, entry, (const char *)sqlite3_column_text(select, 0)));
        sqlite3_reset(select);
    }
    sqlite3_finalize(select);
    return status < 0 ? -1 : 0;
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

    if (claim_found(state, SELECT_OWN, error) || claim_found(state, SELECT_TWINS, error) ||
        claim_found(state, SELECT_LAST, error))
        return -1;
    HASH_ITER(by_key, state->entries, entry, next) {
        if (!entry->row)
            claim_by_order(state, entry);
    }
    return 0;
}
