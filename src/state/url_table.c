/* SPDX-License-Identifier: MIT */
#include "url_table.h"

#include <stddef.h>
#include <string.h>

/* The columns of struct url_state, in the order of the statements. */
enum column_kind { COLUMN_BOOL, COLUMN_INT, COLUMN_TIME, COLUMN_BITS, COLUMN_CAUSE, COLUMN_CHANGE };

#define COLUMN(name, kind)                                                                         \
    {                                                                                              \
#name, kind, offsetof(struct url_state, name)                                              \
    }

static const struct column {
    const char *name;
    enum column_kind kind;
    size_t offset;
} columns[] = {
    COLUMN(results, COLUMN_INT),          COLUMN(has_failed, COLUMN_BOOL),
    COLUMN(streak, COLUMN_INT),           COLUMN(streak_since_us, COLUMN_TIME),
    COLUMN(is_down, COLUMN_BOOL),         COLUMN(since_us, COLUMN_TIME),
    COLUMN(until_us, COLUMN_TIME),        COLUMN(outage_runs, COLUMN_INT),
    COLUMN(cause, COLUMN_CAUSE),          COLUMN(is_cert_expiring, COLUMN_BOOL),
    COLUMN(window, COLUMN_BITS),          COLUMN(is_flapping, COLUMN_BOOL),
    COLUMN(told_flapping, COLUMN_BOOL),   COLUMN(told_since_us, COLUMN_TIME),
    COLUMN(told_us, COLUMN_TIME),         COLUMN(reminders, COLUMN_INT),
    COLUMN(warned_us, COLUMN_TIME),       COLUMN(issued, COLUMN_CHANGE),
    COLUMN(issued_since_us, COLUMN_TIME),
};

#define COLUMN_COUNT (int)(sizeof(columns) / sizeof(columns[0]))

/* "before name after, before name after, …" for all columns; the caller frees it. */
static char *join_columns(const char *after)
{
    char *text = xstrdup("");

    for (int i = 0; i < COLUMN_COUNT; i++) {
        char *longer = xasprintf("%s%s%s%s", text, i ? ", " : "", columns[i].name, after);

        free(text);
        text = longer;
    }
    return text;
}

/* Prepares "before columns after". */
static sqlite3_stmt *prepare(struct url_table *table, const char *before, const char *after_each,
                             const char *after, struct error *error)
{
    char *names = join_columns(after_each);
    char *sql = xasprintf("%s%s%s", before, names, after);
    sqlite3_stmt *statement = database_prepare(table->database, sql, error);

    free(sql);
    free(names);
    return statement;
}

/* A NULL in excluded.: this result does not say. */
#define INSERT                                                                                     \
    "INSERT INTO url(key, url, name, host, verdict, class, message, latency_us,"                   \
    " cert_not_after_us, first_us, last_us)"                                                       \
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)"                                        \
    " ON CONFLICT(key) DO UPDATE SET url = excluded.url, name = excluded.name,"                    \
    " host = excluded.host, verdict = excluded.verdict, class = excluded.class,"                   \
    " message = excluded.message, latency_us = coalesce(excluded.latency_us, latency_us),"         \
    " cert_not_after_us = coalesce(excluded.cert_not_after_us, cert_not_after_us),"                \
    " last_us = excluded.last_us"

int url_table_init(struct url_table *table, struct database *database, struct error *error)
{
    *table = (struct url_table){.database = database};
    table->select = prepare(table, "SELECT ", "", ", id, last_us FROM url WHERE key = ?", error);
    if (table->select)
        table->update = prepare(table, "UPDATE url SET ", " = ?", " WHERE id = ?", error);
    if (table->update)
        table->insert = database_prepare(database, INSERT, error);
    return table->insert ? 0 : -1;
}

void url_table_release(struct url_table *table)
{
    sqlite3_finalize(table->select);
    sqlite3_finalize(table->insert);
    sqlite3_finalize(table->update);
}

static const char *column_text(sqlite3_stmt *statement, int index)
{
    return (const char *)sqlite3_column_text(statement, index);
}

