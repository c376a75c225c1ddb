/* SPDX-License-Identifier: MIT */
#include "merge_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "delivery.h"
#include "engine/lanes.h"
#include "remember.h"

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

/* Where a result of the merged runs is from. */
static void note_place(struct merged *merged, const char *place)
{
    if (!merged->has_place)
        merged->place = place;
    else if (merged->place != place)
        merged->place = NULL;
    merged->has_place = true;
}

/* Where a result of the merged runs is from, and when; the first one says what their list was. */
static void note_result(struct merged *merged, const struct result *result)
{
    if (!merged->has_list)
        merged->list = result->target->source.file;
    merged->has_list = true;
    if (result->place || result->outcome.started_at_us) /* else no place has looked */
        note_place(merged, result->place);
    note_time(merged, result->outcome.started_at_us, result->outcome.total_us);
}

/*
 * Counts a result that is plain OK and of one place, if no more is needed of it than what the index has: it
 * need not be read again. The first one is, for note_result().
 */
static bool count_only(struct merge_run *run, const struct merge_url *url)
{
    struct session *session = run->session;
    const struct merge_seen *seen = url->seen;
    struct result result = {.verdict = VERDICT_OK};

    if (!run->counts_ok || !run->has_sent || url->count != 1 || seen->verdict != VERDICT_OK ||
        url->is_old || seen->is_summary || stats_is_slow(&session->stats, seen->total_us))
        return false;
    result.outcome = (struct outcome){.phase = seen->is_complete ? PHASE_DONE : PHASE_NONE,
                                      .status = seen->is_complete ? 200 : 0,
                                      .total_us = seen->total_us};
    note_place(&session->merged, seen->place);
    note_time(&session->merged, seen->started_at_us, seen->total_us);
    session->ok_count++;
    stats_add(&session->stats, &result);
    return true;
}

/* Adds a URL to what is read again. If the list cannot be read, the merge has failed. */
static void add_item(struct merge_run *run, struct merge_batch *batch, const struct merge_url *url)
{
    struct merge_item *item = &batch->items[batch->count];
    struct error error;
    int got = 1;

    *item = (struct merge_item){.count = url->count, .is_old = url->is_old};
    if (run->expected)
        got = list_next(run->expected, &item->target, &error);
    if (got != 1) {
        merge_fail(run, "%s", got ? error.text : "the list of --expect has changed");
        return;
    }
    item->seen = xcalloc(url->count + 1, sizeof(*item->seen));
    for (size_t i = 0; i < url->count; i++)
        item->seen[i] = url->seen[i];
    batch->count++;
    run->has_sent = true;
}

/* Fills a batch with the next URLs. False: there are none. */
static bool fill_batch(struct merge_run *run, struct merge_batch *batch)
{
    struct merge_url url;
    int got = 1;

    while (got == 1 && !run->has_failed && batch->count < MERGE_BATCH &&
           !merge_looks_interrupted(run)) {
        got = merge_next(run->index, &url);
        if (got < 0)
            merge_fail_sorting(run);
        if (got == 1 && !count_only(run, &url))
            add_item(run, batch, &url);
    }
    return batch->count > 0;
}

/* Delivers the result of a URL. False: it cannot be read, the output cannot be written, or no more is needed. */
static bool deliver_item(struct merge_run *run, struct merge_item *item)
{
    struct session *session = run->session;
    struct job *job;

    if (item->lost) {
        merge_fail(run, "%s", item->lost);
        return false;
    }
    if (item->count && !item->is_old)
        note_result(&session->merged, &item->result);
    job = job_new(item->target);
    job->result = xmalloc(sizeof(*job->result));
    *job->result = item->result;
    item->target = NULL;
    if (!results_add(session->results, job))
        return true;
    remember_admit(session, job->target);
    remember_judge(session, job->result);
    return delivery_deliver(session, job) != DELIVERY_STOP;
}

static bool deliver_batch(struct merge_run *run, struct merge_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (run->has_failed || merge_looks_interrupted(run) || !deliver_item(run, &batch->items[i]))
            return false;
    }
    return delivery_print_known(run->session);
}

static void work_on_batch(void *context, size_t lane, void *batch)
{
    merge_worker_read((struct merge_worker *)context + lane, batch);
}

void merge_deliver(struct merge_run *run)
{
    struct lanes *lanes = merge_start_lanes(run, work_on_batch);
    struct merge_batch *batches, *batch;
    bool goes_on = true;

    if (!lanes)
        return;
    batches = xcalloc(lanes_room(lanes), sizeof(*batches));
    for (size_t i = 0; i < lanes_room(lanes) && fill_batch(run, &batches[i]); i++)
        lanes_send(lanes, &batches[i]);
    while ((batch = lanes_receive(lanes))) {
        goes_on = goes_on && deliver_batch(run, batch);
        merge_batch_clear(batch);
        if (goes_on && fill_batch(run, batch))
            lanes_send(lanes, batch);
    }
    lanes_free(lanes);
    free(batches);
}
