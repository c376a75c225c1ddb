/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <signal.h>

#include "fake_run.h"

/* Runs that end well: each target has exactly one result, in any order, within the limits. */

static void expect_plain_run(size_t count, size_t hosts, size_t max, size_t host_limit)
{
    struct fake *fake = fake_new(count, hosts, max);

    fake->config.scheduling.host_limit = host_limit;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(atomic_load(&fake->records[i].checks), 1);
    assert_int_equal(fake->lowers, 0);
    fake_free(fake);
}

TEST(no_targets)
{
    expect_plain_run(0, 1, 8, 0);
}

TEST(one_target)
{
    expect_plain_run(1, 1, 8, 0);
    expect_plain_run(1, 1, 1, 1);
}

TEST(as_many_targets_as_the_limit)
{
    expect_plain_run(8, 1, 8, 0);
    expect_plain_run(8, 8, 8, 1);
}

TEST(one_target_over_the_limit)
{
    expect_plain_run(9, 1, 8, 0);
}

TEST(one_at_a_time)
{
    expect_plain_run(200, 7, 1, 0);
}

TEST(many_targets_over_the_limit)
{
    expect_plain_run(1000, 1, 7, 0);
    expect_plain_run(1000, 10, 7, 3);
}

/* More than LOOK_AHEAD and than the channels hold. */
TEST(thousands)
{
    expect_plain_run(10000, 50, 64, 0);
    expect_plain_run(10000, 3, 64, 10);
}

/* The look-ahead is full of jobs of a host that is at its limit. */
TEST(thousands_to_one_limited_host)
{
    expect_plain_run(10000, 1, 32, 2);
}

/* No check ends before all have begun, each on a thread of its own. */
static void await_all_in_flight(struct fake *fake, size_t index, struct result *result)
{
    (void)index;
    (void)result;
    FAKE_AWAIT(fake, fake->peak == fake->count);
}

TEST(all_in_flight_at_once)
{
    struct fake *fake = fake_new(100, 10, 100);

    fake->behave = await_all_in_flight;
    fake_expect_done(fake);
    assert_int_equal(fake->peak, 100);
    fake_free(fake);
}

TEST(host_limit_is_used_up)
{
    struct fake *fake = fake_new(5, 1, 100);

    fake->config.scheduling.host_limit = 5;
    fake->behave = await_all_in_flight;
    fake_expect_done(fake);
    fake_free(fake);
}

static void first_ends_last(struct fake *fake, size_t index, struct result *result)
{
    (void)result;
    if (index == 0)
        FAKE_AWAIT(fake, fake->delivered == fake->count - 1);
}

TEST(first_result_comes_last)
{
    struct fake *fake = fake_new(500, 5, 4);

    fake->behave = first_ends_last;
    fake_expect_done(fake);
    fake_free(fake);
}

/* The first check ends after ten turns in which main could have started others. */
static int turns_of_main;

static int64_t expect_no_queue(struct fake *fake, const struct run_status *status)
{
    fake->violations += status->in_flight > fake->config.parallel_max;
    pthread_mutex_lock(&fake->mutex);
    turns_of_main += status->list_ended;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
    return turns_of_main < 10 ? status->now_us + CLOCK_MS : CLOCK_NEVER;
}

static void await_turns(struct fake *fake, size_t index, struct result *result)
{
    (void)index;
    (void)result;
    FAKE_AWAIT(fake, turns_of_main >= 10);
}

static void run_without_queue(struct fake *fake)
{
    turns_of_main = 0;
    fake->on_idle = expect_no_queue;
    fake->behave = await_turns;
    fake_expect_done(fake);
    fake_free(fake);
}

/* A start happens when it was allowed, or when the run needs it. */
TEST(no_job_waits_for_a_thread_with_a_rate_or_an_early_end)
{
    struct fake *fake = fake_new(50, 5, 1);

    fake->config.scheduling.rate = 100000;
    fake->config.scheduling.rate_period_us = CLOCK_S;
    run_without_queue(fake);
    fake = fake_new(50, 5, 1);
    fake->config.may_end_early = true;
    run_without_queue(fake);
}

