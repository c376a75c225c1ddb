/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/clock.h"
#include "engine/retries.h"
#include "engine/scheduler.h"
#include "fake_target.h"

/* Confirmations, and --wait: no clock is read. */

#define NOW_US (1000 * CLOCK_S)
#define JOBS 8

static struct retries retries;
static struct scheduler *scheduler;
static struct job *jobs[JOBS];

static int setup(void **state)
{
    static const char *const hosts[JOBS] = {"a", "b", "a", "b", "a", "c", "a", "a"};
    static const char *const urls[JOBS] = {"0", "1", "2", "3", "4", "5", "6", "7"};
    static const struct scheduler_rules rules;

    (void)state;
    retries = (struct retries){.rules = {.confirms = 2, .confirm_delay_us = 30 * CLOCK_S},
                               .random_state = 42};
    scheduler = scheduler_new(&rules);
    for (size_t i = 0; i < JOBS; i++) {
        jobs[i] = job_new(fake_target(urls[i], hosts[i]));
        scheduler_add(scheduler, jobs[i]);
    }
    for (size_t i = 0; i < JOBS; i++)
        assert_non_null(scheduler_next(scheduler, NOW_US));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scheduler_free(scheduler);
    for (size_t i = 0; i < JOBS; i++)
        job_free(jobs[i]);
    return 0;
}

static struct result result_of(size_t index, enum verdict verdict, enum cause cause)
{
    struct result result = {.target = jobs[index]->target,
                            .verdict = verdict,
                            .cause = cause,
                            .attempts = 1};

    if (cause != CAUSE_NONE)
        result.message = strdup(cause_name(cause));
    result.outcome.phase = PHASE_DONE;
    result.outcome.status = verdict == VERDICT_FAILED ? 404 : 200;
    return result;
}

/* The job's check ended with this result. */
static enum retry_decision take(size_t index, struct result result, int64_t *time_us)
{
    result.retry_after = retries_read_retry_after(&retries.rules, &result, NOW_US);
    job_add_result(jobs[index], &result, NOW_US, !retries.rules.wait);
    return retries_decide(&retries, jobs[index], NOW_US, time_us);
}

/* The job FAILED and is parked. */
static void park(size_t index, enum cause cause)
{
    int64_t time_us;

    assert_int_equal(take(index, result_of(index, VERDICT_FAILED, cause), &time_us), RETRY_PARK);
    assert_int_equal(time_us, NOW_US + 30 * CLOCK_S);
    scheduler_park(scheduler, jobs[index]);
    retries_park(&retries, jobs[index]);
}

/* The next job to be unparked is this one. It is in flight again; returns the time it was due. */
static int64_t unpark(size_t index)
{
    struct job *job = retries_unpark(&retries);

    assert_ptr_equal(job, jobs[index]);
    scheduler_add_at(scheduler, job, job->confirm_at_us);
    assert_ptr_equal(scheduler_next(scheduler, job->confirm_at_us), job);
    return job->confirm_at_us;
}

static void confirm(size_t index)
{
    retries_plan_confirmations(&retries, NOW_US);
    unpark(index);
}

static void expect_final(size_t index, struct result last, enum verdict verdict, enum cause cause,
                         const char *message)
{
    int64_t time_us;

    assert_int_equal(take(index, last, &time_us), RETRY_NEVER);
    assert_int_equal(jobs[index]->result->verdict, verdict);
    assert_int_equal(jobs[index]->result->cause, cause);
    assert_string_equal(jobs[index]->result->message, message);
}

TEST(confirmed_failure_says_so)
{
    park(0, CAUSE_HTTP_4XX);
    confirm(0);
    park(0, CAUSE_RESET);
    confirm(0);
    expect_final(0, result_of(0, VERDICT_FAILED, CAUSE_REFUSED), VERDICT_FAILED, CAUSE_REFUSED,
                 "refused (3 of 3 failed)");
    assert_null(retries_unpark(&retries));
}

