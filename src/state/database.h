/* SPDX-License-Identifier: MIT */
#ifndef STATE_DATABASE_H
#define STATE_DATABASE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "state/patience.h"

/*
 * A connection to an SQLite file, and what its errors mean. Functions return 0, or -1 with a sentence for
 * users that names the file. One thread. Texts that are bound must stay valid until the statement is
 * reset.
 */
struct database {
    sqlite3 *connection;
    char *file;            /* owned; as the user gave it */
    int64_t wait_until_us; /* how long to wait for the locks of other processes (base/clock.h) */
    struct patience patience;
};

/* How long to wait for other runs before the checks. A run holds its lock for some milliseconds. */
#define DATABASE_WAIT_US (10 * CLOCK_S)

/*
 * Opens a file that exists. While it is open, the process must not close another descriptor of the file: that
 * would release its locks (fcntl(2)). After -1 nothing is open. The patience may be NULL.
 */
int database_open(struct database *database, const char *file, bool read_only,
                  const struct patience *patience, struct error *error);

/* Later calls wait for the locks of other processes at most that long. */
void database_wait(struct database *database, int64_t wait_us);

/* All zeros are fine. What was not committed is undone. */
void database_close(struct database *database);

/* Begins a transaction that no other process can write beside. */
int database_begin(struct database *database, struct error *error);

/* Ends the transaction. After -1 it is undone. */
int database_commit(struct database *database, struct error *error);

/* Undoes the transaction, if there is one. */
void database_rollback(struct database *database);

/* Runs statements without results. */
int database_run(struct database *database, const char *sql, struct error *error);

/* A statement, which the caller finalizes; NULL with the reason. */
sqlite3_stmt *database_prepare(struct database *database, const char *sql, struct error *error);

/* 1: there is a row; 0: there is none, or no other; -1 with the reason. */
int database_step(struct database *database, sqlite3_stmt *statement, struct error *error);

/* Steps to the end and resets, for statements without rows. */
int database_execute(struct database *database, sqlite3_stmt *statement, struct error *error);

/* A text as a value; NULL is NULL. */
void database_bind_text(sqlite3_stmt *statement, int index, const char *text);

/* A number as a value; 0 is NULL. */
void database_bind_known(sqlite3_stmt *statement, int index, int64_t number);

/* SQLite's journal is a second file in the same folder. */
#define DATABASE_FOLDER_READ_ONLY "its folder is read-only, and needs a second file there"

/* The sentence for a reason of the caller's. Returns -1. */
int database_refuse(const struct database *database, struct error *error, const char *reason);

/* The sentence for the error that this connection had last. Returns -1. */
int database_fail(const struct database *database, struct error *error);

/* The first value of the first row of a query; 0 if there is none. */
int database_read_number(struct database *database, const char *sql, int64_t *number,
                         struct error *error);

#endif
