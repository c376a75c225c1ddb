/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>

#include "fake_run.h"
#include "fast_clock.h"

/*
 * Runs that go short: of threads (WRAPPED = pthread_create), or of what checks need.
 * Less at once, later, but each target has its result; class local only if nothing else helps.
 */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);

/* The threads that the system gives, and after how many failures it gives more. */
#define NO_LIMIT SIZE_MAX

static size_t threads_left = NO_LIMIT;
static size_t failures_left;
static size_t failures;

/* All threads are started by the test's own. */
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument)
{
    if (threads_left == 0 && failures_left > 0) {
        failures_left--;
        failures++;
        return EAGAIN;
    }
    if (threads_left > 0 && threads_left != NO_LIMIT)
        threads_left--;
    return __real_pthread_create(thread, attributes, body, argument);
}

static void give_threads(size_t count, size_t failures_then)
{
    threads_left = count;
    failures_left = failures_then;
    failures = 0;
}

/* The pauses between the tries of what fails add up to seconds. */
static int setup(void **state)
{
    (void)state;
    clock_run(20, 1);
    give_threads(NO_LIMIT, 0);
    return 0;
}

/* Before the first check is started, and when the run's other threads have been. */
static size_t threads_for_checks, failures_for_checks;
static bool given;

static int64_t give_once(struct fake *fake, const struct pulse *pulse)
{
    (void)fake;
    (void)pulse;
    if (!given)
        give_threads(threads_for_checks, failures_for_checks);
    given = true;
    return CLOCK_NEVER;
}

static struct fake *new_short_of_threads(size_t count, size_t max, size_t threads, size_t failing)
{
    struct fake *fake = fake_new(count, 10, max);

    give_threads(NO_LIMIT, 0);
    given = false;
    threads_for_checks = threads;
    failures_for_checks = failing;
    fake->pause = give_once;
    return fake;
}

TEST(no_thread_at_all_is_a_local_result_for_each)
{
    struct fake *fake = new_short_of_threads(20, 8, 0, SIZE_MAX);

    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_LOCAL), 20);
    assert_int_equal(fake->peak, 0);
    assert_int_equal(fake->lowers, 1);
    assert_int_equal(fake->lowered_to, 1);
    assert_int_equal(fake->lowered_error, EAGAIN);
    assert_true(failures > 20);
    assert_true(fake->trims > 0);
    fake_free(fake);
}

TEST(few_threads_do_it_all)
{
    for (size_t threads = 1; threads <= 5; threads += 2) {
        struct fake *fake = new_short_of_threads(300, 16, threads, SIZE_MAX);

        fake_expect_done(fake);
        assert_int_equal(fake_results(fake, CAUSE_NONE), 300);
        assert_in_range(fake->peak, 1, threads);
        assert_int_equal(fake->lowers, 1);
        assert_in_range(fake->lowered_to, 1, threads);
        assert_int_equal(fake->lowered_error, EAGAIN);
        fake_free(fake);
    }
}

TEST(threads_that_come_later_are_waited_for)
{
    struct fake *fake = new_short_of_threads(50, 8, 0, 4);

    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 50);
    assert_int_equal(failures, 4);
    assert_int_equal(fake->lowers, 1);
    fake_free(fake);
}

TEST(threads_that_fail_now_and_then_lose_nothing)
{
    struct fake *fake = new_short_of_threads(500, 16, 6, 2);

    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 500);
    assert_int_equal(failures, 2);
    fake_free(fake);
}

TEST(run_that_cannot_begin_says_so)
{
    struct fake *fake = fake_new(5, 1, 4);
    struct list *list = fake_list(fake);
    struct run run;

    give_threads(0, SIZE_MAX);
    run = fake_run_list(fake, list);
    assert_int_equal(run.end, RUN_FAILED);
    assert_non_null(strstr(run.error.text, strerror(EAGAIN)));
    assert_int_equal(fake->delivered, 0);
    fake_free(fake);
}

/* A check that finds this machine short of something. */
static void fall_short(struct result *result)
{
    result->verdict = VERDICT_FAILED;
    result->cause = CAUSE_LOCAL;
    result->message = strdup("short");
    result->outcome.phase = PHASE_CONNECT;
    result->outcome.code = CURLE_COULDNT_CONNECT;
    result->outcome.os_error = EMFILE;
}

static void fall_short_three_times(struct fake *fake, size_t index, struct result *result)
{
    if (atomic_load(&fake->records[index].checks) <= 3)
        fall_short(result);
}

TEST(target_that_falls_short_is_tried_again)
{
    struct fake *fake = fake_new(1, 1, 8);

    fake->behave = fall_short_three_times;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 1);
    assert_int_equal(atomic_load(&fake->records[0].checks), 4);
    assert_true(fake->trims > 0);
    fake_free(fake);
}

/* This machine is short of descriptors for a while, from the first check on. */
static _Atomic int64_t relief_us;

static bool is_short_for_a_while(void)
{
    int64_t unset = 0;

    atomic_compare_exchange_strong(&relief_us, &unset, clock_now_us() + 100 * CLOCK_MS);
    return clock_now_us() < atomic_load(&relief_us);
}