TEST(failure_that_is_not_confirmed_is_flaky)
{
    park(0, CAUSE_HTTP_4XX);
    confirm(0);
    park(0, CAUSE_RESET);
    confirm(0);
    expect_final(0, result_of(0, VERDICT_OK, CAUSE_NONE), VERDICT_FLAKY, CAUSE_RESET,
                 "reset (2 of 3 failed)");
    park(1, CAUSE_RESET);
    confirm(1);
    expect_final(1, result_of(1, VERDICT_WARN, CAUSE_SLOW), VERDICT_FLAKY, CAUSE_RESET,
                 "reset (1 of 2 failed), then slow: slow");
}

TEST(attempts_and_rounds_are_counted)
{
    int64_t time_us;

    retries.rules.max = 1;
    retries.rules.delay_us = CLOCK_S;
    assert_int_equal(take(0, result_of(0, VERDICT_FAILED, CAUSE_RESET), &time_us), RETRY_AT);
    park(0, CAUSE_RESET);
    confirm(0);
    /* A confirmation is not retried. */
    park(0, CAUSE_RESET);
    confirm(0);
    assert_int_equal(take(0, result_of(0, VERDICT_OK, CAUSE_NONE), &time_us), RETRY_NEVER);
    assert_int_equal(jobs[0]->result->attempts, 4);
    assert_int_equal(jobs[0]->result->rounds, 3);
    assert_int_equal(jobs[0]->result->earlier.count, 3);
}

TEST(failure_that_is_not_of_the_url_is_not_confirmed)
{
    static const enum cause causes[] = {CAUSE_BAD_INPUT, CAUSE_LOCAL, CAUSE_DEADLINE,
                                        CAUSE_CANCELLED};

    for (size_t i = 0; i < COUNT_OF(causes); i++)
        expect_final(i, result_of(i, verdict_of_cause(causes[i]), causes[i]),
                     verdict_of_cause(causes[i]), causes[i], cause_name(causes[i]));
}

/* A shortage of this machine says nothing about the URL. */
TEST(shortage_during_a_confirmation_is_local)
{
    park(0, CAUSE_RESET);
    confirm(0);
    expect_final(0, result_of(0, VERDICT_UNKNOWN, CAUSE_LOCAL), VERDICT_UNKNOWN, CAUSE_LOCAL,
                 "local");
}

TEST(no_confirmation_after_the_deadline)
{
    retries.rules.deadline_us = NOW_US + 30 * CLOCK_S;
    expect_final(0, result_of(0, VERDICT_FAILED, CAUSE_RESET), VERDICT_FAILED, CAUSE_RESET,
                 "reset");
}

static struct result rate_limited(size_t index, int64_t retry_after_us)
{
    struct result result = result_of(index, VERDICT_FAILED, CAUSE_RATE_LIMITED);

    result.outcome.status = 429;
    result.outcome.retry_after_us = retry_after_us;
    return result;
}

TEST(retry_after_delays_a_confirmation)
{
    int64_t time_us;

    assert_int_equal(take(0, rate_limited(0, 50 * CLOCK_S), &time_us), RETRY_PARK);
    assert_int_equal(time_us, NOW_US + 50 * CLOCK_S);
    assert_int_equal(jobs[0]->confirm_at_us, time_us);
    assert_int_equal(take(1, rate_limited(1, RETRIES_PATIENCE_US), &time_us), RETRY_PARK);
    expect_final(2, rate_limited(2, RETRIES_PATIENCE_US + 1), VERDICT_FAILED, CAUSE_RATE_LIMITED,
                 "rate-limited");
}

