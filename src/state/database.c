/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/clock.h"

#define RETRY_US (10 * CLOCK_MS)

int database_refuse(const struct database *database, struct error *error, const char *reason)
{
    return error_set(error, "state file '%s': %s", database->file, reason);
}

/* What a result code of SQLite means for a user. https://www.sqlite.org/rescode.html */
static const char *words_of(int extended_code, int system_errno)
{
    switch (extended_code) {
    case SQLITE_READONLY_DBMOVED: return "it was removed or replaced during the run";
    case SQLITE_READONLY_DIRECTORY: return DATABASE_FOLDER_READ_ONLY;
    case SQLITE_READONLY_ROLLBACK:
        return "a run was killed while it wrote; a user who may write the file must run first";
    }
    switch (extended_code & 0xff) {
    case SQLITE_NOTADB: return "it is not an SQLite database";
    case SQLITE_CORRUPT: return "it is damaged (move it away: the next run begins a new one)";
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "another process has locked it for too long";
    case SQLITE_READONLY: return "it is read-only";
    case SQLITE_FULL: return strerror(ENOSPC); /* SQLite does not keep errno */
    case SQLITE_NOMEM: return "out of memory";
    case SQLITE_TOOBIG: return "it has a value that is too large";
    case SQLITE_ERROR: return "it lacks the tables of a state file";
    }
    if (system_errno)
        return strerror(system_errno);
    /* SQLite does not always keep errno. */
    return extended_code == SQLITE_IOERR_WRITE
               ? "a write failed (is there space, a quota, a limit?)"
               : "it cannot be read or written";
}

int database_fail(const struct database *database, struct error *error)
{
    sqlite3 *connection = database->connection;

    return database_refuse(
        database, error,
        words_of(sqlite3_extended_errcode(connection), sqlite3_system_errno(connection)));
}

/* Another process has a lock: whether to try again. */
static int wait_for_lock(void *context, int tries)
{
    const struct database *database = context;
    const struct patience *patience = &database->patience;
    struct timespec pause = clock_timespec(RETRY_US);

    (void)tries;
    if (clock_now_us() >= database->wait_until_us ||
        (patience->gives_up && patience->gives_up(patience->context)))
        return 0;
    nanosleep(&pause, NULL);
    return 1;
}

int database_run(struct database *database, const char *sql, struct error *error)
{
    if (sqlite3_exec(database->connection, sql, NULL, NULL, NULL) != SQLITE_OK)
        return database_fail(database, error);
    return 0;
}

int database_begin(struct database *database, struct error *error)
{
    return database_run(database, "BEGIN IMMEDIATE", error);
}

void database_rollback(struct database *database)
{
    if (!sqlite3_get_autocommit(database->connection))
        sqlite3_exec(database->connection, "ROLLBACK", NULL, NULL, NULL);
}

int database_commit(struct database *database, struct error *error)
{
    if (database_run(database, "COMMIT", error) == 0)
        return 0;
    database_rollback(database);
    return -1;
}

sqlite3_stmt *database_prepare(struct database *database, const char *sql, struct error *error)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(database->connection, sql, -1, &statement, NULL) != SQLITE_OK)
        database_fail(database, error);
    return statement;
}

int database_step(struct database *database, sqlite3_stmt *statement, struct error *error)
{
    switch (sqlite3_step(statement)) {
    case SQLITE_ROW: return 1;
    case SQLITE_DONE: return 0;
    }
    return database_fail(database, error);
}

int database_execute(struct database *database, sqlite3_stmt *statement, struct error *error)
{
    int status = database_step(database, statement, error);

    sqlite3_reset(statement);
    return status;
}

void database_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
}

void database_bind_known(sqlite3_stmt *statement, int index, int64_t number)
{
    if (number)
        sqlite3_bind_int64(statement, index, number);
    else
        sqlite3_bind_null(statement, index);
}

int database_read_number(struct database *database, const char *sql, int64_t *number,
                         struct error *error)
{
    sqlite3_stmt *statement = database_prepare(database, sql, error);
    int status;

    if (!statement)
        return -1;
    status = database_step(database, statement, error);
    *number = status == 1 ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return status < 0 ? -1 : 0;
}

void database_wait(struct database *database, int64_t wait_us)
{
    database->wait_until_us = clock_now_us() + wait_us;
}

int database_open(struct database *database, const char *file, bool read_only,
                  const struct patience *patience, struct error *error)
{
    /* SQLite gives ":memory:" a meaning of its own. */
    char *path = xasprintf("%s%s", *file == '/' ? "" : "./", file);
    int flags = (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX;
    int status = sqlite3_open_v2(path, &database->connection, flags, NULL);

    free(path);
    database->file = xstrdup(file);
    database_wait(database, DATABASE_WAIT_US);
    if (patience) {
        database->patience = *patience;
        if (patience->open_until_us < database->wait_until_us)
            database->wait_until_us = patience->open_until_us;
    }
    if (status != SQLITE_OK) {
        database_fail(database, error);
        database_close(database);
        return -1;
    }
    sqlite3_extended_result_codes(database->connection, 1);
    sqlite3_busy_handler(database->connection, wait_for_lock, database);
    return 0;
}

void database_close(struct database *database)
{
    sqlite3_close(database->connection);
    free(database->file);
    *database = (struct database){0};
}