static void fall_short_for_a_while(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    (void)index;
    if (is_short_for_a_while())
        fall_short(result);
}

TEST(shortage_that_passes_is_not_seen)
{
    static const size_t maxima[] = {1, 8, 50};

    for (size_t i = 0; i < COUNT_OF(maxima); i++) {
        struct fake *fake = fake_new(300, 5, maxima[i]);

        atomic_store(&relief_us, 0);
        fake->behave = fall_short_for_a_while;
        fake_expect_done(fake);
        assert_int_equal(fake_results(fake, CAUSE_NONE), 300);
        assert_true(fake->trims > 0);
        fake_free(fake);
    }
}

/* libcurl's own want of memory. */
static void run_out_of_memory_for_a_while(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    (void)index;
    if (!is_short_for_a_while())
        return;
    fall_short(result);
    result->outcome.code = CURLE_OUT_OF_MEMORY;
    result->outcome.os_error = 0;
}

TEST(want_of_memory_that_passes_is_not_seen)
{
    struct fake *fake = fake_new(300, 5, 4);

    atomic_store(&relief_us, 0);
    fake->behave = run_out_of_memory_for_a_while;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 300);
    fake_free(fake);
}

/* All that are in flight fall short at once, and main finds all their results at once. */
#define BURST 40

static atomic_size_t fallen;

static void fall_short_together(struct fake *fake, size_t index, struct result *result)
{
    if (atomic_load(&fake->records[index].checks) > 1)
        return;
    FAKE_AWAIT(fake, fake->peak == BURST);
    fall_short(result);
    atomic_fetch_add(&fallen, 1);
}

static int64_t await_the_fallen(struct fake *fake, const struct pulse *pulse)
{
    (void)fake;
    while (pulse->in_flight == BURST && atomic_load(&fallen) < BURST)
        sched_yield();
    return CLOCK_NEVER;
}

TEST(shortage_of_all_at_once_that_passes_is_not_seen)
{
    struct fake *fake = fake_new(BURST, 5, BURST);

    atomic_store(&fallen, 0);
    fake->behave = fall_short_together;
    fake->pause = await_the_fallen;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), BURST);
    assert_int_equal(fake->lowers, 1);
    assert_int_equal(fake->lowered_error, EMFILE);
    fake_free(fake);
}

static void always_fall_short(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    (void)index;
    fall_short(result);
}

TEST(shortage_that_stays_is_a_local_result_for_each)
{
    struct fake *fake = fake_new(20, 5, 8);
    int checks = 0;

    fake->behave = always_fall_short;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_LOCAL), 20);
    for (size_t i = 0; i < 20; i++)
        checks += atomic_load(&fake->records[i].checks);
    assert_true(checks > 20);
    assert_int_equal(fake->lowers, 1);
    fake_free(fake);
}

static void fall_short_at_index_3(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    if (index == 3)
        fall_short(result);
}

/* What one URL alone brings about is its own, whatever it says: the others go on. */
TEST(shortage_of_one_target_does_not_spread)
{
    struct fake *fake = fake_new(200, 10, 8);

    fake->behave = fall_short_at_index_3;
    fake_expect_done(fake);
    assert_int_equal(fake->records[3].cause, CAUSE_LOCAL);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 199);
    fake_free(fake);
}

/* A machine that bears no more than five checks at once. */
static void bear_five(struct fake *fake, size_t index, struct result *result)
{
    bool too_many;

    (void)index;
    pthread_mutex_lock(&fake->mutex);
    too_many = fake->in_flight > 5;
    pthread_mutex_unlock(&fake->mutex);
    if (too_many)
        fall_short(result);
    sched_yield();
}

TEST(run_finds_what_the_machine_bears)
{
    struct fake *fake = fake_new(1000, 20, 64);

    clock_run(1, 1); /* how long it is tried is of that clock, too */
    fake->behave = bear_five;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 1000);
    assert_in_range(fake->lowers, 0, 1);
    fake_free(fake);
}

#define SHORT_TEST(test) cmocka_unit_test_setup(test, setup)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        SHORT_TEST(no_thread_at_all_is_a_local_result_for_each),
        SHORT_TEST(few_threads_do_it_all),
        SHORT_TEST(threads_that_come_later_are_waited_for),
        SHORT_TEST(threads_that_fail_now_and_then_lose_nothing),
        SHORT_TEST(run_that_cannot_begin_says_so),
        SHORT_TEST(target_that_falls_short_is_tried_again),
        SHORT_TEST(shortage_that_passes_is_not_seen),
        SHORT_TEST(want_of_memory_that_passes_is_not_seen),
        SHORT_TEST(shortage_of_all_at_once_that_passes_is_not_seen),
        SHORT_TEST(shortage_that_stays_is_a_local_result_for_each),
        SHORT_TEST(shortage_of_one_target_does_not_spread),
        SHORT_TEST(run_finds_what_the_machine_bears),
    };

    return RUN_TESTS(tests);
}
