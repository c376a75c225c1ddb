/* SPDX-License-Identifier: MIT */
#include "merge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/shell_words.h"
#include "delivery.h"
#include "engine/signals.h"
#include "input/list.h"
#include "merge_files.h"
#include "output/message.h"
#include "remember.h"
#include "results/merge.h"
#include "results/merge_vote.h"
#include "results/result_reader.h"

/* After so many lines it looks for signals. */
#define LINES_PER_LOOK 1024

struct merge_run {
    struct session *session;
    struct merge_files *files;
    struct result_reader *reader;
    struct merge *index;
    struct settings expect_settings;
    struct input expect_input;
    struct list *expected; /* NULL: there is no --expect */
    bool *is_listed;       /* by number of URL: the list has it; NULL without --expect */
    bool counts_ok;        /* results that are OK are only counted */
    size_t lines;          /* since the last look for signals */

    /* Lines of the file that is read which are no results. */
    const char *refused_file; /* borrowed from its name; NULL: none yet */
    size_t refused;           /* without the first one, which was reported */
    bool said_what_it_takes;  /* the first refused line of all files says what --merge takes */
};

/* The list of --expect, read like that of a run. */
static int open_expected(struct merge_run *run, struct error *error)
{
    const struct settings *settings = run->session->settings;

    if (!settings->expect)
        return 0;
    run->expect_input = (struct input){.kind = INPUT_FILE, .text = settings->expect};
    run->expect_settings = *settings;
    run->expect_settings.inputs = &run->expect_input;
    run->expect_settings.input_count = 1;
    run->expected = list_new(&run->expect_settings, error);
    return run->expected ? 0 : -1;
}

struct merge_run *merge_run_new(struct session *session, struct error *error)
{
    struct merge_run *run = xcalloc(1, sizeof(*run));
    int saved_errno;

    run->session = session;
    run->reader = result_reader_new();
    run->index = merge_new();
    if (open_expected(run, error) == 0)
        run->files = merge_files_open(session->settings, error);
    if (run->files)
        return run;
    saved_errno = errno;
    merge_run_free(run);
    errno = saved_errno;
    return NULL;
}

void merge_run_free(struct merge_run *run)
{
    if (!run)
        return;
    merge_files_close(run->files);
    list_free(run->expected);
    result_reader_free(run->reader);
    merge_free(run->index);
    free(run->is_listed);
    free(run);
}

/* Whether a signal came. Looks now and then. */
static bool is_interrupted(struct merge_run *run)
{
    if (++run->lines % LINES_PER_LOOK)
        return false;
    return signals_end_us(run->session->signals) != CLOCK_NEVER;
}

static void report_more_refused(struct merge_run *run)
{
    if (run->refused)
        message("%s: %zu more line%s no result of urlcheck", run->refused_file, run->refused,
                run->refused == 1 ? " is" : "s are");
    run->refused = 0;
}

/* A line is no result. Of each file the first one is reported, and how many more there are. */
static void refuse_line(struct merge_run *run, const struct merge_line *line,
                        const struct error *reason)
{
    bool is_cut = line->is_cut && line->length && line->text[0] == '{';
    const char *remark = is_cut                    ? ", and its end is missing"
                         : run->said_what_it_takes ? ""
                                                   : " (--merge takes files of --format jsonl)";

    run->session->merged.has_lost_input = true;
    if (run->refused_file == line->file && !is_cut) {
        run->refused++;
        return;
    }
    report_more_refused(run);
    run->refused_file = line->file;
    run->said_what_it_takes = run->said_what_it_takes || !is_cut;
    message("%s:%zu: %s%s", line->file, line->number, reason->text, remark);
}

static bool is_blank(const struct merge_line *line)
{
    size_t blanks = 0;

    while (blanks < line->length && shell_is_blank(line->text[blanks]))
        blanks++;
    return blanks == line->length;
}

