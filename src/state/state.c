/* SPDX-License-Identifier: MIT */
#include "state/state.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/escape.h"
#include "history_tables.h"
#include "input/maintenance.h"
#include "input/target.h"
#include "needs.h"
#include "state_file.h"
#include "state_internal.h"
#include "twins.h"
#include "url_table.h"

struct state *state_open(const char *file, enum state_mode mode, const struct patience *patience,
                         struct error *error)
{
    struct state *state = xcalloc(1, sizeof(*state));

    if (state_file_open(&state->database, file, mode == STATE_READ, patience, error)) {
        free(state);
        return NULL;
    }
    return state;
}

static void record_free(struct record *record)
{
    if (!record)
        return;
    free(record->url);
    free(record->name);
    free(record->host);
    free(record->message);
    free(record->needs);
    free(record);
}

void state_close(struct state *state)
{
    struct entry *entry, *next;

    if (!state)
        return;
    HASH_CLEAR(by_target, state->by_target);
    HASH_CLEAR(by_row, state->by_row);
    HASH_ITER(by_key, state->entries, entry, next) {
        HASH_DELETE(by_key, state->entries, entry);
        record_free(entry->record);
        free(entry->row);
        free(entry->name);
        free(entry->key);
        free(entry);
    }
    database_close(&state->database);
    free(state);
}

/* A bad line has a row of its own, so that it is no outage of the URL in it. */
static char *make_key(const struct target *target)
{
    char *url = escape_url(target->given);
    char *attributes = target_attributes(target);
    char *key = xasprintf("%s%s%s", target->problem ? "bad-input: " : "", url, attributes);

    free(attributes);
    free(url);
    return key;
}

/* The key, with a number if there are lines with the same one before. */
static char *make_unique_key(struct state *state, char *key)
{
    struct entry *first, *twin;
    char *numbered = NULL;

    HASH_FIND(by_key, state->entries, key, strlen(key), first);
    if (!first)
        return key;
    do {
        free(numbered);
        numbered = xasprintf(STATE_TWIN, key, ++first->twins + 1);
        HASH_FIND(by_key, state->entries, numbered, strlen(numbered), twin);
    } while (twin);
    free(key);
    return numbered;
}

static char *escape_if(const char *text)
{
    return text && *text ? escape_text(text) : NULL;
}

void state_admit(struct state *state, const struct target *target)
{
    struct entry *entry = xcalloc(1, sizeof(*entry));
    struct entry *former;
    char *key = make_key(target);

    entry->base_length = strlen(key);
    entry->key = make_unique_key(state, key);
    entry->name = escape_if(target->name);
    entry->target = target;
    HASH_ADD_KEYPTR(by_key, state->entries, entry->key, strlen(entry->key), entry);
    HASH_FIND(by_target, state->by_target, &target, sizeof(target), former);
    if (former)
        HASH_DELETE(by_target, state->by_target, former);
    HASH_ADD(by_target, state->by_target, target, sizeof(entry->target), entry);
}

static struct entry *find(const struct state *state, const struct target *target)
{
    struct entry *entry;

    HASH_FIND(by_target, state->by_target, &target, sizeof(target), entry);
    return entry;
}

/* Whether the check began or ended in a window. A bad line was not checked: it counts now. */
static bool was_in_maintenance(const struct check *check, const struct outcome *outcome)
{
    int64_t began_us = outcome->started_at_us;

    if (began_us == 0)
        return maintenance_contains(&check->maintenance, clock_read_us(CLOCK_REALTIME));
    return maintenance_contains(&check->maintenance, began_us) ||
           maintenance_contains(&check->maintenance, began_us + outcome->total_us);
}

static int64_t later_end(int64_t end_us, int64_t started_at_us, int64_t total_us)
{
    return started_at_us && started_at_us + total_us > end_us ? started_at_us + total_us : end_us;
}

/* When the check ended; of several places, the last one that says something. 0: that is unknown. */
static int64_t ended_at_us(const struct result *result)
{
    const struct sightings *seen = &result->seen_from;
    int64_t end_us = 0;

    for (size_t i = 0; i < seen->count; i++) {
        if (seen->items[i].verdict != VERDICT_UNKNOWN)
            end_us = later_end(end_us, seen->items[i].started_at_us, seen->items[i].total_us);
    }
    if (seen->count)
        return end_us;
    return later_end(0, result->outcome.started_at_us, result->outcome.total_us);
}