/* Confirmations come in the order of the failures. */
TEST(confirmations_of_one_host_are_spaced)
{
    const int64_t first_us = NOW_US + 60 * CLOCK_S, space_us = 100 * CLOCK_MS;

    for (size_t i = 0; i < JOBS; i++)
        park(i, CAUSE_RESET);
    retries_plan_confirmations(&retries, first_us);
    assert_int_equal(unpark(0), first_us);
    assert_int_equal(unpark(1), first_us);
    assert_int_equal(unpark(2), first_us + space_us);
    assert_int_equal(unpark(3), first_us + space_us);
    assert_int_equal(unpark(4), first_us + 2 * space_us);
    assert_int_equal(unpark(5), first_us);
    assert_int_equal(unpark(6), first_us + 3 * space_us);
    assert_int_equal(unpark(7), first_us + 4 * space_us);
    assert_null(retries_unpark(&retries));
}

/* All of them start within the delay; and no two at the same time, which keeps their order. */
TEST(spaces_shrink_with_the_delay)
{
    int64_t before_us = 0;

    retries.rules.confirm_delay_us = 100 * CLOCK_MS;
    for (size_t i = 0; i < JOBS; i++) {
        int64_t time_us;

        assert_int_equal(take(i, result_of(i, VERDICT_FAILED, CAUSE_RESET), &time_us), RETRY_PARK);
        scheduler_park(scheduler, jobs[i]);
        retries_park(&retries, jobs[i]);
    }
    retries_plan_confirmations(&retries, NOW_US + CLOCK_S);
    for (size_t i = 0; i < JOBS; i++) {
        int64_t at_us = unpark(i);

        assert_in_range(at_us, NOW_US + CLOCK_S, NOW_US + CLOCK_S + 100 * CLOCK_MS);
        if (strcmp(jobs[i]->target->host, "a") == 0) {
            assert_true(at_us > before_us);
            before_us = at_us;
        }
    }
}

TEST(spaces_are_never_zero)
{
    retries.rules.confirm_delay_us = 0;
    for (size_t i = 0; i < 2; i++) {
        int64_t time_us;

        assert_int_equal(take(2 * i, result_of(2 * i, VERDICT_FAILED, CAUSE_RESET), &time_us),
                         RETRY_PARK);
        scheduler_park(scheduler, jobs[2 * i]);
        retries_park(&retries, jobs[2 * i]);
    }
    retries_plan_confirmations(&retries, NOW_US);
    assert_int_equal(unpark(0), NOW_US);
    assert_int_equal(unpark(2), NOW_US + 1);
}

/* All failed at once, and all other jobs are done long before the delay is over. */
TEST(confirmations_are_spaced_after_the_delay)
{
    const int64_t first_us = NOW_US + 30 * CLOCK_S, space_us = 100 * CLOCK_MS;

    for (size_t i = 0; i < JOBS; i++)
        park(i, CAUSE_RESET);
    retries_plan_confirmations(&retries, NOW_US);
    assert_int_equal(unpark(0), first_us);
    assert_int_equal(unpark(1), first_us);
    assert_int_equal(unpark(2), first_us + space_us);
    assert_int_equal(unpark(3), first_us + space_us);
    assert_int_equal(unpark(4), first_us + 2 * space_us);
}

TEST(lookups_from_before_the_failure_are_not_used)
{
    int64_t time_us;

    assert_int_equal(retries_fresh_us(&retries, jobs[0]), 0);
    park(0, CAUSE_RESET);
    assert_int_equal(retries_fresh_us(&retries, jobs[0]), NOW_US);
    assert_int_equal(retries_fresh_us(&retries, jobs[1]), 0);
    /* A retry comes so soon that it may use them. */
    retries.rules.max = 1;
    retries.rules.delay_us = CLOCK_S;
    assert_int_equal(take(1, result_of(1, VERDICT_FAILED, CAUSE_RESET), &time_us), RETRY_AT);
    assert_int_equal(retries_fresh_us(&retries, jobs[1]), 0);
    retries.rules.wait = true;
    assert_int_equal(retries_fresh_us(&retries, jobs[1]), NOW_US);
}