/* Each check ends only after the next one has been delivered. */
static void ends_after_the_next(struct fake *fake, size_t index, struct result *result)
{
    (void)result;
    if (index + 1 < fake->count)
        FAKE_AWAIT(fake, fake->delivered >= fake->count - 1 - index);
}

TEST(results_come_in_reverse)
{
    struct fake *fake = fake_new(50, 1, 50);

    fake->behave = ends_after_the_next;
    fake_expect_done(fake);
    fake_free(fake);
}

/* A list sorted by host: many targets of one, more than LOOK_AHEAD, and at the end one of another. */
static void sort_list(struct fake *fake)
{
    for (size_t i = 0; i < fake->count; i++)
        sprintf(fake->urls[i], "http://%s/%zu", i + 1 < fake->count ? "many" : "one", i);
}

static void await_the_other_host(struct fake *fake, size_t index, struct result *result)
{
    (void)result;
    if (index == 0)
        FAKE_AWAIT(fake, fake->delivered > 0);
}

/* The first check of the first host ends only after the other host was checked. */
TEST(sorted_list_does_not_delay_other_hosts)
{
    struct fake *fake = fake_new(6000, 1, 2);

    sort_list(fake);
    fake->config.scheduling.host_limit = 1;
    fake->behave = await_the_other_host;
    assert_int_equal(fake_run(fake).end, RUN_DONE);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 6000);
    fake_free(fake);
}

/* The list is read ahead, but not to its end: the check ends once main reads on no more. */
#define LOOK_AHEAD 1024

static size_t read_ahead;
static int turns_without_reading;
static bool is_settled;

static int64_t note_reading(struct fake *fake, const struct run_status *status)
{
    turns_without_reading = fake->admitted == read_ahead ? turns_without_reading + 1 : 0;
    pthread_mutex_lock(&fake->mutex);
    read_ahead = fake->admitted;
    is_settled = is_settled || status->list_ended ||
                 (read_ahead >= LOOK_AHEAD && turns_without_reading >= 10);
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
    return is_settled ? CLOCK_NEVER : status->now_us + CLOCK_MS;
}

static enum delivery expect_bounded_reading(struct fake *fake, size_t index)
{
    if (index == 0)
        fake->violations += fake->admitted > LOOK_AHEAD + 257 + 64;
    return DELIVERY_CONTINUE;
}

static void await_settling(struct fake *fake, size_t index, struct result *result)
{
    (void)index;
    (void)result;
    FAKE_AWAIT(fake, is_settled);
}

TEST(look_ahead_is_bounded)
{
    struct fake *fake = fake_new(10000, 3, 1);

    is_settled = false;
    fake->on_idle = note_reading;
    fake->behave = await_settling;
    fake->deliver = expect_bounded_reading;
    fake_expect_done(fake);
    fake_free(fake);
}

/* The first call is that of the thread that has read the list (WRAPPED = chan_close). */
void __real_chan_close(struct chan *chan);
void __wrap_chan_close(struct chan *chan);

static atomic_bool list_is_read;

void __wrap_chan_close(struct chan *chan)
{
    __real_chan_close(chan);
    atomic_store(&list_is_read, true);
}

static enum admission await_the_list(struct fake *fake, size_t index)
{
    (void)fake;
    (void)index;
    while (!atomic_load(&list_is_read))
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    return ADMIT_CHECK;
}

static int64_t expect_all_taken(struct fake *fake, const struct run_status *status)
{
    fake->violations += status->in_flight && fake->admitted < fake->count;
    return CLOCK_NEVER;
}

