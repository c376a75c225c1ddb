/* SPDX-License-Identifier: MIT */
/* state_commit(): adds the results of a run to the file, and decides what has changed. */
#include "base/clock.h"
#include "history_tables.h"
#include "needs.h"
#include "state/state.h"
#include "state_internal.h"
#include "twins.h"
#include "url_table.h"

/* The statements of a transaction. */
struct tables {
    struct url_table urls;
    struct history_tables history;
};

static struct url_rules rules_of(const struct settings *settings)
{
    return (struct url_rules){.failure_threshold = settings->failure_threshold,
                              .success_threshold = settings->success_threshold,
                              .remind_us = settings->remind_us};
}

/*
 * All results of a run have the time of its commit. Those of --merge have their own, so that one that is
 * merged again is known. A bad line has none; one in the future is of a clock that is wrong.
 */
static void set_time(struct record *record, const struct settings *settings, int64_t now_us)
{
    if (!settings->merge || record->time_us == 0 || record->time_us > clock_read_us(CLOCK_REALTIME))
        record->time_us = now_us;
}

/*
 * Whether the file has a later result, of a run that has written while this one waited. What is further in
 * the future is of a clock that was wrong. Results that --merge reads may be older.
 */
static bool is_overtaken(const struct settings *settings, const struct url_row *row,
                         int64_t time_us)
{
    if (settings->merge)
        return row->last_us > time_us && row->last_us <= clock_read_us(CLOCK_REALTIME);
    return row->last_us > time_us && row->last_us - time_us < STATE_WAIT_US;
}

/*
 * Whether --merge has added the result before, or it is too old. Other places, with results as old, may have made
 * FAILED of it, or the other way round: that is one more.
 */
static bool is_repeated(const struct settings *settings, const struct url_row *row,
                        const struct record *record, int64_t cutoff_us)
{
    if (!settings->merge || row->id == 0)
        return false;
    return record->is_overtaken || record->time_us < cutoff_us ||
           (row->last_us == record->time_us &&
            row->state.has_failed == (record->verdict == VERDICT_FAILED));
}

/* The result counts, and is history, but the later one stays the last. */
static int add_overtaken(struct tables *tables, struct record *record, struct error *error)
{
    record->state.results++;
    if (url_table_write_state(&tables->urls, record->id, &record->state, error))
        return -1;
    if (record->cause == CAUSE_BAD_INPUT)
        return 0;
    return history_tables_add(&tables->history, record, error);
}

/* Reads what is known of a URL and adds its result. */
static int add_result(struct tables *tables, struct entry *entry, const struct settings *settings,
                      int64_t cutoff_us, struct error *error)
{
    const struct url_rules rules = rules_of(settings);
    struct record *record = entry->record;
    struct url_state *state = &record->state;
    bool was_down, is_bad = record->cause == CAUSE_BAD_INPUT;
    struct url_row row;

    if (url_table_read(&tables->urls, entry->row, cutoff_us, &row, error))
        return -1;
    record->id = row.id;
    *state = row.state;
    record->is_overtaken = is_overtaken(settings, &row, record->time_us);
    record->is_repeated = is_repeated(settings, &row, record, cutoff_us);
    if (record->is_repeated)
        return 0;
    if (record->is_overtaken)
        return add_overtaken(tables, record, error);
    was_down = state->is_down;
    url_state_add(state, record->verdict, record->cause, &rules, record->time_us);
    if (url_table_write_result(&tables->urls, entry->row, record, error))
        return -1;
    if (is_bad)
        return 0;
    if (history_tables_add(&tables->history, record, error))
        return -1;
    if (state->is_down && !was_down)
        return history_tables_begin_outage(&tables->history, record, error);
    if (was_down && !state->is_down)
        return history_tables_end_outage(&tables->history, record, error);
    return 0;
}

static enum url_reporting reporting_of(const struct settings *settings, const struct needs *needs,
                                       const struct record *record)
{
    if (record->is_maintenance || needs_suppress(needs, record))
        return URL_SUPPRESSED;
    return settings_report_changes(settings) ? URL_REPORTED : URL_UNREPORTED;
}

static int decide_all(struct tables *tables, struct state *state, const struct settings *settings,
                      int64_t now_us, struct error *error)
{
    const struct url_rules rules = rules_of(settings);
    struct needs *needs = needs_new(state, now_us, error);
    struct entry *entry, *next;
    int status = needs ? 0 : -1;

    HASH_ITER(by_key, state->entries, entry, next) {
        struct record *record = entry->record;

        if (!record || record->is_overtaken || status)
            continue;
        record->transition =
            url_state_decide(&record->state, &rules, reporting_of(settings, needs, record),
                             !record->is_repeated, now_us);
        state->change_count += record->transition.change != CHANGE_NONE;
        status = url_table_write_state(&tables->urls, record->id, &record->state, error);
    }
    if (status == 0)
        state->needs_unknown = needs_find_unknown(needs, state, &state->is_needed_old);
    needs_free(needs);
    return status;
}

static int write_all(struct tables *tables, struct state *state, const struct settings *settings,
                     int64_t now_us, struct error *error)
{
    struct entry *entry, *next;
    bool has_results = false;
    int64_t cutoff_us;

    if (history_tables_find_cutoff(&state->database, now_us, settings->keep_us, &cutoff_us,
                                   error) ||
        history_tables_end_forgotten(&state->database, cutoff_us, error) ||
        twins_match(state, error))
        return -1;
    HASH_ITER(by_key, state->entries, entry, next) {
        if (!entry->record)
            continue;
        set_time(entry->record, settings, now_us);
        if (add_result(tables, entry, settings, cutoff_us, error))
            return -1;
        has_results = true;
        state->has_news |= !entry->record->is_repeated;
    }
    state->has_news |= !has_results;
    if (decide_all(tables, state, settings, now_us, error))
        return -1;
    return history_tables_forget(&state->database, cutoff_us, error);
}

int state_begin(struct state *state, int64_t wait_us, struct error *error)
{
    database_wait(&state->database, wait_us);
    return database_begin(&state->database, error);
}

int state_commit(struct state *state, const struct settings *settings, int64_t now_us,
                 int64_t wait_us, struct error *error)
{
    struct database *database = &state->database;
    struct tables tables = {0};
    int status;

    state->change_count = 0;
    state->has_news = false;
    state->needs_unknown = NULL;
    if (state_begin(state, wait_us, error))
        return -1;
    status = url_table_init(&tables.urls, database, error) ||
             history_tables_init(&tables.history, database, error) ||
             write_all(&tables, state, settings, now_us, error);
    url_table_release(&tables.urls);
    history_tables_release(&tables.history);
    if (status == 0 && database_commit(database, error) == 0)
        return 0;
    database_rollback(database);
    state->change_count = 0;
    return -1;
}
