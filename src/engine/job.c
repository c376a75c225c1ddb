/* SPDX-License-Identifier: MIT */
#include "engine/job.h"

#include <stdlib.h>

#include "base/alloc.h"

struct job *job_new(struct target *target)
{
    struct job *job = xcalloc(1, sizeof(*job));

    job->target = target;
    return job;
}

void job_free(struct job *job)
{
    if (!job)
        return;
    job_drop_result(job);
    target_free(job->target);
    free(job);
}

void job_add_result(struct job *job, struct result *result, int64_t now_us, bool keep_earlier)
{
    job->result_at_us = now_us;
    if (job->result) {
        if (!keep_earlier)
            attempts_release(&job->result->earlier);
        result_follow(result, job->result);
    } else {
        job->result = xmalloc(sizeof(*job->result));
    }
    *job->result = *result;
}

void job_drop_result(struct job *job)
{
    if (job->result)
        result_release(job->result);
    free(job->result);
    job->result = NULL;
}
