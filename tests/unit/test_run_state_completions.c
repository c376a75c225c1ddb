/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "engine/run_state.h"
#include "fake_target.h"

/* What happens to single completions, without threads. */

#define JOBS 4

static struct run_config config;
static struct run_state run;
static struct job *jobs[JOBS]; /* of one host; all are in flight */
static const struct job *delivered;

static enum delivery deliver(void *context, struct job *job)
{
    (void)context;
    delivered = job;
    return DELIVERY_CONTINUE;
}

static void trim(void *context)
{
    (void)context;
}

static void limit_lowered(void *context, size_t limit, int error_number)
{
    (void)context;
    (void)limit;
    (void)error_number;
}

static void work_never(const void *context, const struct probe_options *options,
                       struct completion *completion)
{
    (void)context;
    (void)options;
    (void)completion;
}

static int setup(void **state)
{
    static const struct scheduler_rules rules;

    (void)state;
    config = (struct run_config){.deliver = deliver, .trim = trim, .limit_lowered = limit_lowered};
    delivered = NULL;
    run = (struct run_state){.config = &config,
                             .scheduler = scheduler_new(&rules),
                             .pool = worker_pool_new(JOBS, 0, work_never, NULL),
                             .retries.random_state = 1};
    in_flight_limit_init(&run.limit, JOBS);
    for (size_t i = 0; i < JOBS; i++) {
        jobs[i] = job_new(fake_target("http://a/", "a"));
        scheduler_add(run.scheduler, jobs[i]);
        assert_ptr_equal(scheduler_next(run.scheduler, 0), jobs[i]);
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    worker_pool_free(run.pool);
    scheduler_free(run.scheduler);
    for (size_t i = 0; i < JOBS; i++)
        job_free(jobs[i]);
    return 0;
}

static struct result result_of(const struct job *job, enum cause cause, int status)
{
    struct result result = {.target = job->target, .cause = cause, .attempts = 1};

    result.verdict = cause == CAUSE_NONE ? VERDICT_OK : verdict_of_cause(cause);
    result.outcome.phase = status ? PHASE_DONE : PHASE_CONNECT;
    result.outcome.status = status;
    return result;
}

static void complete(struct job *job, struct result result)
{
    run_take_completion(&run, &(struct completion){.job = job, .result = result});
}

/* A thread announced a pause of 5 minutes, and another one saw that before main did. */
static void postpone(struct job *job)
{
    run_take_completion(&run, &(struct completion){.job = job, .is_postponed = true});
}

TEST(postponed_job_waits_for_the_pause)
{
    int64_t now_us = clock_now_us(), until_us = now_us + 300 * CLOCK_S;

    assert_true(scheduler_pause_host(run.scheduler, jobs[0], now_us, until_us, 600 * CLOCK_S));
    postpone(jobs[1]);
    assert_null(scheduler_next(run.scheduler, until_us - 1));
    postpone(jobs[2]);
    postpone(jobs[3]);
    postpone(jobs[0]);
    assert_ptr_equal(scheduler_next(run.scheduler, until_us), jobs[1]);
}

TEST(postponed_job_is_checked_soon_if_the_pause_is_revoked)
{
    int64_t now_us = clock_now_us();

    scheduler_announce_pause(jobs[0], now_us + 300 * CLOCK_S);
    assert_false(scheduler_pause_host(run.scheduler, jobs[0], now_us, now_us + 300 * CLOCK_S,
                                      200 * CLOCK_S));
    assert_int_equal(scheduler_paused_until_us(jobs[0]), 0);
    for (size_t i = 0; i < JOBS; i++)
        postpone(jobs[i]);
    assert_null(scheduler_next(run.scheduler, now_us)); /* not at once: main may not know yet */
    assert_ptr_equal(scheduler_next(run.scheduler, clock_now_us() + 10 * CLOCK_MS), jobs[0]);
}

TEST(retry_after_that_is_not_honored_slows_the_host)
{
    struct result result = result_of(jobs[0], CAUSE_RATE_LIMITED, 429);

    result.retry_after = (struct retry_after){.until_us = INT64_MAX, .of_host = true};
    complete(jobs[0], result);
    assert_ptr_equal(delivered, jobs[0]);
    /* Two of four may be in flight. */
    for (size_t i = 1; i < JOBS; i++)
        scheduler_again(run.scheduler, jobs[i], 0);
    assert_non_null(scheduler_next(run.scheduler, 0));
    assert_non_null(scheduler_next(run.scheduler, 0));
    assert_null(scheduler_next(run.scheduler, 0));
}

/* The host asked for a pause of 400 s before. Returns whether another one is honored. */
static bool is_honored_after(const struct result *result)
{
    int64_t now_us = 1000 * CLOCK_S, patience_us = 600 * CLOCK_S;

    assert_true(
        scheduler_pause_host(run.scheduler, jobs[1], now_us, now_us + 400 * CLOCK_S, patience_us));
    complete(jobs[0], *result);
    now_us += 400 * CLOCK_S;
    return scheduler_pause_host(run.scheduler, jobs[1], now_us, now_us + 400 * CLOCK_S,
                                patience_us);
}

TEST(response_ends_the_sum_of_pauses)
{
    const struct result result = result_of(jobs[0], CAUSE_NONE, 200);

    assert_true(is_honored_after(&result));
}

TEST(failure_does_not_end_the_sum_of_pauses)
{
    const struct result result = result_of(jobs[0], CAUSE_RESET, 0);

    assert_false(is_honored_after(&result));
}

TEST(retry_after_of_this_url_does_not_end_the_sum_of_pauses)
{
    struct result result = result_of(jobs[0], CAUSE_RATE_LIMITED, 429);

    result.retry_after.until_us = 1001 * CLOCK_S;
    assert_false(is_honored_after(&result));
}

/* This host redirected; the other one asked for the pause. */
TEST(retry_after_of_another_host_ends_the_sum_of_pauses)
{
    struct result result = result_of(jobs[0], CAUSE_RATE_LIMITED, 429);

    result.retry_after.until_us = 1001 * CLOCK_S;
    result.outcome.on_other_host = true;
    assert_true(is_honored_after(&result));
}

static struct result shortage(const struct job *job)
{
    struct result result = result_of(job, CAUSE_LOCAL, 0);

    result.outcome.os_error = EMFILE;
    return result;
}

/* Other checks succeed in between, so the back-off itself never gives up. */
TEST(job_is_given_up_after_twenty_shortages)
{
    for (int i = 1; i < 20; i++) {
        complete(jobs[0], shortage(jobs[0]));
        assert_null(delivered);
        assert_ptr_equal(scheduler_next(run.scheduler, run.backoff.until_us), jobs[0]);
        resource_backoff_reset(&run.backoff);
    }
    complete(jobs[0], shortage(jobs[0]));
    assert_ptr_equal(delivered, jobs[0]);
    assert_int_equal(delivered->result->cause, CAUSE_LOCAL);
}

TEST(missing_threads_do_not_count_for_a_job)
{
    for (int i = 0; i < 100; i++) {
        assert_false(run_take_thread_shortage(&run, jobs[0], EAGAIN));
        assert_ptr_equal(scheduler_next(run.scheduler, run.backoff.until_us), jobs[0]);
        resource_backoff_reset(&run.backoff);
    }
    assert_null(delivered);
    assert_int_equal(jobs[0]->shortages, 0);
}

TEST(success_ends_the_back_off)
{
    complete(jobs[0], shortage(jobs[0]));
    assert_int_equal(run.backoff.pauses, 1);
    complete(jobs[1], result_of(jobs[1], CAUSE_HTTP_4XX, 404));
    assert_int_equal(run.backoff.pauses, 0);
}

TEST(shortage_after_a_stop_is_final)
{
    run.is_stopping = true;
    run.outcome.end = RUN_INTERRUPTED;
    complete(jobs[0], shortage(jobs[0]));
    assert_ptr_equal(delivered, jobs[0]);
    assert_int_equal(delivered->result->cause, CAUSE_LOCAL);
}

static struct result cut_off(const struct job *job)
{
    struct result result = result_of(job, CAUSE_CANCELLED, 0);

    result.attempts = 3;
    result.outcome.total_us = 1234;
    result.outcome.detail = strdup("owned");
    return result;
}

TEST(check_that_was_cut_off_says_how_far_it_came)
{
    run.is_stopping = true;
    run.outcome.end = RUN_DEADLINE;
    complete(jobs[0], cut_off(jobs[0]));
    assert_ptr_equal(delivered, jobs[0]);
    assert_int_equal(delivered->result->cause, CAUSE_DEADLINE);
    assert_string_equal(delivered->result->message, "not done at the deadline");
    assert_int_equal(delivered->result->attempts, 3);
    assert_int_equal(delivered->result->outcome.total_us, 1234);
    assert_string_equal(delivered->result->outcome.detail, "owned");
    assert_true(run.outcome.unfinished);
}

TEST(earlier_result_counts_if_a_check_was_cut_off)
{
    struct result earlier = result_of(jobs[0], CAUSE_HTTP_5XX, 503);

    job_add_result(jobs[0], &earlier, 0, true);
    run.is_stopping = true;
    run.outcome.end = RUN_DEADLINE;
    complete(jobs[0], cut_off(jobs[0]));
    assert_ptr_equal(delivered, jobs[0]);
    assert_int_equal(delivered->result->cause, CAUSE_HTTP_5XX);
    assert_int_equal(delivered->result->attempts, 1);
    assert_true(run.outcome.unfinished);
}

TEST(check_that_was_cut_off_has_no_result_where_enough_is_known)
{
    run.is_stopping = true;
    run.outcome.end = RUN_ENOUGH;
    complete(jobs[0], cut_off(jobs[0]));
    assert_null(delivered);
    assert_null(jobs[0]->result);
}

TEST(confirmations_are_spaced)
{
    config.retries = run.retries.rules =
        (struct retry_rules){.confirms = 1, .confirm_delay_us = 30 * CLOCK_S};
    for (size_t i = 0; i < JOBS; i++)
        complete(jobs[i], result_of(jobs[i], CAUSE_HTTP_4XX, 404));
    assert_int_equal(run.awaiting_retry, JOBS);
    run_start_confirmations(&run);
    for (size_t i = 1; i < JOBS; i++)
        assert_true(jobs[i]->confirm_at_us >= jobs[i - 1]->confirm_at_us + 100 * CLOCK_MS);
    assert_ptr_equal(scheduler_next(run.scheduler, jobs[0]->confirm_at_us), jobs[0]);
}

/* Returns how many notes on earlier attempts the third failure has. */
static size_t count_notes(const struct retry_rules *rules)
{
    config.retries = run.retries.rules = *rules;
    for (int i = 0; i < 3; i++) {
        complete(jobs[0], result_of(jobs[0], CAUSE_RESET, 0));
        assert_ptr_equal(scheduler_next(run.scheduler, INT64_MAX / 2), jobs[0]);
    }
    return jobs[0]->result->earlier.count;
}

TEST(retries_keep_notes_on_all_attempts)
{
    assert_int_equal(count_notes(&(struct retry_rules){.max = 3}), 2);
}

/* It may go on for days. */
TEST(wait_keeps_a_note_on_the_last_attempt)
{
    assert_int_equal(count_notes(&(struct retry_rules){.wait = true}), 1);
}

#define STATE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        STATE_TEST(postponed_job_waits_for_the_pause),
        STATE_TEST(postponed_job_is_checked_soon_if_the_pause_is_revoked),
        STATE_TEST(retry_after_that_is_not_honored_slows_the_host),
        STATE_TEST(response_ends_the_sum_of_pauses),
        STATE_TEST(failure_does_not_end_the_sum_of_pauses),
        STATE_TEST(retry_after_of_this_url_does_not_end_the_sum_of_pauses),
        STATE_TEST(retry_after_of_another_host_ends_the_sum_of_pauses),
        STATE_TEST(job_is_given_up_after_twenty_shortages),
        STATE_TEST(missing_threads_do_not_count_for_a_job),
        STATE_TEST(success_ends_the_back_off),
        STATE_TEST(shortage_after_a_stop_is_final),
        STATE_TEST(check_that_was_cut_off_says_how_far_it_came),
        STATE_TEST(earlier_result_counts_if_a_check_was_cut_off),
        STATE_TEST(check_that_was_cut_off_has_no_result_where_enough_is_known),
        STATE_TEST(confirmations_are_spaced),
        STATE_TEST(retries_keep_notes_on_all_attempts),
        STATE_TEST(wait_keeps_a_note_on_the_last_attempt),
    };

    return RUN_TESTS(tests);
}