void state_add(struct state *state, const struct result *result)
{
    const struct target *target = result->target;
    struct entry *entry = find(state, target);
    struct record *record;

    if (!entry || entry->record || result->verdict == VERDICT_UNKNOWN)
        return;
    record = entry->record = xcalloc(1, sizeof(*record));
    record->url = escape_url(target->given);
    record->name = escape_if(target->name);
    record->host = escape_if(target->host);
    record->message = escape_if(result->message);
    record->verdict = result->verdict;
    record->cause = result->cause;
    if (result_status(result) || result->verdict <= VERDICT_FLAKY)
        record->latency_us = result->outcome.total_us;
    if (target->check) {
        /* An option --needs is for all URLs but the one that it names. */
        if (!target->name || !target->check->needs ||
            strcmp(target->name, target->check->needs) != 0)
            record->needs = escape_if(target->check->needs);
        record->is_maintenance = was_in_maintenance(target->check, &result->outcome);
    }
    record->cert_not_after_us = result->outcome.cert_not_after * CLOCK_S;
    record->time_us = ended_at_us(result);
}

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
 * Whether --merge has added the result before, or it is too old. Other places, with results as old, may have made FAILED of it,
 * or the other way round: that is one more.
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

/* Waits for other runs, and begins to write. */
static int begin(struct state *state, int64_t wait_us, struct error *error)
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
    if (begin(state, wait_us, error))
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

struct transition state_transition(const struct state *state, const struct target *target)
{
    const struct entry *entry = find(state, target);

    return entry && entry->record ? entry->record->transition : (struct transition){0};
}

size_t state_change_count(const struct state *state)
{
    return state->change_count;
}

bool state_has_news(const struct state *state)
{
    return state->has_news;
}

const char *state_needs_unknown(const struct state *state, const char **url, bool *is_old)
{
    if (!state->needs_unknown)
        return NULL;
    *is_old = state->is_needed_old;
    *url = state->needs_unknown->url;
    return state->needs_unknown->needs;
}

/* Another run may have written since state_commit(): what it has decided is kept. */
static int note(struct url_table *urls, const struct entry *entry, int64_t now_us,
                struct error *error)
{
    struct url_row row;

    if (url_table_read(urls, entry->row, INT64_MIN, &row, error))
        return -1;
    if (row.id == 0)
        return 0;
    url_state_note(&row.state, entry->record->transition.change, now_us);
    return url_table_write_state(urls, row.id, &row.state, error);
}

static int note_all(struct state *state, int64_t now_us, struct error *error)
{
    struct url_table urls;
    struct entry *entry, *next;
    int status = url_table_init(&urls, &state->database, error);

    HASH_ITER(by_key, state->entries, entry, next) {
        if (status == 0 && entry->record && entry->record->transition.change != CHANGE_NONE)
            status = note(&urls, entry, now_us, error);
    }
    url_table_release(&urls);
    return status;
}

int state_set_notified(struct state *state, int64_t now_us, int64_t wait_us, struct error *error)
{
    if (state->change_count == 0)
        return 0;
    if (begin(state, wait_us, error))
        return -1;
    if (note_all(state, now_us, error) == 0)
        return database_commit(&state->database, error);
    database_rollback(&state->database);
    return -1;
}

static int compare_times(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

int64_t state_usual_latency_us(struct state *state, const struct target *target, size_t count)
{
    const struct entry *entry = find(state, target);
    int64_t *latencies_us, median_us = 0;

    if (!entry || count == 0)
        return 0;
    latencies_us = xcalloc(count, sizeof(*latencies_us));
    database_wait(&state->database, 0); /* all other checks would wait too */
    if (history_tables_read_latencies(&state->database, entry, latencies_us, (int)count) ==
        (int)count) {
        qsort(latencies_us, count, sizeof(*latencies_us), compare_times);
        median_us = (latencies_us[(count - 1) / 2] + latencies_us[count / 2]) / 2;
    }
    free(latencies_us);
    return median_us;
}