static void index_line(struct merge_run *run, const struct merge_line *line)
{
    struct result_record record;
    struct error error;
    char *key;

    if (result_reader_read(run->reader, line->text, line->length, &record, &error)) {
        refuse_line(run, line, &error);
        return;
    }
    key = result_record_key(&record);
    merge_add(run->index, key, strlen(key),
              &(struct merge_seen){.position = line->position,
                                   .started_at_us = record.started_at_us,
                                   .total_us = record.total_us,
                                   .place = record.place,
                                   .verdict = record.verdict,
                                   .cause = record.cause,
                                   .is_complete = record.status != 0});
    free(key);
}

static void index_all(struct merge_run *run)
{
    struct merge_line line;
    struct error error;
    int got;

    while ((got = merge_files_next(run->files, &line, &error)) != 0 && !is_interrupted(run)) {
        if (got == 1 && !is_blank(&line))
            index_line(run, &line);
        if (got < 0) {
            run->session->merged.has_lost_input = true;
            message("%s", error.text);
        }
    }
    report_more_refused(run);
}

/* Makes the result one of several places. */
static void apply_vote(const struct merge_vote *vote, const struct merge_seen *seen, size_t count,
                       struct result *result)
{
    char *message = merge_vote_message(vote, seen, count, result->message);

    free(result->message);
    result->message = message;
    result->verdict = vote->verdict;
    result->cause = vote->cause;
    free(result->seen_from.items);
    result->seen_from.items = xcalloc(count, sizeof(*result->seen_from.items));
    result->seen_from.count = count;
    for (size_t i = 0; i < count; i++)
        result->seen_from.items[i] = (struct sighting){.place = seen[i].place,
                                                       .verdict = seen[i].verdict,
                                                       .cause = seen[i].cause,
                                                       .total_us = seen[i].total_us};
}

/* When the merged runs began and ended. */
static void note_time(struct merged *merged, int64_t started_at_us, int64_t total_us)
{
    int64_t ended_at_us = started_at_us + total_us;

    if (started_at_us == 0)
        return;
    if (merged->started_at_us == 0 || started_at_us < merged->started_at_us)
        merged->started_at_us = started_at_us;
    if (ended_at_us > merged->ended_at_us)
        merged->ended_at_us = ended_at_us;
}

/* No check began: this run is all that has a time. */
static void note_own_time(struct session *session)
{
    session->merged.started_at_us = session->started_at_us;
    session->merged.ended_at_us = clock_read_us(CLOCK_REALTIME);
}

/* Where another result of the merged runs is from. */
static void note_place(struct merged *merged, const char *place)
{
    if (merged->place != place)
        merged->place = NULL;
}

/* Where a result of the merged runs is from, and when; the first one says what their list was. */
static void note_result(struct merged *merged, const struct result *result)
{
    if (!merged->has_first) {
        merged->has_first = true;
        merged->place = result->place;
        merged->list = result->target->source.file;
    }
    note_place(merged, result->place);
    note_time(merged, result->outcome.started_at_us, result->outcome.total_us);
}

/* Delivers the result of a target, which it takes over. False: the output cannot be written. */
static bool deliver(struct merge_run *run, struct target *target, const struct result *result)
{
    struct session *session = run->session;
    struct job *job = job_new(target);

    job->result = xmalloc(sizeof(*job->result));
    *job->result = *result;
    if (!results_add(session->results, job))
        return true;
    remember_admit(session, target);
    return delivery_deliver(session, job) != DELIVERY_STOP;
}

/*
 * Delivers what is known of a URL, for a target of --expect, which it takes over (NULL: there is no
 * such list). False: the output cannot be written.
 */
