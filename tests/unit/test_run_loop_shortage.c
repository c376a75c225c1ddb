/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>

#include "fake_run.h"
#include "fast_clock.h"

/*
 * Runs on a machine that runs out of threads (WRAPPED = pthread_create) or descriptors: fewer checks
 * at once, and later, but each target has its result; CAUSE_LOCAL only if the shortage stays.
 */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);

/* How many threads the system gives, and after how many failures it gives more. */
#define NO_LIMIT SIZE_MAX

static size_t threads_left = NO_LIMIT;
static size_t failures_left;
static size_t failures;

/* Called by the test's own thread only. */
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

/* The pauses between attempts add up to seconds. */
static int setup(void **state)
{
    (void)state;
    clock_run(20, 1);
    give_threads(NO_LIMIT, 0);
    return 0;
}

/* Applied before the first check, when the other threads of the run have been started. */
static size_t threads_for_checks, failures_for_checks;
static bool given;

static int64_t apply_once(struct fake *fake, const struct run_status *status)
{
    (void)fake;
    (void)status;
    if (!given)
        give_threads(threads_for_checks, failures_for_checks);
    given = true;
    return CLOCK_NEVER;
}

static struct fake *new_with_threads(size_t count, size_t max, size_t threads, size_t failing)
{
    struct fake *fake = fake_new(count, 10, max);

    give_threads(NO_LIMIT, 0);
    given = false;
    threads_for_checks = threads;
    failures_for_checks = failing;
    fake->on_idle = apply_once;
    return fake;
}

TEST(without_threads_each_result_is_local)
{
    struct fake *fake = new_with_threads(20, 8, 0, SIZE_MAX);

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

TEST(few_threads_check_all)
{
    for (size_t threads = 1; threads <= 5; threads += 2) {
        struct fake *fake = new_with_threads(300, 16, threads, SIZE_MAX);

        fake_expect_done(fake);
        assert_int_equal(fake_results(fake, CAUSE_NONE), 300);
        assert_in_range(fake->peak, 1, threads);
        assert_int_equal(fake->lowers, 1);
        assert_in_range(fake->lowered_to, 1, threads);
        assert_int_equal(fake->lowered_error, EAGAIN);
        fake_free(fake);
    }
}

TEST(threads_may_come_later)
{
    struct fake *fake = new_with_threads(50, 8, 0, 4);

    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 50);
    assert_int_equal(failures, 4);
    assert_int_equal(fake->lowers, 1);
    fake_free(fake);
}

TEST(failing_thread_starts_lose_nothing)
{
    struct fake *fake = new_with_threads(500, 16, 6, 2);

    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 500);
    assert_int_equal(failures, 2);
    fake_free(fake);
}

TEST(run_cannot_begin)
{
    struct fake *fake = fake_new(5, 1, 4);
    struct list *list = fake_list(fake);
    struct run_outcome outcome;

    give_threads(0, SIZE_MAX);
    outcome = fake_run_list(fake, list);
    assert_int_equal(outcome.end, RUN_FAILED);
    assert_non_null(strstr(outcome.error.text, strerror(EAGAIN)));
    assert_int_equal(fake->delivered, 0);
    fake_free(fake);
}

/* The check finds no descriptor. */
static void run_out(struct result *result)
{
    result->verdict = VERDICT_UNKNOWN;
    result->cause = CAUSE_LOCAL;
    result->message = strdup("short");
    result->outcome.phase = PHASE_CONNECT;
    result->outcome.code = CURLE_COULDNT_CONNECT;
    result->outcome.os_error = EMFILE;
}

static void run_out_three_times(struct fake *fake, size_t index, struct result *result)
{
    if (atomic_load(&fake->records[index].checks) <= 3)
        run_out(result);
}

TEST(target_is_checked_again_after_a_shortage)
{
    struct fake *fake = fake_new(1, 1, 8);

    fake->behave = run_out_three_times;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 1);
    assert_int_equal(atomic_load(&fake->records[0].checks), 4);
    assert_true(fake->trims > 0);
    fake_free(fake);
}

/* Without a queue of the threads, so that each start is main's. */
static int64_t back_off_end_us;
static atomic_int too_early;

static void run_out_first(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    (void)index;
    atomic_fetch_add(&too_early, clock_now_us() < back_off_end_us);
    if (back_off_end_us)
        return;
    run_out(result);
    back_off_end_us = clock_now_us() + 20 * CLOCK_MS;
}

TEST(nothing_is_started_during_the_back_off)
{
    struct fake *fake = fake_new(20, 5, 1);

    clock_run(1, 5);
    back_off_end_us = 0;
    atomic_store(&too_early, 0);
    fake->config.may_end_early = true;
    fake->behave = run_out_first;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 20);
    assert_int_equal(atomic_load(&too_early), 0);
    fake_free(fake);
}

/* There are no descriptors for a while, from the first check on. */
static _Atomic int64_t relief_us;