TEST(all_targets_that_are_there_are_taken_before_one_starts)
{
    struct fake *fake = fake_new(LOOK_AHEAD, 1, 4);

    atomic_store(&list_is_read, false);
    fake->admit = await_the_list;
    fake->on_idle = expect_all_taken;
    fake_expect_done(fake);
    fake_free(fake);
}

TEST(bad_input_is_not_checked)
{
    struct fake *fake = fake_new(100, 10, 4);

    for (size_t i = 0; i < 100; i += 2)
        memcpy(fake->urls[i], "ftp:", 4);
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_BAD_INPUT), 50);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 50);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(atomic_load(&fake->records[i].checks), i % 2);
    fake_free(fake);
}

static enum admission skip_two_of_three(struct fake *fake, size_t index)
{
    (void)fake;
    return index % 3 ? ADMIT_SKIP : ADMIT_CHECK;
}

TEST(skipped_targets_are_not_checked)
{
    struct fake *fake = fake_new(999, 10, 4);

    fake->admit = skip_two_of_three;
    assert_int_equal(fake_run(fake).end, RUN_DONE);
    fake_expect_rules(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 333);
    for (size_t i = 0; i < 999; i++)
        assert_int_equal(atomic_load(&fake->records[i].checks), i % 3 == 0);
    fake_free(fake);
}

static enum admission skip_all(struct fake *fake, size_t index)
{
    (void)fake;
    (void)index;
    return ADMIT_SKIP;
}

TEST(all_targets_may_be_skipped)
{
    struct fake *fake = fake_new(3000, 10, 4);

    fake->admit = skip_all;
    assert_int_equal(fake_run(fake).end, RUN_DONE);
    assert_int_equal(fake->delivered, 0);
    fake_free(fake);
}

static atomic_int idle_calls;

static int64_t return_soon(struct fake *fake, const struct run_status *status)
{
    assert_true(status->now_us <= clock_now_us());
    assert_in_range(status->in_flight, 0, fake->config.parallel_max);
    pthread_mutex_lock(&fake->mutex);
    if (status->in_flight == 1 && status->list_ended)
        atomic_fetch_add(&idle_calls, 1);
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
    return status->now_us + CLOCK_MS;
}

static void await_idle_calls(struct fake *fake, size_t index, struct result *result)
{
    (void)index;
    (void)result;
    FAKE_AWAIT(fake, atomic_load(&idle_calls) >= 5);
}

TEST(on_idle_is_called_at_the_time_it_returned)
{
    struct fake *fake = fake_new(1, 1, 4);

    fake->on_idle = return_soon;
    fake->behave = await_idle_calls;
    fake_expect_done(fake);
    fake_free(fake);
}

/* The first check of some targets fails, the first two of others, and each check of a few. */
static void fail_at_first(struct fake *fake, size_t index, struct result *result)
{
    int checks = atomic_load(&fake->records[index].checks);

    if (index % 50 == 7 || checks <= (int)(index % 3)) {
        result->verdict = VERDICT_FAILED;
        result->cause = CAUSE_RESET;
    }
}

TEST(retries_are_made)
{
    struct fake *fake = fake_new(2000, 20, 16);

    fake->config.scheduling.host_limit = 3;
    fake->config.retries = (struct retry_rules){.max = 3, .delay_us = CLOCK_MS};
    fake->behave = fail_at_first;
    fake_expect_done(fake);
    for (size_t i = 0; i < fake->count; i++)
        assert_int_equal(atomic_load(&fake->records[i].checks), i % 50 == 7 ? 4 : 1 + i % 3);
    assert_int_equal(fake_results(fake, CAUSE_RESET), 40);
    fake_free(fake);
}

static void ask_for_a_pause(struct result *result, int64_t pause_us)
{
    result->verdict = VERDICT_FAILED;
    result->cause = CAUSE_RATE_LIMITED;
    result->outcome.status = 429;
    result->outcome.retry_after_us = pause_us;
}

