/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SCHEDULER_PLAY_H
#define TESTS_SCHEDULER_PLAY_H

#include "base/clock.h"
#include "engine/scheduler.h"
#include "fake_job.h"

/* Jobs are named by their URL, "a1": the host is the first letter. */
#define JOBS_MAX 128

static char names[JOBS_MAX][8];
static char hosts[JOBS_MAX][2];
static struct job *jobs[JOBS_MAX];
static size_t job_count;
static struct scheduler *scheduler;

/* The job of that name, which is made at the first call. */
static inline struct job *job_named(const char *name)
{
    for (size_t i = 0; i < job_count; i++) {
        if (strcmp(names[i], name) == 0)
            return jobs[i];
    }
    assert_in_range(job_count, 0, JOBS_MAX - 1);
    strcpy(names[job_count], name);
    hosts[job_count][0] = name[0];
    jobs[job_count] = fake_job(names[job_count], hosts[job_count]);
    return jobs[job_count++];
}

static inline void begin_with(struct scheduler_rules rules)
{
    scheduler = scheduler_new(&rules);
}

static inline void begin(size_t host_limit)
{
    begin_with((struct scheduler_rules){.host_limit = host_limit});
}

static inline void end(void)
{
    scheduler_free(scheduler);
    while (job_count > 0)
        job_free(jobs[--job_count]);
}

static inline void add(const char *names_to_add)
{
    char list[512], *rest = NULL;

    strcpy(list, names_to_add);
    for (char *name = strtok_r(list, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
        scheduler_add(scheduler, job_named(name));
}

/* Starts all that may start at now_us: these jobs, in this order ("a1 b1"). */
static inline void expect(int64_t now_us, const char *wanted)
{
    char seen[512] = "";
    struct job *job;

    while ((job = scheduler_next(scheduler, now_us)))
        sprintf(seen + strlen(seen), "%s%s", *seen ? " " : "", job->target->given);
    assert_string_equal(seen, wanted);
}

/* Starts one job, which must be that one. */
static inline void expect_first(int64_t now_us, const char *name)
{
    assert_ptr_equal(scheduler_next(scheduler, now_us), job_named(name));
}

static inline void finish(const char *name)
{
    scheduler_finish(scheduler, job_named(name));
}

static inline void again(const char *name, int64_t time_us)
{
    scheduler_again(scheduler, job_named(name), time_us);
}

static inline void park(const char *name)
{
    scheduler_park(scheduler, job_named(name));
}

#endif