static void read_column(sqlite3_stmt *row, int index, struct url_state *state)
{
    const struct column *column = &columns[index];
    void *field = (char *)state + column->offset;
    const char *word;

    switch (column->kind) {
    case COLUMN_BOOL: *(bool *)field = sqlite3_column_int(row, index) != 0; break;
    case COLUMN_INT: *(int *)field = sqlite3_column_int(row, index); break;
    case COLUMN_TIME: *(int64_t *)field = sqlite3_column_int64(row, index); break;
    case COLUMN_BITS: *(uint32_t *)field = (uint32_t)sqlite3_column_int64(row, index); break;
    case COLUMN_CAUSE:
        word = column_text(row, index);
        *(enum cause *)field = word ? cause_find(word, strlen(word)) : CAUSE_NONE;
        break;
    case COLUMN_CHANGE: *(enum change *)field = change_find(column_text(row, index)); break;
    }
}

static void bind_column(sqlite3_stmt *statement, int index, const struct url_state *state)
{
    const struct column *column = &columns[index];
    const void *field = (const char *)state + column->offset;
    enum cause cause;

    switch (column->kind) {
    case COLUMN_BOOL: sqlite3_bind_int(statement, index + 1, *(const bool *)field); break;
    case COLUMN_INT: sqlite3_bind_int(statement, index + 1, *(const int *)field); break;
    case COLUMN_TIME: sqlite3_bind_int64(statement, index + 1, *(const int64_t *)field); break;
    case COLUMN_BITS: sqlite3_bind_int64(statement, index + 1, *(const uint32_t *)field); break;
    case COLUMN_CAUSE:
        cause = *(const enum cause *)field;
        database_bind_text(statement, index + 1, cause ? cause_name(cause) : NULL);
        break;
    case COLUMN_CHANGE:
        database_bind_text(statement, index + 1, change_name(*(const enum change *)field));
        break;
    }
}

int url_table_read(struct url_table *table, const char *key, int64_t forgotten_us,
                   struct url_row *row, struct error *error)
{
    sqlite3_stmt *select = table->select;
    int status;

    *row = (struct url_row){0};
    database_bind_text(select, 1, key);
    status = database_step(table->database, select, error);
    if (status == 1) {
        row->id = sqlite3_column_int64(select, COLUMN_COUNT);
        row->last_us = sqlite3_column_int64(select, COLUMN_COUNT + 1);
        for (int i = 0; i < COLUMN_COUNT && row->last_us >= forgotten_us; i++)
            read_column(select, i, &row->state);
    }
    sqlite3_reset(select);
    return status < 0 ? -1 : 0;
}

int url_table_write_result(struct url_table *table, const char *key, struct record *record,
                           struct error *error)
{
    sqlite3_stmt *insert = table->insert;
    bool passes = record->verdict <= VERDICT_FLAKY;

    database_bind_text(insert, 1, key);
    database_bind_text(insert, 2, record->url);
    database_bind_text(insert, 3, record->name);
    database_bind_text(insert, 4, record->host);
    database_bind_text(insert, 5, verdict_name(record->verdict));
    database_bind_text(insert, 6, record->cause ? cause_name(record->cause) : NULL);
    database_bind_text(insert, 7, record->message);
    database_bind_known(insert, 8, passes ? record->latency_us : 0);
    database_bind_known(insert, 9, record->cert_not_after_us);
    sqlite3_bind_int64(insert, 10, record->time_us);
    if (database_execute(table->database, insert, error))
        return -1;
    if (record->id == 0)
        record->id = sqlite3_last_insert_rowid(table->database->connection);
    return 0;
}

int url_table_write_state(struct url_table *table, int64_t id, const struct url_state *state,
                          struct error *error)
{
    for (int i = 0; i < COLUMN_COUNT; i++)
        bind_column(table->update, i, state);
    sqlite3_bind_int64(table->update, COLUMN_COUNT + 1, id);
    return database_execute(table->database, table->update, error);
}
