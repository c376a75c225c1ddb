/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FAKE_JOB_H
#define TESTS_FAKE_JOB_H

#include "engine/job.h"
#include "fake_target.h"

/* A job for a fake target. job_free() frees both. */
static inline struct job *fake_job(const char *given, const char *host)
{
    return job_new(fake_target(given, host));
}

#endif
