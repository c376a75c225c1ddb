/* SPDX-License-Identifier: MIT */
/* state_history(): reads the tables url, day and outage. */
#include "state/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "local_days.h"
#include "samples.h"
#include "state_internal.h"
#include "timeline.h"

#define SELECT_URLS                                                                                \
    "SELECT id, url, name, host, first_us, last_us, verdict, class, message, latency_us,"          \
    " cert_not_after_us, key FROM url WHERE last_us >= ?1 AND first_us <= ?2 ORDER BY id"
enum {
    URL_ID,
    URL_URL,
    URL_NAME,
    URL_HOST,
    URL_FIRST,
    URL_LAST,
    URL_VERDICT,
    URL_CLASS,
    URL_MESSAGE,
    URL_LATENCY,
    URL_CERT,
    URL_KEY
};

#define SELECT_DAYS                                                                                \
    "SELECT day, samples FROM day WHERE url = ?1 AND day BETWEEN 0 AND ?2 ORDER BY day DESC"
enum { DAY_DAY, DAY_SAMPLES };

#define SELECT_OUTAGES                                                                             \
    "SELECT begin_us, end_us, class, message FROM outage WHERE url = ?1"                           \
    " AND begin_us BETWEEN 0 AND ?3 AND (end_us IS NULL OR end_us > ?2) ORDER BY begin_us DESC"
enum { OUTAGE_BEGIN, OUTAGE_END, OUTAGE_CLASS, OUTAGE_MESSAGE };

/* The reading of a history. */
struct reader {
    struct database *database;
    sqlite3_stmt *urls, *days, *outages;
    struct history *history;
    struct timeline timeline;
    struct sample *samples; /* owned; timeline.samples */
    size_t capacity;        /* of samples */
    int64_t *local_days;    /* owned; timeline.days */
};

static char *copy_text(sqlite3_stmt *row, int column)
{
    const unsigned char *text = sqlite3_column_text(row, column);

    return text ? xstrdup((const char *)text) : NULL;
}

static enum cause read_cause(sqlite3_stmt *row, int column)
{
    const char *word = (const char *)sqlite3_column_text(row, column);

    return word ? cause_find(word, strlen(word)) : CAUSE_NONE;
}

static enum verdict read_verdict(sqlite3_stmt *row, int column)
{
    const char *word = (const char *)sqlite3_column_text(row, column);
    enum verdict verdict = VERDICT_OK;

    while (verdict < VERDICT_UNKNOWN && (!word || strcmp(word, verdict_name(verdict)) != 0))
        verdict++;
    return verdict;
}

/* What the key of a row has after its URL (state.c); NULL: nothing. */
static char *copy_attributes(sqlite3_stmt *row)
{
    const char *url = (const char *)sqlite3_column_text(row, URL_URL);
    const char *key = (const char *)sqlite3_column_text(row, URL_KEY);
    size_t length = url ? strlen(url) : 0;

    if (!url || !key || strncmp(key, url, length) != 0 || key[length] != ' ')
        return NULL;
    return xstrdup(key + length + 1);
}

static void reverse(struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct sample swapped = samples[i];

        samples[i] = samples[count - 1 - i];
        samples[count - 1 - i] = swapped;
    }
}

/* Adds the results of a day, the last one first. Returns how many are from before the period. */
static size_t add_day(struct reader *reader, int64_t day, const void *blob, size_t length)
{
    struct timeline *timeline = &reader->timeline;
    size_t begin = timeline->sample_count, before = 0;
    struct sample_reader blob_reader;
    struct sample sample;

    sample_reader_init(&blob_reader, day, blob, blob ? length : 0);
    while (sample_reader_next(&blob_reader, &sample)) {
        if (sample.time_us > timeline->to_us || sample.verdict > VERDICT_FAILED)
            continue;
        if (timeline->sample_count == reader->capacity) {
            reader->capacity = reader->capacity ? 2 * reader->capacity : 1024;
            reader->samples =
                xrealloc(reader->samples, reader->capacity * sizeof(*reader->samples));
        }
        reader->samples[timeline->sample_count++] = sample;
        before += sample.time_us < timeline->from_us;
    }
    reverse(reader->samples + begin, timeline->sample_count - begin);
    return before;
}

/* Reads the results from the last one back to as many before the period as timeline.h asks for. */
static int read_samples(struct reader *reader, int64_t url, struct error *error)
{
    size_t before = 0;
    int status = 1;

    reader->timeline.sample_count = 0;
    sqlite3_bind_int64(reader->days, 1, url);
    sqlite3_bind_int64(reader->days, 2, samples_day(reader->timeline.to_us));
    while (before <= TIMELINE_GAPS &&
           (status = database_step(reader->database, reader->days, error)) == 1)
        before += add_day(reader, sqlite3_column_int64(reader->days, DAY_DAY),
                          sqlite3_column_blob(reader->days, DAY_SAMPLES),
                          (size_t)sqlite3_column_bytes(reader->days, DAY_SAMPLES));
    sqlite3_reset(reader->days);
    reverse(reader->samples, reader->timeline.sample_count);
    reader->timeline.samples = reader->samples;
    return status < 0 ? -1 : 0;
}

