/* SPDX-License-Identifier: MIT */
#include "check_target.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "probe/judge.h"
#include "session_internal.h"

/* How often to repeat a check if the process may only have had no CPU time: SIGCONT did not come. */
#define STOPS_MAX 5

static void probe_and_judge(const struct session *session, const struct target *target,
                            const struct probe_options *options, struct result *result)
{
    struct outcome outcome;

    probe(session->prober, target, options, &outcome);
    judge_outcome(target, &outcome, result);
}

/* Whether a stop may be the reason for the result, even if that is what the check expects. */
static bool may_be_due_to_stop(const struct result *result)
{
    int status = result_status(result);

    if (cause_is_of_run(result->cause))
        return false;
    /* 408: the server did not wait for the rest of the request. */
    return status == 0 || status == 408 || result->cause == CAUSE_SLOW;
}

static void mark_unknown(struct result *result, const char *message)
{
    free(result->message);
    result->message = xstrdup(message);
    result->cause = CAUSE_CANCELLED;
    result->verdict = verdict_of_cause(result->cause);
}

void check_target(void *context, const struct target *target, const struct probe_options *options,
                  struct result *result)
{
    struct probe_options own = *options;

    for (int stops = 0;;) {
        const struct clock_mark began = clock_mark();

        probe_and_judge(context, target, &own, result);
        if (!may_be_due_to_stop(result) || !clock_has_stopped_since(&began))
            return;
        if (!check_may_be_repeated(target->check)) {
            mark_unknown(result, "urlcheck was stopped during this check, which is not repeated");
            return;
        }
        stops += clock_mark().continued == began.continued;
        if (stops > STOPS_MAX) {
            mark_unknown(result, "urlcheck was stopped, or had no CPU time, during this check");
            return;
        }
        result_release(result);
        own.fresh_since_us = clock_now_us(); /* connections and addresses may be out of date */
    }
}
