/* SPDX-License-Identifier: MIT */
#include "engine/run.h"

#include <stdlib.h>

#include "base/alloc.h"

bool run_delivers_all(enum run_end end)
{
    return end == RUN_DONE || end == RUN_INTERRUPTED || end == RUN_DEADLINE;
}

bool run_needs_canary(const struct result *result)
{
    return result_status(result) == 0 && cause_is_of_server(result->cause);
}

static void make_result(enum run_end end, const struct target *target, struct result *result)
{
    if (end == RUN_DEADLINE)
        result_without_probe(target, CAUSE_DEADLINE, "not done at the deadline", result);
    else
        result_without_probe(target, CAUSE_CANCELLED, "interrupted", result);
}

void run_conclude_job(enum run_end end, struct job *job)
{
    struct result result;

    if (!job->result) {
        make_result(end, job->target, &result);
        job_add_result(job, &result, job->result_at_us, true);
    } else if (job->failed_rounds > 1) {
        /* It waited for another confirmation: its result is that of one that FAILED as well. */
        result_confirm(job->result, job->failed_rounds - 1, job->result->cause);
    }
}

void run_mark_unverified(enum run_end end, struct job *job)
{
    struct result result;
    char *message;

    make_result(end, job->target, &result);
    if (job->result->message) {
        message = xasprintf("%s (seen: %s: %s)", result.message, cause_name(job->result->cause),
                            job->result->message);
        free(result.message);
        result.message = message;
    }
    job_add_result(job, &result, job->result_at_us, true);
}
