/* SPDX-License-Identifier: MIT */
#include "history_tables.h"

#include <string.h>

#include "samples.h"
#include "twins.h"

/*
 * The rows of bad lines that were corrected: if such a line becomes bad again, that is reported again.
 * make_key() in state.c makes the key.
 */
#define FORGET_CORRECTED                                                                           \
    "DELETE FROM url WHERE id IN (SELECT bad.id FROM url AS bad CROSS JOIN url AS good"            \
    " ON good.url = substr(bad.key, 12) AND good.last_us > bad.last_us"                            \
    " WHERE bad.key GLOB 'bad-input: *')"

#define SELECT_LAST_DAY "SELECT max(day) FROM day WHERE day < ?"
#define SELECT_LAST_DAYS                                                                           \
    "SELECT day, samples FROM (SELECT day, samples FROM day WHERE url = ?"                         \
    " ORDER BY day DESC LIMIT 2) ORDER BY day"
#define FORGET_DAYS "DELETE FROM day WHERE day < ?"
#define END_OUTAGES                                                                                \
    "UPDATE outage"                                                                                \
    " SET end_us = (SELECT max(last_us, begin_us) FROM url WHERE id = outage.url)"                 \
    " WHERE end_us IS NULL AND url IN (SELECT id FROM url WHERE last_us < ?)"
#define FORGET_URLS                                                                                \
    "DELETE FROM url WHERE last_us < ?"                                                            \
    " AND id NOT IN (SELECT url FROM outage) AND id NOT IN (SELECT url FROM day)"

/* How many pages a run gives back at most, so that it ends soon: 4 MiB. */
#define VACUUM "PRAGMA incremental_vacuum(1000)"

int history_tables_init(struct history_tables *tables, struct database *database,
                        struct error *error)
{
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } all[] = {
        {&tables->select_day, "SELECT samples FROM day WHERE url = ? AND day = ?"},
        {&tables->write_day, "INSERT INTO day(url, day, samples) VALUES(?, ?, ?)"
                             " ON CONFLICT(url, day) DO UPDATE SET samples = excluded.samples"},
        {&tables->begin_outage,
         "INSERT INTO outage(url, begin_us, class, message) VALUES(?, ?, ?, ?)"},
        {&tables->end_outage,
         "UPDATE outage SET end_us = max(?, begin_us) WHERE url = ? AND end_us IS NULL"},
    };

    *tables = (struct history_tables){.database = database};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        *all[i].statement = database_prepare(database, all[i].sql, error);
        if (!*all[i].statement)
            return -1;
    }
    return 0;
}

void history_tables_release(struct history_tables *tables)
{
    sqlite3_finalize(tables->select_day);
    sqlite3_finalize(tables->write_day);
    sqlite3_finalize(tables->begin_outage);
    sqlite3_finalize(tables->end_outage);
}

/* The results of that day so far, with room for one more. The caller frees them; NULL with the reason. */
static unsigned char *read_day(struct history_tables *tables, int64_t url, int64_t day,
                               size_t *length, struct error *error)
{
    sqlite3_stmt *select = tables->select_day;
    unsigned char *samples = NULL;
    int status;

    sqlite3_bind_int64(select, 1, url);
    sqlite3_bind_int64(select, 2, day);
    status = database_step(tables->database, select, error);
    if (status >= 0) {
        const void *blob = status ? sqlite3_column_blob(select, 0) : NULL;

        *length = blob ? (size_t)sqlite3_column_bytes(select, 0) : 0;
        samples = xmalloc(*length + SAMPLE_BYTES_MAX);
        if (blob)
            memcpy(samples, blob, *length);
    }
    sqlite3_reset(select);
    return samples;
}

int history_tables_add(struct history_tables *tables, const struct record *record,
                       struct error *error)
{
    const struct sample sample = {.time_us = record->time_us,
                                  .latency_us = record->latency_us,
                                  .verdict = record->verdict,
                                  .is_maintenance = record->is_maintenance};
    int64_t day = samples_day(record->time_us);
    size_t length;
    unsigned char *samples = read_day(tables, record->id, day, &length, error);
    int status;

    if (!samples)
        return -1;
    length = samples_append(samples, length, &sample);
    sqlite3_bind_int64(tables->write_day, 1, record->id);
    sqlite3_bind_int64(tables->write_day, 2, day);
    sqlite3_bind_blob(tables->write_day, 3, samples, (int)length, SQLITE_STATIC);
    status = database_execute(tables->database, tables->write_day, error);
    free(samples);
    return status;
}

int history_tables_begin_outage(struct history_tables *tables, const struct record *record,
                                struct error *error)
{
    sqlite3_bind_int64(tables->begin_outage, 1, record->id);
    sqlite3_bind_int64(tables->begin_outage, 2, record->state.since_us);
    database_bind_text(tables->begin_outage, 3, cause_name(record->cause));
    database_bind_text(tables->begin_outage, 4, record->message);
    return database_execute(tables->database, tables->begin_outage, error);
}