/* The first response to each path of host 1 asks for a pause. */
static void ask_for_a_pause_at_first(struct fake *fake, size_t index, struct result *result)
{
    if (index % fake->hosts == 1 && atomic_load(&fake->records[index].checks) == 1)
        ask_for_a_pause(result, CLOCK_MS);
}

TEST(checks_of_a_paused_host_are_made_later)
{
    struct fake *fake = fake_new(500, 5, 8);

    fake->config.retries = (struct retry_rules){.max = 1, .delay_us = 3600 * CLOCK_S};
    fake->behave = ask_for_a_pause_at_first;
    fake_expect_done(fake);
    for (size_t i = 0; i < fake->count; i++)
        assert_int_equal(atomic_load(&fake->records[i].checks), i % 5 == 1 ? 2 : 1);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 500);
    fake_free(fake);
}

/* One host fails, the other one asks for a pause; a signal comes once nothing is in flight. */
static void fail_or_ask_for_a_pause(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    result->verdict = VERDICT_FAILED;
    result->cause = CAUSE_RESET;
    if (index % 2)
        ask_for_a_pause(result, 500 * CLOCK_S);
}

static int64_t interrupt_when_all_wait(struct fake *fake, const struct run_status *status)
{
    static bool sent;

    if (status->list_ended && status->in_flight == 0 && !sent) {
        size_t failed = 0;

        for (size_t i = 0; i < fake->count; i++)
            failed += atomic_load(&fake->records[i].checks) > 0;
        assert_int_equal(status->awaiting_retry, failed);
        sent = true;
        kill(getpid(), SIGINT);
    }
    return CLOCK_NEVER;
}

TEST(interrupted_retries_deliver_the_last_result)
{
    struct fake *fake = fake_new(40, 2, 4);

    fake->config.retries = (struct retry_rules){.max = 3, .delay_us = 3600 * CLOCK_S};
    fake->behave = fail_or_ask_for_a_pause;
    fake->on_idle = interrupt_when_all_wait;
    assert_int_equal(fake_run(fake).end, RUN_INTERRUPTED);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_RESET), 20);
    assert_in_range(fake_results(fake, CAUSE_RATE_LIMITED), 1, 4);
    for (size_t i = 1; i < fake->count; i += 2)
        assert_int_equal(fake->records[i].cause, atomic_load(&fake->records[i].checks)
                                                     ? CAUSE_RATE_LIMITED
                                                     : CAUSE_CANCELLED);
    fake_free(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_targets),
        cmocka_unit_test(one_target),
        cmocka_unit_test(as_many_targets_as_the_limit),
        cmocka_unit_test(one_target_over_the_limit),
        cmocka_unit_test(one_at_a_time),
        cmocka_unit_test(many_targets_over_the_limit),
        cmocka_unit_test(thousands),
        cmocka_unit_test(thousands_to_one_limited_host),
        cmocka_unit_test(all_in_flight_at_once),
        cmocka_unit_test(host_limit_is_used_up),
        cmocka_unit_test(first_result_comes_last),
        cmocka_unit_test(no_job_waits_for_a_thread_with_a_rate_or_an_early_end),
        cmocka_unit_test(results_come_in_reverse),
        cmocka_unit_test(sorted_list_does_not_delay_other_hosts),
        cmocka_unit_test(look_ahead_is_bounded),
        cmocka_unit_test(all_targets_that_are_there_are_taken_before_one_starts),
        cmocka_unit_test(bad_input_is_not_checked),
        cmocka_unit_test(skipped_targets_are_not_checked),
        cmocka_unit_test(all_targets_may_be_skipped),
        cmocka_unit_test(on_idle_is_called_at_the_time_it_returned),
        cmocka_unit_test(retries_are_made),
        cmocka_unit_test(checks_of_a_paused_host_are_made_later),
        cmocka_unit_test(interrupted_retries_deliver_the_last_result),
    };

    return RUN_TESTS(tests);
}
