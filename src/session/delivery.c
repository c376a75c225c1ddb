/* SPDX-License-Identifier: MIT */
#include "delivery.h"

#include <errno.h>

#include "base/clock.h"
#include "engine/signals.h"
#include "input/settings.h"
#include "remember.h"

/* What files need to get their names, before the process ends. */
#define CLOSING_US (500 * CLOCK_MS)

/*
 * Whether there is no more time to print that a URL was not checked: then what is known of others
 * comes first, and files get their names.
 */
static bool is_too_late(const struct session *session, const struct result *result)
{
    int64_t end_us;

    if (result->verdict != VERDICT_UNKNOWN)
        return false;
    end_us = signals_end_us(session->signals);
    return end_us != CLOCK_NEVER && clock_now_us() > end_us - CLOSING_US;
}

/* Prints up to OUTPUT_BATCH results, but those for which there is no time. */
static bool print(struct session *session, struct job *const jobs[], size_t count, enum order order)
{
    const struct result *results[OUTPUT_BATCH];
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (is_too_late(session, jobs[i]->result)) {
            session->is_cut = true;
            continue;
        }
        jobs[i]->result->number = jobs[i]->number;
        results[kept++] = jobs[i]->result;
    }
    if (output_print(session->output, results, kept, order) == 0)
        return true;
    session->output_errno = errno;
    return false;
}

/* The next jobs in the order of the input, up to OUTPUT_BATCH. Returns how many. */
static size_t next_jobs(struct session *session, struct job *jobs[])
{
    size_t count = 0;
    struct job *job;

    while (count < OUTPUT_BATCH && (job = results_next(session->results)))
        jobs[count++] = job;
    return count;
}

/* With --changes, results go to all outputs at the end, each with its transition. */
static void print_changed(struct session *session, struct job *const jobs[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        jobs[i]->result->transition = remember_transition(session, jobs[i]->result);
    if (print(session, jobs, count, ORDER_INPUT))
        print(session, jobs, count, ORDER_ARRIVAL);
}

bool delivery_print_known(struct session *session)
{
    struct job *jobs[OUTPUT_BATCH];
    size_t count = session->holds_results ? 0 : OUTPUT_BATCH;

    while (count == OUTPUT_BATCH && session->output_errno == 0) {
        count = next_jobs(session, jobs);
        if (count && session->settings->changes)
            print_changed(session, jobs, count);
        else if (count)
            print(session, jobs, count, ORDER_INPUT);
        results_release(session->results);
    }
    return session->output_errno == 0;
}

void delivery_release(struct session *session)
{
    session->holds_results = false;
    delivery_print_known(session);
}

/* Counts a result. True: the exit status is known, and the run can end. */
static bool is_enough(struct session *session, const struct result *result)
{
    const struct settings *settings = session->settings;

    session->ok_count += result->verdict <= (settings->strict ? VERDICT_OK : VERDICT_FLAKY);
    return (settings->min_ok && session->ok_count == (size_t)settings->min_ok) ||
           (settings->fail_early && result->verdict == VERDICT_FAILED);
}

/* How much is on the terminal before the first result that the recap has: all that can be printed is. */
static void note_rows_before(struct session *session)
{
    if (delivery_print_known(session))
        recap_set_rows_before(session->recap, output_rows_seen(session->output));
}

enum delivery delivery_deliver(void *context, struct job *job)
{
    struct session *session = context;
    bool enough;

    enough = is_enough(session, job->result);
    if (session->output_errno)
        return DELIVERY_STOP;
    stats_add(&session->stats, job->result);
    if (session->recap && recap_add(session->recap, job->result))
        note_rows_before(session);
    remember_add(session, job->result);
    if (!session->holds_results)
        print(session, &job, 1, ORDER_ARRIVAL);
    results_put(session->results, job);
    if (session->output_errno)
        return DELIVERY_STOP;
    return enough ? DELIVERY_ENOUGH : DELIVERY_CONTINUE;
}