static void add_outage(struct history_url *url, sqlite3_stmt *row)
{
    struct history_outage *outage;

    url->outages = xrealloc(url->outages, (url->outage_count + 1) * sizeof(*url->outages));
    outage = &url->outages[url->outage_count++];
    *outage = (struct history_outage){.begin_us = sqlite3_column_int64(row, OUTAGE_BEGIN),
                                      .end_us = sqlite3_column_int64(row, OUTAGE_END),
                                      .cause = read_cause(row, OUTAGE_CLASS),
                                      .message = copy_text(row, OUTAGE_MESSAGE)};
    url->is_down |= outage->end_us == 0;
}

static int read_outages(struct reader *reader, int64_t id, struct history_url *url,
                        struct error *error)
{
    sqlite3_stmt *select = reader->outages;
    int status;

    sqlite3_bind_int64(select, 1, id);
    sqlite3_bind_int64(select, 2, reader->timeline.from_us);
    sqlite3_bind_int64(select, 3, reader->timeline.to_us);
    while ((status = database_step(reader->database, select, error)) == 1)
        add_outage(url, select);
    sqlite3_reset(select);
    return status;
}

/* Adds the URL of the present row. It is left out if it has no results in the period. */
static int read_url(struct reader *reader, struct error *error)
{
    struct history *history = reader->history;
    sqlite3_stmt *row = reader->urls;
    int64_t id = sqlite3_column_int64(row, URL_ID);
    struct history_url *url;

    history->urls = xrealloc(history->urls, (history->count + 1) * sizeof(*url));
    url = &history->urls[history->count++];
    *url = (struct history_url){
        .url = copy_text(row, URL_URL),
        .name = copy_text(row, URL_NAME),
        .attributes = copy_attributes(row),
        .host = copy_text(row, URL_HOST),
        .verdict = read_verdict(row, URL_VERDICT),
        .cause = read_cause(row, URL_CLASS),
        .message = copy_text(row, URL_MESSAGE),
        .last_us = sqlite3_column_int64(row, URL_LAST),
        .last_latency_us = sqlite3_column_int64(row, URL_LATENCY),
        .cert_not_after_us = sqlite3_column_int64(row, URL_CERT),
    };
    if (!url->url)
        url->url = xstrdup("");
    reader->timeline.first_us = sqlite3_column_int64(row, URL_FIRST);
    if (read_samples(reader, id, error) || read_outages(reader, id, url, error))
        return -1;
    if (timeline_add_up(&reader->timeline, url) == 0) {
        history_url_release(url);
        history->count--;
    }
    return 0;
}

static int read_urls(struct reader *reader, struct error *error)
{
    int status;

    sqlite3_bind_int64(reader->urls, 1, reader->timeline.from_us);
    sqlite3_bind_int64(reader->urls, 2, reader->timeline.to_us);
    while ((status = database_step(reader->database, reader->urls, error)) == 1) {
        if (read_url(reader, error))
            return -1;
    }
    return status;
}

/* What depends on when the last run was. */
static void note_last_run(struct history *history)
{
    for (size_t i = 0; i < history->count; i++) {
        if (history->urls[i].last_us > history->last_us)
            history->last_us = history->urls[i].last_us;
    }
    for (size_t i = 0; i < history->count; i++)
        history->urls[i].is_down &= history_is_known(history, &history->urls[i]);
}

static int prepare(struct reader *reader, struct error *error)
{
    reader->urls = database_prepare(reader->database, SELECT_URLS, error);
    if (reader->urls)
        reader->days = database_prepare(reader->database, SELECT_DAYS, error);
    if (reader->days)
        reader->outages = database_prepare(reader->database, SELECT_OUTAGES, error);
    return reader->outages ? 0 : -1;
}

struct history *state_history(struct state *state, int64_t from_us, int64_t to_us,
                              struct error *error)
{
    struct database *database = &state->database;
    struct reader reader = {.database = database,
                            .history = xcalloc(1, sizeof(*reader.history)),
                            .timeline = {.from_us = from_us, .to_us = to_us}};

    *reader.history = (struct history){.from_us = from_us, .to_us = to_us};
    reader.timeline.days = reader.local_days =
        local_days(from_us, to_us, &reader.timeline.day_count);
    if (database_run(database, "BEGIN", error) || prepare(&reader, error) ||
        read_urls(&reader, error)) {
        history_free(reader.history);
        reader.history = NULL;
    } else {
        note_last_run(reader.history);
    }
    sqlite3_finalize(reader.urls);
    sqlite3_finalize(reader.days);
    sqlite3_finalize(reader.outages);
    database_rollback(database);
    free(reader.samples);
    free(reader.local_days);
    return reader.history;
}
