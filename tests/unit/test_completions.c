/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/clock.h"
#include "engine/run_state.h"
#include "scheduler_play.h"

/* Completions of hosts that ask for pauses, and at the end of a run. The clock is moved by hand. */

int64_t __wrap_clock_now_us(void);

static int64_t now_us;

int64_t __wrap_clock_now_us(void)
{
    return now_us;
}

static struct run_config config;
static struct run_state run;
static int delivered;

static enum delivery deliver(void *context, struct job *job)
{
    (void)context;
    assert_non_null(job->result);
    delivered++;
    return DELIVERY_CONTINUE;
}

static void do_nothing(void *context)
{
    (void)context;
}

static void ignore_limit(void *context, size_t limit, int error_number)
{
    (void)context;
    (void)limit;
    (void)error_number;
}

static void check(void *context, const struct target *target, const struct probe_options *options,
                  struct result *result)
{
    (void)context;
    (void)target;
    (void)options;
    (void)result;
}

static void work(const void *context, const struct probe_options *options,
                 struct completion *completion)
{
    (void)context;
    (void)options;
    (void)completion;
}

/* Two jobs of different hosts are in flight. */
static int setup(void **state)
{
    (void)state;
    now_us = 1000 * CLOCK_S;
    delivered = 0;
    config = (struct run_config){.parallel_max = 8,
                                 .retries = {.max = 100, .delay_us = CLOCK_S},
                                 .deliver = deliver,
                                 .cancel = do_nothing,
                                 .trim = do_nothing,
                                 .limit_lowered = ignore_limit};
    begin(0);
    add("a1 b1");
    expect(now_us, "a1 b1");
    run = (struct run_state){.config = &config,
                             .scheduler = scheduler,
                             .pool = worker_pool_new(8, 0, work, NULL),
                             .retries = {.rules = config.retries, .random_state = 42}};
    in_flight_limit_init(&run.limit, 8);
    return run.pool ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    assert_true(network_release_canaries(&run.network, 0));
    worker_pool_free(run.pool);
    end();
    return 0;
}

static struct result response(int status, int64_t retry_after_s)
{
    struct result result = {.verdict = VERDICT_FAILED, .cause = CAUSE_RATE_LIMITED, .attempts = 1};

    if (status == 200) {
        result.verdict = VERDICT_OK;
        result.cause = CAUSE_NONE;
    } else if (status == 0) {
        result.cause = CAUSE_REFUSED;
    }
    result.outcome.phase = status ? PHASE_DONE : PHASE_CONNECT;
    result.outcome.status = status;
    result.outcome.retry_after_us = retry_after_s * CLOCK_S;
    return result;
}

/* The thread of a job in flight sends that result, as check_job() in run_loop.c does. */
static void complete(const char *name, struct result result)
{
    struct completion completion = {.job = job_named(name), .result = result};
    struct retry_after *retry_after = &completion.result.retry_after;

    completion.result.target = completion.job->target;
    *retry_after = retries_read_retry_after(&config.retries, &completion.result, now_us);
    if (retry_after->of_host && retry_after->honored)
        scheduler_announce_pause(completion.job, retry_after->until_us);
    run_take_completion(&run, &completion);
}

/* Time passes until pauses and delays are over. The job starts. */
static void restart(const char *name)
{
    now_us += 401 * CLOCK_S;
    expect_first(now_us, name);
}

/* Host a asks for a pause of 400 s, ends a check with that result, and asks for 400 s more. */
static bool is_second_pause_honored(struct result between)
{
    complete("a1", response(429, 400));
    assert_int_equal(delivered, 0);
    restart("a1");
    complete("a1", between);
    add("a3");
    restart("a3");
    delivered = 0;
    complete("a3", response(429, 400));
    return delivered == 0;
}

TEST(retry_after_pauses_the_host)
{
    add("a2 b2");
    complete("a1", response(429, 100));
    assert_int_equal(delivered, 0);
    assert_int_equal(run.awaiting_retry, 1);
    expect(now_us + 100 * CLOCK_S - 1, "b2");
    expect(now_us + 100 * CLOCK_S, "a2");
}

TEST(response_lets_the_host_ask_for_ten_minutes_again)
{
    assert_true(is_second_pause_honored(response(200, 0)));
}