static bool is_short_for_a_while(void)
{
    int64_t unset = 0;

    atomic_compare_exchange_strong(&relief_us, &unset, clock_now_us() + 100 * CLOCK_MS);
    return clock_now_us() < atomic_load(&relief_us);
}

static void run_out_for_a_while(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    (void)index;
    if (is_short_for_a_while())
        run_out(result);
}

TEST(short_shortage_is_not_reported)
{
    static const size_t maxima[] = {1, 8, 50};

    for (size_t i = 0; i < COUNT_OF(maxima); i++) {
        struct fake *fake = fake_new(300, 5, maxima[i]);

        atomic_store(&relief_us, 0);
        fake->behave = run_out_for_a_while;
        fake_expect_done(fake);
        assert_int_equal(fake_results(fake, CAUSE_NONE), 300);
        assert_true(fake->trims > 0);
        fake_free(fake);
    }
}

/* An allocation fails inside of libcurl. */
static void run_out_of_memory_for_a_while(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    (void)index;
    if (!is_short_for_a_while())
        return;
    run_out(result);
    result->outcome.code = CURLE_OUT_OF_MEMORY;
    result->outcome.os_error = 0;
}

TEST(short_memory_shortage_is_not_reported)
{
    struct fake *fake = fake_new(300, 5, 4);

    atomic_store(&relief_us, 0);
    fake->behave = run_out_of_memory_for_a_while;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 300);
    fake_free(fake);
}

/* All checks in flight run out at once, and main finds all their results at once. */
#define BURST 40

static atomic_size_t ran_out;

static void run_out_together(struct fake *fake, size_t index, struct result *result)
{
    if (atomic_load(&fake->records[index].checks) > 1)
        return;
    FAKE_AWAIT(fake, fake->peak == BURST);
    run_out(result);
    atomic_fetch_add(&ran_out, 1);
}

static int64_t await_all(struct fake *fake, const struct run_status *status)
{
    (void)fake;
    while (status->in_flight == BURST && atomic_load(&ran_out) < BURST)
        sched_yield();
    return CLOCK_NEVER;
}

TEST(shortage_of_all_at_once_is_not_reported)
{
    struct fake *fake = fake_new(BURST, 5, BURST);

    atomic_store(&ran_out, 0);
    fake->behave = run_out_together;
    fake->on_idle = await_all;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), BURST);
    assert_int_equal(fake->lowers, 1);
    assert_int_equal(fake->lowered_error, EMFILE);
    fake_free(fake);
}

static void always_run_out(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    (void)index;
    run_out(result);
}

TEST(lasting_shortage_makes_each_result_local)
{
    struct fake *fake = fake_new(20, 5, 8);
    int checks = 0;

    fake->behave = always_run_out;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_LOCAL), 20);
    for (size_t i = 0; i < 20; i++)
        checks += atomic_load(&fake->records[i].checks);
    assert_true(checks > 20);
    assert_int_equal(fake->lowers, 1);
    fake_free(fake);
}

static void run_out_at_index_3(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    if (index == 3)
        run_out(result);
}

TEST(shortage_of_one_target_is_its_own)
{
    struct fake *fake = fake_new(200, 10, 8);

    fake->behave = run_out_at_index_3;
    fake_expect_done(fake);
    assert_int_equal(fake->records[3].cause, CAUSE_LOCAL);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 199);
    fake_free(fake);
}

/* A machine with descriptors for five checks at once. */
static void have_five(struct fake *fake, size_t index, struct result *result)
{
    bool too_many;

    (void)index;
    pthread_mutex_lock(&fake->mutex);
    too_many = fake->in_flight > 5;
    pthread_mutex_unlock(&fake->mutex);
    if (too_many)
        run_out(result);
    sched_yield();
}

TEST(limit_adapts_to_the_machine)
{
    struct fake *fake = fake_new(1000, 20, 64);

    clock_run(1, 1); /* the back-off uses this clock, too */
    fake->behave = have_five;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 1000);
    assert_in_range(fake->lowers, 0, 1);
    fake_free(fake);
}

#define SHORT_TEST(test) cmocka_unit_test_setup(test, setup)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        SHORT_TEST(without_threads_each_result_is_local),
        SHORT_TEST(few_threads_check_all),
        SHORT_TEST(threads_may_come_later),
        SHORT_TEST(failing_thread_starts_lose_nothing),
        SHORT_TEST(run_cannot_begin),
        SHORT_TEST(target_is_checked_again_after_a_shortage),
        SHORT_TEST(nothing_is_started_during_the_back_off),
        SHORT_TEST(short_shortage_is_not_reported),
        SHORT_TEST(short_memory_shortage_is_not_reported),
        SHORT_TEST(shortage_of_all_at_once_is_not_reported),
        SHORT_TEST(lasting_shortage_makes_each_result_local),
        SHORT_TEST(shortage_of_one_target_is_its_own),
        SHORT_TEST(limit_adapts_to_the_machine),
    };

    return RUN_TESTS(tests);
}
