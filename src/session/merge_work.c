/* SPDX-License-Identifier: MIT */
#include "merge_work.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/shell_words.h"
#include "results/merge_vote.h"

#define FIRST_FOUND 512
#define FIRST_PACKED ((size_t)256 * 1024)

void merge_worker_init(struct merge_worker *worker, const struct settings *settings,
                       const struct merge_records *records, struct string_pool *names)
{
    *worker = (struct merge_worker){.settings = settings,
                                    .reader = result_reader_new(names),
                                    .fingerprinter = fingerprinter_new(),
                                    .records = record_reader_new(records)};
}

void merge_worker_release(struct merge_worker *worker)
{
    result_reader_free(worker->reader);
    fingerprinter_free(worker->fingerprinter);
    record_reader_free(worker->records);
}

static void add_found(struct merge_lines *lines, const struct fingerprint *fingerprint,
                      const struct merge_seen *seen)
{
    if (lines->found_count == lines->found_room) {
        lines->found_room = lines->found_room ? 2 * lines->found_room : FIRST_FOUND;
        lines->found = xrealloc(lines->found, lines->found_room * sizeof(*lines->found));
    }
    lines->found[lines->found_count++] =
        (struct merge_found){.fingerprint = *fingerprint, .seen = *seen};
}

/* A merged line has what several places have seen: each of them has a vote. */
static void add_sightings(struct merge_lines *lines, const struct fingerprint *fingerprint,
                          const struct result_record *record, const struct merge_seen *line)
{
    for (size_t i = 0; i < record->seen_from.count; i++) {
        const struct sighting *sighting = &record->seen_from.items[i];
        struct merge_seen seen = *line;

        if (sighting->started_at_us)
            seen.started_at_us = sighting->started_at_us;
        seen.total_us = sighting->total_us;
        seen.place = sighting->place;
        seen.verdict = sighting->verdict;
        seen.cause = sighting->cause;
        seen.part = (uint32_t)i;
        seen.is_summary = sighting->place != record->place;
        seen.is_of_merged_line = true;
        add_found(lines, fingerprint, &seen);
    }
}

/* Packs the record. Returns its position in the block's records. */
static uint64_t add_packed(struct merge_lines *lines, const struct result_record *record)
{
    size_t position = lines->packed_bytes, bytes = record_pack_bytes(record);

    if (lines->packed_room - position < bytes) {
        lines->packed_room = 2 * lines->packed_room + bytes + FIRST_PACKED;
        lines->packed = xrealloc(lines->packed, lines->packed_room);
    }
    record_pack(record, bytes, lines->packed + position);
    lines->packed_bytes += bytes;
    return position;
}

static void add_record(struct merge_worker *worker, struct merge_lines *lines,
                       const struct result_record *record)
{
    char *key = result_record_key(record);
    struct fingerprint fingerprint = fingerprint_take(worker->fingerprinter, key, strlen(key));
    struct merge_seen seen = {.position = add_packed(lines, record),
                              .started_at_us = record->started_at_us,
                              .total_us = record->total_us,
                              .place = record->place,
                              .verdict = record->verdict,
                              .cause = record->cause,
                              .is_complete = record->status != 0};

    free(key);
    if (record->seen_from.count)
        add_sightings(lines, &fingerprint, record, &seen);
    else
        add_found(lines, &fingerprint, &seen);
}

static void refuse(struct merge_lines *lines, const char *text, bool is_cut,
                   const struct error *reason)
{
    struct refused_line refused = {.line = lines->count, .reason = *reason};

    if (is_cut && text[0] == '{')
        lines->cut = refused;
    else if (lines->refused++ == 0)
        lines->first = refused;
}

static bool is_blank(const char *text, size_t length)
{
    size_t blanks = 0;

    while (blanks < length && shell_is_blank(text[blanks]))
        blanks++;
    return blanks == length;
}