TEST(refusal_without_a_pause_counts_as_a_response)
{
    assert_true(is_second_pause_honored(response(429, 0)));
}

/* --accept 429: the host is not paused, but it has asked for a pause. */
TEST(accepted_response_with_retry_after_does_not_count)
{
    struct result accepted = response(429, 300);

    accepted.verdict = VERDICT_OK;
    assert_false(is_second_pause_honored(accepted));
}

TEST(response_of_another_host_pauses_nothing)
{
    struct result result = response(429, 100);

    result.outcome.on_other_host = true;
    complete("a1", result);
    add("a2");
    expect(now_us, "a2");
}

TEST(postponed_job_is_cancelled_when_the_run_ends)
{
    run_stop(&run, RUN_INTERRUPTED);
    run_take_completion(&run, &(struct completion){.job = job_named("b1"), .postponed_until_us = INT64_MAX});
    assert_int_equal(delivered, 1);
    assert_int_equal(job_named("b1")->result->cause, CAUSE_CANCELLED);
    assert_int_equal(job_named("b1")->result->attempts, 0);
    assert_true(run.outcome.unfinished);
}

/* From now on results without a response are withheld. */
static void begin_canaries(void)
{
    static struct target *const canary[] = {NULL}; /* never checked */
    static const struct canaries canaries = {.targets = canary, .count = 1, .check = check};

    network_init(&run.network, &canaries, NULL);
}

/* --fail-early: no result that may be due to the network is left for the output. */
TEST(unverified_results_are_dropped_when_enough_is_known)
{
    begin_canaries();
    run.retries.rules.max = 0;
    complete("a1", response(0, 0));
    assert_int_equal(run.network.withheld_count, 1);
    run_stop(&run, RUN_ENOUGH);
    complete("b1", response(0, 0));
    assert_int_equal(delivered, 0);
    assert_null(job_named("a1")->result);
    assert_null(job_named("b1")->result);
}

TEST(unverified_results_say_so_after_an_interrupt)
{
    begin_canaries();
    run.retries.rules.max = 0;
    complete("a1", response(0, 0));
    run_stop(&run, RUN_INTERRUPTED);
    assert_int_equal(delivered, 1);
    assert_int_equal(job_named("a1")->result->cause, CAUSE_CANCELLED);
    assert_int_equal(job_named("a1")->result->earlier.items[0].cause, CAUSE_REFUSED);
    complete("b1", response(503, 0));
    assert_int_equal(delivered, 2);
    assert_int_equal(job_named("b1")->result->outcome.status, 503);
}

TEST(withheld_job_does_not_await_a_retry)
{
    begin_canaries();
    run.retries.rules.max = 1;
    complete("a1", response(0, 0));
    assert_int_equal(run.awaiting_retry, 1);
    restart("a1");
    complete("a1", response(0, 0));
    assert_int_equal(run.awaiting_retry, 0);
    assert_int_equal(delivered, 0);
    assert_int_equal(run.network.withheld_count, 1);
    assert_ptr_equal(network_take_withheld(&run.network), job_named("a1"));
}

TEST(shortages_of_a_confirmation_count_from_zero)
{
    run.retries.rules = (struct retry_rules){.confirms = 1};
    job_named("a1")->shortages = 15;
    complete("a1", response(0, 0));
    assert_true(job_named("a1")->is_parked);
    assert_int_equal(job_named("a1")->shortages, 0);
    assert_ptr_equal(retries_unpark(&run.retries), job_named("a1"));
}

#define COMPLETION_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        COMPLETION_TEST(retry_after_pauses_the_host),
        COMPLETION_TEST(response_lets_the_host_ask_for_ten_minutes_again),
        COMPLETION_TEST(refusal_without_a_pause_counts_as_a_response),
        COMPLETION_TEST(accepted_response_with_retry_after_does_not_count),
        COMPLETION_TEST(response_of_another_host_pauses_nothing),
        COMPLETION_TEST(postponed_job_is_cancelled_when_the_run_ends),
        COMPLETION_TEST(unverified_results_are_dropped_when_enough_is_known),
        COMPLETION_TEST(unverified_results_say_so_after_an_interrupt),
        COMPLETION_TEST(withheld_job_does_not_await_a_retry),
        COMPLETION_TEST(shortages_of_a_confirmation_count_from_zero),
    };

    return RUN_TESTS(tests);
}