int history_tables_end_outage(struct history_tables *tables, const struct record *record,
                              struct error *error)
{
    sqlite3_bind_int64(tables->end_outage, 1, record->state.until_us);
    sqlite3_bind_int64(tables->end_outage, 2, record->id);
    return database_execute(tables->database, tables->end_outage, error);
}

static int run_with(struct database *database, const char *sql, int64_t value, struct error *error)
{
    sqlite3_stmt *statement = database_prepare(database, sql, error);
    int status;

    if (!statement)
        return -1;
    sqlite3_bind_int64(statement, 1, value);
    status = database_execute(database, statement, error);
    sqlite3_finalize(statement);
    return status;
}

/*
 * If the time were counted back from now, the first run with a clock that is years ahead would forget
 * everything.
 */
int history_tables_find_cutoff(struct database *database, int64_t now_us, int64_t keep_us,
                               int64_t *cutoff_us, struct error *error)
{
    sqlite3_stmt *select = database_prepare(database, SELECT_LAST_DAY, error);
    int64_t from_us = now_us;
    int status;

    if (!select)
        return -1;
    sqlite3_bind_int64(select, 1, samples_day(now_us));
    status = database_step(database, select, error);
    if (status == 1 && sqlite3_column_type(select, 0) == SQLITE_INTEGER)
        from_us = samples_day_begin_us(sqlite3_column_int64(select, 0) + 1);
    sqlite3_finalize(select);
    *cutoff_us = from_us - keep_us;
    return status < 0 ? -1 : 0;
}

int history_tables_end_forgotten(struct database *database, int64_t cutoff_us, struct error *error)
{
    return run_with(database, END_OUTAGES, cutoff_us, error);
}

int history_tables_forget(struct database *database, int64_t cutoff_us, struct error *error)
{
    if (database_run(database, FORGET_CORRECTED, error) ||
        run_with(database, FORGET_DAYS, samples_day(cutoff_us), error) ||
        run_with(database, FORGET_URLS, cutoff_us, error))
        return -1;
    return database_run(database, VACUUM, error);
}

int history_tables_read_interval(struct database *database, int64_t url, int64_t *interval_us,
                                 struct error *error)
{
    sqlite3_stmt *select = database_prepare(database, SELECT_LAST_DAYS, error);
    struct sample_reader reader;
    struct sample sample;
    int64_t last_us = 0;
    int status;

    *interval_us = 0;
    if (!select)
        return -1;
    sqlite3_bind_int64(select, 1, url);
    while ((status = database_step(database, select, error)) == 1) {
        sample_reader_init(&reader, sqlite3_column_int64(select, 0), sqlite3_column_blob(select, 1),
                           (size_t)sqlite3_column_bytes(select, 1));
        for (; sample_reader_next(&reader, &sample); last_us = sample.time_us)
            if (last_us && sample.time_us - last_us > *interval_us)
                *interval_us = sample.time_us - last_us;
    }
    sqlite3_finalize(select);
    return status;
}

/* Puts the latencies of the successes of a day, at most the last count, at the end of the array's first left. */
static int read_successes(int64_t day, const void *blob, size_t length, int64_t *latencies_us,
                          int left)
{
    struct sample_reader reader;
    struct sample sample;
    int64_t *ring = xcalloc((size_t)left, sizeof(*ring));
    int seen = 0, kept;

    sample_reader_init(&reader, day, blob, length);
    while (sample_reader_next(&reader, &sample)) {
        if (sample.verdict <= VERDICT_FLAKY && sample.latency_us)
            ring[seen++ % left] = sample.latency_us;
    }
    kept = seen < left ? seen : left;
    memcpy(latencies_us, ring, (size_t)kept * sizeof(*ring)); /* in any order */
    free(ring);
    return kept;
}

int history_tables_read_latencies(struct database *database, const struct entry *entry,
                                  int64_t *latencies_us, int count)
{
    struct error ignored;
    sqlite3_stmt *select = database_prepare(
        database,
        "SELECT day, samples FROM day"
        " WHERE url = (SELECT id FROM url WHERE " TWINS_OF_1 " AND (name IS ?2 OR key = ?3)"
        " ORDER BY name IS ?2 DESC, key = ?3 DESC LIMIT 1) ORDER BY day DESC",
        &ignored);
    int have = 0, status = 0;

    if (!select)
        return -1;
    twins_bind(select, entry);
    while (have < count && (status = database_step(database, select, &ignored)) == 1)
        have += read_successes(sqlite3_column_int64(select, 0), sqlite3_column_blob(select, 1),
                               (size_t)sqlite3_column_bytes(select, 1), latencies_us + have,
                               count - have);
    sqlite3_finalize(select);
    return status < 0 ? -1 : have;
}
