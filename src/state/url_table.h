/* SPDX-License-Identifier: MIT */
#ifndef STATE_URL_TABLE_H
#define STATE_URL_TABLE_H

#include "state_internal.h"

/* The table url: a row for each URL, with its last result and its struct url_state. */
struct url_table {
    struct database *database;
    sqlite3_stmt *select, *insert, *update;
};

/* Prepares the statements. 0, or -1 with the reason. The caller releases it in both cases. */
int url_table_init(struct url_table *table, struct database *database, struct error *error);

void url_table_release(struct url_table *table);

/* What a row says. */
struct url_row {
    int64_t id; /* 0: there is none, and all is 0 */
    int64_t last_us;
    struct url_state state; /* all zeros if the last result is older than asked for */
};

/* Reads the row of a key, and its state unless the last result is older than forgotten_us. */
int url_table_read(struct url_table *table, const char *key, int64_t forgotten_us,
                   struct url_row *row, struct error *error);

/* Writes the result into the URL's row, which it creates if id is 0. Sets the id. */
int url_table_write_result(struct url_table *table, const char *key, struct record *record,
                           struct error *error);

/* Writes the state into a row that exists. */
int url_table_write_state(struct url_table *table, int64_t id, const struct url_state *state,
                          struct error *error);

#endif
