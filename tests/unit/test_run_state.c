/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/clock.h"
#include "engine/run_state.h"
#include "fake_target.h"

/* Completions whose order in a run depends on the threads. */

static struct run_state run;
static struct job *job;

static int setup(void **state)
{
    static const struct run_config config;
    static const struct scheduler_rules rules;

    (void)state;
    run = (struct run_state){.config = &config, .scheduler = scheduler_new(&rules)};
    job = job_new(fake_target("http://a/", "a"));
    scheduler_add(run.scheduler, job);
    assert_ptr_equal(scheduler_next(run.scheduler, 0), job);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scheduler_free(run.scheduler);
    job_free(job);
    return 0;
}

/* A thread announced a pause of 5 minutes, and another one has seen it before main. */
static void postpone(void)
{
    run_take_completion(&run, &(struct completion){.job = job, .is_postponed = true});
}

TEST(postponed_job_waits_for_the_pause)
{
    int64_t now_us = clock_now_us(), until_us = now_us + 300 * CLOCK_S;

    assert_true(scheduler_pause_host(run.scheduler, job, now_us, until_us, 600 * CLOCK_S));
    postpone();
    assert_null(scheduler_next(run.scheduler, until_us - 1));
    assert_ptr_equal(scheduler_next(run.scheduler, until_us), job);
}

TEST(postponed_job_is_checked_soon_if_the_pause_is_revoked)
{
    int64_t now_us = clock_now_us();

    scheduler_announce_pause(job, now_us + 300 * CLOCK_S);
    assert_false(
        scheduler_pause_host(run.scheduler, job, now_us, now_us + 300 * CLOCK_S, 200 * CLOCK_S));
    assert_int_equal(scheduler_paused_until_us(job), 0);
    postpone();
    assert_null(scheduler_next(run.scheduler, now_us)); /* not at once: main may not know yet */
    assert_ptr_equal(scheduler_next(run.scheduler, clock_now_us() + 10 * CLOCK_MS), job);
}

#define STATE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        STATE_TEST(postponed_job_waits_for_the_pause),
        STATE_TEST(postponed_job_is_checked_soon_if_the_pause_is_revoked),
    };

    return RUN_TESTS(tests);
}