void merge_worker_index(struct merge_worker *worker, struct merge_lines *lines)
{
    const char *end = lines->block.text + lines->block.length;
    struct result_record record;
    struct error error;

    lines->count = lines->packed_bytes = lines->found_count = 0;
    lines->refused = lines->cut.line = 0;
    for (const char *text = lines->block.text, *next; text < end; text = next) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t length = (size_t)((newline ? newline : end) - text);

        next = newline ? newline + 1 : end;
        lines->count++;
        if (is_blank(text, length))
            continue;
        if (result_reader_read(worker->reader, text, length, &record, &error))
            refuse(lines, text, !newline, &error);
        else
            add_record(worker, lines, &record);
    }
}

void merge_lines_release(struct merge_lines *lines)
{
    merge_block_release(&lines->block);
    free(lines->packed);
    free(lines->found);
}

static struct sightings sightings_of(const struct merge_item *item)
{
    struct sightings sightings = {.items = xcalloc(item->count, sizeof(*sightings.items)),
                                  .count = item->count};

    for (size_t i = 0; i < item->count; i++)
        sightings.items[i] = (struct sighting){.place = item->seen[i].place,
                                               .verdict = item->seen[i].verdict,
                                               .cause = item->seen[i].cause,
                                               .total_us = item->seen[i].total_us,
                                               .started_at_us = item->seen[i].started_at_us};
    return sightings;
}

/* Makes the result one of several places. */
static void apply_vote(const struct merge_vote *vote, const struct merge_item *item,
                       struct result *result)
{
    char *message = merge_vote_message(vote, item->seen, item->count, result->message);

    free(result->message);
    result->message = message;
    result->verdict = vote->verdict;
    result->cause = vote->cause;
    result->seen_from = sightings_of(item);
}

/* Makes the result of a merged line that of one of its places again, as far as it is known. */
static void undo_vote(const struct merge_seen *seen, struct result *result)
{
    char *message = merge_vote_undo(seen, &result->seen_from, result->cause, result->message);

    free(result->message);
    result->message = message;
    free(result->seen_from.items);
    result->seen_from = (struct sightings){0};
    result->verdict = seen->verdict;
    result->cause = seen->cause;
    if (!seen->is_summary)
        return;
    outcome_release(&result->outcome);
    attempts_release(&result->earlier);
    free(result->final_url);
    result->final_url = NULL;
    result->place = seen->place;
    result->outcome.started_at_us = seen->started_at_us;
    result->outcome.total_us = seen->total_us;
}

static void read_item(struct merge_worker *worker, struct merge_item *item)
{
    struct merge_vote vote =
        merge_vote(item->seen, item->count, (size_t)worker->settings->min_places);
    const struct merge_seen *chosen = &item->seen[vote.chosen];
    struct result_record record;
    struct error error;

    if (record_reader_read(worker->records, chosen->position, &record, &error)) {
        item->lost = xstrdup(error.text);
        return;
    }
    if (!item->target)
        item->target = result_record_target(&record, worker->settings);
    if (item->is_old) {
        result_without_probe(item->target, CAUSE_CANCELLED, "no result within --merge-window",
                             &item->result);
        return;
    }
    result_from_record(&record, item->target, &item->result);
    if (record.seen_from.count)
        undo_vote(chosen, &item->result);
    if (item->count > 1)
        apply_vote(&vote, item, &item->result);
}

void merge_worker_read(struct merge_worker *worker, struct merge_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct merge_item *item = &batch->items[i];

        item->lost = NULL;
        if (item->count)
            read_item(worker, item);
        else
            result_without_probe(item->target, CAUSE_CANCELLED, "no result in the merged files",
                                 &item->result);
    }
}

void merge_batch_clear(struct merge_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct merge_item *item = &batch->items[i];

        free(item->seen);
        free(item->lost);
        if (item->target) { /* it was not delivered */
            target_free(item->target);
            result_release(&item->result);
        }
    }
    batch->count = 0;
}
