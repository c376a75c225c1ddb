/* SPDX-License-Identifier: MIT */
#include "needs.h"

#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "history_tables.h"

/*
 * A result older than this does not count if no line of this run has the name; but the usual interval of its
 * list may be longer.
 */
#define RECENT_US (9000 * CLOCK_S)

struct needed {
    const char *name; /* borrowed from a record */
    bool is_in_run;
    bool is_in_file; /* looked for only if it is not in the run */
    bool is_recent;  /* and its result in the file counts */
    bool is_down;
    const char *next; /* what it needs itself, borrowed; NULL: nothing, or that is unknown */
    UT_hash_handle hh;
};

struct needs {
    struct needed *names;
};

static struct needed *find(const struct needs *needs, const char *name)
{
    struct needed *needed;

    HASH_FIND_STR(needs->names, name, needed);
    return needed;
}

static void add_names(struct needs *needs, const struct state *state)
{
    struct entry *entry, *next;
    struct needed *needed;

    HASH_ITER(by_key, state->entries, entry, next) {
        if (!entry->record || !entry->record->needs || find(needs, entry->record->needs))
            continue;
        needed = xcalloc(1, sizeof(*needed));
        needed->name = entry->record->needs;
        HASH_ADD_KEYPTR(hh, needs->names, needed->name, strlen(needed->name), needed);
    }
}

/* If several URLs have the name, one that is down is enough. */
static void look_in_run(struct needs *needs, const struct state *state)
{
    struct entry *entry, *next;

    HASH_ITER(by_key, state->entries, entry, next) {
        struct record *record = entry->record;
        struct needed *needed = record && record->name ? find(needs, record->name) : NULL;

        if (!needed)
            continue;
        needed->is_in_run = true;
        if (!url_state_suppresses(&record->state))
            continue;
        /* Of several, one that needs nothing is down for a reason of its own. */
        needed->next = needed->is_down && !needed->next ? NULL : record->needs;
        needed->is_down = true;
    }
}

/* 0, or -1 with the reason. */
static int look_at_row(struct needed *needed, struct database *database, sqlite3_stmt *row,
                       int64_t now_us, struct error *error)
{
    int64_t age_us = now_us - sqlite3_column_int64(row, 1), interval_us = 0;

    needed->is_in_file = true;
    if (age_us > RECENT_US &&
        history_tables_read_interval(database, sqlite3_column_int64(row, 0), &interval_us, error))
        return -1;
    if (age_us > RECENT_US && age_us > interval_us / 2 * 5)
        return 0;
    needed->is_recent = true;
    needed->is_down |= sqlite3_column_int(row, 2);
    return 0;
}

/* For a name that no URL of this run has: in another shard, or UNKNOWN. Its URLs of the last run count. */
static int look_in_file(struct needs *needs, struct database *database, int64_t now_us,
                        struct error *error)
{
    sqlite3_stmt *select =
        database_prepare(database,
                         "SELECT id, last_us, max(is_down, is_flapping) FROM url WHERE name = ?1"
                         " AND last_us >= (SELECT max(last_us) FROM url WHERE name = ?1) - ?2",
                         error);
    struct needed *needed, *next;
    int status = select ? 0 : -1;

    HASH_ITER(hh, needs->names, needed, next) {
        if (status < 0 || needed->is_in_run)
            continue;
        database_bind_text(select, 1, needed->name);
        sqlite3_bind_int64(select, 2, STATE_RUN_US);
        while ((status = database_step(database, select, error)) == 1) {
            if ((status = look_at_row(needed, database, select, now_us, error)))
                break;
        }
        sqlite3_reset(select);
    }
    sqlite3_finalize(select);
    return status < 0 ? -1 : 0;
}

struct needs *needs_new(struct state *state, int64_t now_us, struct error *error)
{
    struct needs *needs = xcalloc(1, sizeof(*needs));

    add_names(needs, state);
    if (!needs->names)
        return needs;
    look_in_run(needs, state);
    if (look_in_file(needs, &state->database, now_us, error) == 0)
        return needs;
    needs_free(needs);
    return NULL;
}

void needs_free(struct needs *needs)
{
    struct needed *needed, *next;

    if (!needs)
        return;
    HASH_ITER(hh, needs->names, needed, next) {
        HASH_DELETE(hh, needs->names, needed);
        free(needed);
    }
    free(needs);
}

/*
 * Whether what is down needs, in the end, the record itself. Each would hide the others then, and nothing
 * would be reported.
 */
static bool is_in_cycle(const struct needs *needs, const struct record *record)
{
    const char *name = record->needs;

    if (!record->name)
        return false;
    for (unsigned left = HASH_COUNT(needs->names); name && left > 0; left--) {
        const struct needed *needed = find(needs, name);

        if (!needed->is_down)
            return false;
        if (strcmp(name, record->name) == 0)
            return true;
        name = needed->next;
    }
    return false;
}

bool needs_suppress(const struct needs *needs, const struct record *record)
{
    return record->needs && find(needs, record->needs)->is_down && !is_in_cycle(needs, record);
}

const struct record *needs_find_unknown(const struct needs *needs, const struct state *state,
                                        bool *is_old)
{
    struct entry *entry, *next;

    HASH_ITER(by_key, state->entries, entry, next) {
        const struct record *record = entry->record;
        const struct needed *needed = record && record->needs ? find(needs, record->needs) : NULL;

        if (needed && !needed->is_in_run && !needed->is_recent) {
            *is_old = needed->is_in_file;
            return record;
        }
    }
    return NULL;
}
