/* SPDX-License-Identifier: MIT */
#ifndef TESTS_STATE_VERSION_1_H
#define TESTS_STATE_VERSION_1_H

/*
 * A file of version 1, as the first urlcheck with --state has written it after a run in which a URL was
 * down: every later urlcheck must read it. It is never changed.
 */
static const char state_version_1[] =
    "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = 1433562179; PRAGMA user_version = 1;"
    "CREATE TABLE url(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, url TEXT NOT NULL, name TEXT,"
    " host TEXT, first_us INTEGER NOT NULL, last_us INTEGER NOT NULL, verdict TEXT NOT NULL,"
    " class TEXT, message TEXT, latency_us INTEGER, cert_not_after_us INTEGER, results INTEGER,"
    " has_failed INTEGER, streak INTEGER, streak_since_us INTEGER, is_down INTEGER, since_us INTEGER,"
    " until_us INTEGER, outage_runs INTEGER, cause TEXT, is_cert_expiring INTEGER, window INTEGER,"
    " is_flapping INTEGER, told_flapping INTEGER, told_since_us INTEGER, told_us INTEGER,"
    " reminders INTEGER, warned_us INTEGER, issued TEXT, issued_since_us INTEGER);"
    "CREATE TABLE day(url INTEGER NOT NULL REFERENCES url(id), day INTEGER NOT NULL,"
    " samples BLOB NOT NULL, PRIMARY KEY(url, day));"
    "CREATE INDEX day_day ON day(day);"
    "CREATE TABLE outage(id INTEGER PRIMARY KEY, url INTEGER NOT NULL REFERENCES url(id),"
    " begin_us INTEGER NOT NULL, end_us INTEGER, class TEXT, message TEXT);"
    "CREATE INDEX outage_url ON outage(url, begin_us);"
    "INSERT INTO url VALUES(1, 'http://a.test/', 'http://a.test/', NULL, 'a.test', 1728043200000000,"
    " 1728043200000000, 'FAILED', 'refused', 'connection refused', NULL, NULL, 1, 1, 1,"
    " 1728043200000000, 1, 1728043200000000, 0, 1, 'refused', 0, 4294967295, 0, 0,"
    " 1728043200000000, 1728043200000000, 0, 0, NULL, 0);"
    "INSERT INTO day VALUES(1, 20000, x'c0d102c000');"
    "INSERT INTO outage VALUES(1, 1, 1728043200000000, NULL, 'refused', 'connection refused');";

#endif
