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
#include "state_file.h"
#include "state_internal.h"
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
    if (state_begin(state, wait_us, error))
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