static bool deliver_url(struct merge_run *run, size_t number, struct target *target)
{
    size_t count;
    const struct merge_seen *seen = merge_seen_of(run->index, number, &count);
    struct merge_vote vote = merge_vote(seen, count, (size_t)run->session->settings->min_places);
    struct result_record record;
    struct merge_line line;
    struct result result;
    struct error error;

    if (merge_files_line_at(run->files, seen[vote.chosen].position, &line, &error) ||
        result_reader_read(run->reader, line.text, line.length, &record, &error)) {
        run->session->merged.has_lost_input = true;
        message("%s", error.text);
        target_free(target);
        return true;
    }
    if (!target)
        target = result_record_target(&record, run->session->settings);
    result_from_record(&record, target, &result);
    if (count > 1)
        apply_vote(&vote, seen, count, &result);
    note_result(&run->session->merged, &result);
    return deliver(run, target, &result);
}

/*
 * Counts a result that is plain OK and of one place, if no more is needed of it than what the index has: it
 * need not be read again. The first one is, for note_result().
 */
static bool count_only(struct merge_run *run, size_t number)
{
    struct session *session = run->session;
    size_t count;
    const struct merge_seen *seen = merge_seen_of(run->index, number, &count);
    struct outcome outcome = {.phase = seen->is_complete ? PHASE_DONE : PHASE_NONE,
                              .status = seen->is_complete ? 200 : 0,
                              .total_us = seen->total_us};

    if (!run->counts_ok || number == 0 || count > 1 || seen->verdict != VERDICT_OK ||
        stats_is_slow(&session->stats, seen->total_us))
        return false;
    note_place(&session->merged, seen->place);
    note_time(&session->merged, seen->started_at_us, seen->total_us);
    session->ok_count++;
    stats_add(&session->stats, &(struct result){.verdict = VERDICT_OK, .outcome = outcome});
    return true;
}

static void deliver_all(struct merge_run *run)
{
    run->counts_ok = output_skips_ok(run->session->output) && !run->session->state;
    for (size_t i = 0; i < merge_count(run->index) && !is_interrupted(run); i++) {
        if (!count_only(run, i) && !deliver_url(run, i, NULL))
            return;
    }
}

/* A URL of --expect, which it takes over. False: the output cannot be written. */
static bool deliver_expected(struct merge_run *run, struct target *target)
{
    char *key = result_target_key(target);
    size_t number = merge_find(run->index, key, strlen(key));
    struct result result;

    free(key);
    if (number != MERGE_NONE) {
        run->is_listed[number] = true;
        return deliver_url(run, number, target);
    }
    result_without_probe(target, CAUSE_CANCELLED, "no result in the merged files", &result);
    return deliver(run, target, &result);
}

static void deliver_list(struct merge_run *run)
{
    size_t others = merge_count(run->index);
    struct target *target;
    struct error error;
    int got;

    run->is_listed = xcalloc(others + 1, sizeof(*run->is_listed));
    while ((got = list_next(run->expected, &target, &error)) == 1) {
        if (!deliver_expected(run, target) || is_interrupted(run))
            return;
    }
    if (got < 0) {
        run->session->merged.has_lost_input = true;
        message("%s", error.text);
        return;
    }
    for (size_t i = 0; i < merge_count(run->index); i++)
        others -= run->is_listed[i];
    if (others)
        message_remark("%zu URL%s of the merged files left out: not in %s", others,
                       others == 1 ? "" : "s",
                       source_file_name(&(struct source){.file = run->session->settings->expect}));
}

struct run_outcome merge_run(struct merge_run *run)
{
    struct session *session = run->session;
    struct run_outcome outcome = {.end = RUN_DONE};

    index_all(run);
    if (signals_end_us(session->signals) == CLOCK_NEVER) {
        if (run->expected)
            deliver_list(run);
        else
            deliver_all(run);
    }
    if (session->merged.started_at_us == 0)
        note_own_time(session);
    session->merged.replaced = merge_replaced(run->index);
    if (signals_end_us(session->signals) != CLOCK_NEVER) {
        chan_recv(signals_received(session->signals), &outcome.signal);
        outcome.end = RUN_FAILED;
    }
    return outcome;
}
