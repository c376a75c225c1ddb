/* SPDX-License-Identifier: MIT */
#include "schema.h"

#include <stdio.h>

/*
 * Times are microseconds since 1970 (_us), days are days of UTC since 1970, verdicts and classes are words.
 * The columns of url from `results` on are those of struct url_state (url_table.c).
 */
static const char *const steps[] = {
    /* A URL with its attributes, and its last result. */
    "CREATE TABLE url("
    " id INTEGER PRIMARY KEY,"
    " key TEXT NOT NULL UNIQUE,"
    " url TEXT NOT NULL, name TEXT, host TEXT,"
    " first_us INTEGER NOT NULL, last_us INTEGER NOT NULL,"
    " verdict TEXT NOT NULL, class TEXT, message TEXT,"
    " latency_us INTEGER," /* of its last success */
    " cert_not_after_us INTEGER,"
    " results INTEGER, has_failed INTEGER, streak INTEGER, streak_since_us INTEGER,"
    " is_down INTEGER, since_us INTEGER, until_us INTEGER, outage_runs INTEGER, cause TEXT,"
    " is_cert_expiring INTEGER, window INTEGER, is_flapping INTEGER,"
    " told_flapping INTEGER, told_since_us INTEGER, told_us INTEGER, reminders INTEGER,"
    " warned_us INTEGER, issued TEXT, issued_since_us INTEGER);"
    /* The results of a URL on a day (samples.h). */
    "CREATE TABLE day("
    " url INTEGER NOT NULL REFERENCES url(id),"
    " day INTEGER NOT NULL,"
    " samples BLOB NOT NULL,"
    " PRIMARY KEY(url, day));"
    "CREATE INDEX day_day ON day(day);"
    /* end_us NULL: it goes on. Class and message are those of the result that made it an outage. */
    "CREATE TABLE outage("
    " id INTEGER PRIMARY KEY,"
    " url INTEGER NOT NULL REFERENCES url(id),"
    " begin_us INTEGER NOT NULL, end_us INTEGER,"
    " class TEXT, message TEXT);"
    "CREATE INDEX outage_url ON outage(url, begin_us);",
};

#define STEPS (int)(sizeof(steps) / sizeof(steps[0]))

int schema_version(void)
{
    return STEPS;
}

int schema_upgrade(struct database *database, int version, struct error *error)
{
    char sql[96];

    for (int step = version; step < STEPS; step++) {
        if (database_run(database, steps[step], error))
            return -1;
    }
    snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %d",
             SCHEMA_APPLICATION_ID, STEPS);
    return database_run(database, sql, error);
}
