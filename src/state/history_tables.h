/* SPDX-License-Identifier: MIT */
#ifndef STATE_HISTORY_TABLES_H
#define STATE_HISTORY_TABLES_H

#include "state_internal.h"

/* The tables day and outage: what happened to a URL. */
struct history_tables {
    struct database *database;
    sqlite3_stmt *select_day, *write_day, *begin_outage, *end_outage;
};

/* Prepares the statements. 0, or -1 with the reason. The caller releases it in both cases. */
int history_tables_init(struct history_tables *tables, struct database *database,
                        struct error *error);

void history_tables_release(struct history_tables *tables);

/* Adds the result to its day. */
int history_tables_add(struct history_tables *tables, const struct record *record,
                       struct error *error);

/* The URL went down, or up, with this result. */
int history_tables_begin_outage(struct history_tables *tables, const struct record *record,
                                struct error *error);
int history_tables_end_outage(struct history_tables *tables, const struct record *record,
                              struct error *error);

/*
 * What is older than cutoff_us is forgotten by a run of now_us, which has not added its results yet: keep_us before
 * the end of the last day (UTC) before this one that has results, or before now if there is none.
 */
int history_tables_find_cutoff(struct database *database, int64_t now_us, int64_t keep_us,
                               int64_t *cutoff_us, struct error *error);

/*
 * Before a run adds its results: outages of URLs without results since cutoff_us end with the last one. If
 * such a URL is checked again, its state starts from zero (url_table_read()).
 */
int history_tables_end_forgotten(struct database *database, int64_t cutoff_us, struct error *error);

/*
 * At the end of a run, which has added its results: removes the results of days that ended before cutoff_us, and
 * URLs without later results; but outages stay, with their URLs. Gives unused space back to the file system.
 */
int history_tables_forget(struct database *database, int64_t cutoff_us, struct error *error);

/* The longest interval between results in the last two days on which the URL had any; 0: it had one result. */
int history_tables_read_interval(struct database *database, int64_t url, int64_t *interval_us,
                                 struct error *error);

/*
 * The latencies of the last count successes of the entry's URL, in latencies_us: those of the row with its name
 * and key, or of a twin with its name (twins.h), or with its key. Returns how many there are; -1: they cannot
 * be read.
 */
int history_tables_read_latencies(struct database *database, const struct entry *entry,
                                  int64_t *latencies_us, int count);

#endif
