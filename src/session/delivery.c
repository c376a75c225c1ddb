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

static bool print(struct session *session, const struct job *job, enum order order)
{
    if (is_too_late(session, job->result)) {
        session->is_cut = true;
        return true;
    }
    if (output_record(session->output, job->result, order) == 0)
        return true;
    session->output_errno = errno;
    return false;
}

bool delivery_print_known(struct session *session)
{
    const struct job *job;

    if (session->holds_results)
        return true;
    while ((job = results_next(session->results))) {
        if (!print(session, job, ORDER_INPUT))
            return false;
    }
    return true;
}

void delivery_release(struct session *session)
{
    const struct job *job;

    if (!session->holds_results)
        return;
    session->holds_results = false;
    while (!session->output_errno && (job = results_next(session->results))) {
        job->result->transition = remember_transition(session, job->result);
        if (print(session, job, ORDER_INPUT))
            print(session, job, ORDER_ARRIVAL);
    }
}

/* Counts a result. True: the exit status is known, and the run can end. */
static bool is_enough(struct session *session, const struct result *result)
{
    const struct settings *settings = session->settings;

    session->ok_count += result->verdict <= (settings->strict ? VERDICT_OK : VERDICT_FLAKY);
    return (settings->min_ok && session->ok_count == (size_t)settings->min_ok) ||
           (settings->fail_early && result->verdict == VERDICT_FAILED);
}

enum delivery delivery_deliver(void *context, struct job *job)
{
    struct session *session = context;
    bool enough, printed;

    enough = is_enough(session, job->result);
    if (session->output_errno)
        return DELIVERY_STOP;
    stats_add(&session->stats, job->result);
    if (session->recap && recap_add(session->recap, job->result))
        recap_set_rows_before(session->recap, output_rows_seen(session->output));
    remember_add(session, job->result);
    printed = session->holds_results || print(session, job, ORDER_ARRIVAL);
    results_put(session->results, job);
    if (!printed || !delivery_print_known(session))
        return DELIVERY_STOP;
    return enough ? DELIVERY_ENOUGH : DELIVERY_CONTINUE;
}