/* The run is interrupted. */
TEST(parked_jobs_have_their_last_result)
{
    park(0, CAUSE_RESET);
    park(1, CAUSE_REFUSED);
    confirm(0);
    park(0, CAUSE_RESET);
    assert_ptr_equal(retries_unpark(&retries), jobs[1]);
    run_conclude_job(RUN_INTERRUPTED, jobs[1]);
    assert_string_equal(jobs[1]->result->message, "refused");
    assert_ptr_equal(retries_unpark(&retries), jobs[0]);
    run_conclude_job(RUN_INTERRUPTED, jobs[0]);
    assert_string_equal(jobs[0]->result->message, "reset (2 of 2 failed)");
    assert_null(retries_unpark(&retries));
}

TEST(wait_goes_on_at_one_pace)
{
    int64_t time_us;

    retries.rules = (struct retry_rules){.wait = true, .delay_us = CLOCK_S, .deadline_us = NOW_US};
    for (int i = 0; i < 2000; i++) {
        assert_int_equal(take(0, result_of(0, VERDICT_FAILED, CAUSE_HTTP_4XX), &time_us), RETRY_AT);
        assert_in_range(time_us, NOW_US + CLOCK_S * 3 / 4, NOW_US + CLOCK_S * 5 / 4);
    }
    assert_int_equal(take(0, result_of(0, VERDICT_OK, CAUSE_NONE), &time_us), RETRY_NEVER);
    assert_int_equal(jobs[0]->result->verdict, VERDICT_OK);
    assert_int_equal(jobs[0]->result->attempts, 2001);
    /* Memory does not grow with time. */
    assert_int_equal(jobs[0]->result->earlier.count, 1);
}

TEST(wait_obeys_any_retry_after)
{
    int64_t time_us;

    retries.rules = (struct retry_rules){.wait = true, .delay_us = CLOCK_S};
    assert_int_equal(take(0, rate_limited(0, 7 * CLOCK_S), &time_us), RETRY_AT);
    assert_int_equal(time_us, NOW_US + 7 * CLOCK_S);
    retries.rules.deadline_us = NOW_US + CLOCK_S;
    assert_int_equal(take(0, rate_limited(0, 86400 * CLOCK_S), &time_us), RETRY_AT);
    assert_int_equal(time_us, NOW_US + 86400 * CLOCK_S);
}

TEST(wait_ends_at_bad_input)
{
    retries.rules = (struct retry_rules){.wait = true, .delay_us = CLOCK_S};
    expect_final(1, result_of(1, VERDICT_FAILED, CAUSE_BAD_INPUT), VERDICT_FAILED, CAUSE_BAD_INPUT,
                 "bad-input");
}

#define CONFIRM_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CONFIRM_TEST(confirmed_failure_says_so),
        CONFIRM_TEST(failure_that_is_not_confirmed_is_flaky),
        CONFIRM_TEST(attempts_and_rounds_are_counted),
        CONFIRM_TEST(failure_that_is_not_of_the_url_is_not_confirmed),
        CONFIRM_TEST(shortage_during_a_confirmation_is_local),
        CONFIRM_TEST(no_confirmation_after_the_deadline),
        CONFIRM_TEST(retry_after_delays_a_confirmation),
        CONFIRM_TEST(confirmations_of_one_host_are_spaced),
        CONFIRM_TEST(spaces_shrink_with_the_delay),
        CONFIRM_TEST(spaces_are_never_zero),
        CONFIRM_TEST(confirmations_are_spaced_after_the_delay),
        CONFIRM_TEST(lookups_from_before_the_failure_are_not_used),
        CONFIRM_TEST(parked_jobs_have_their_last_result),
        CONFIRM_TEST(wait_goes_on_at_one_pace),
        CONFIRM_TEST(wait_obeys_any_retry_after),
        CONFIRM_TEST(wait_ends_at_bad_input),
    };

    return RUN_TESTS(tests);
}
