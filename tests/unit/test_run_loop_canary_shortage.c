/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <limits.h>

#include "engine/worker_pool.h"
#include "fake_canaries.h"

/*
 * Runs on a machine that runs out of threads (WRAPPED = pthread_create) or descriptors for the
 * canaries. That says nothing about the network.
 */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);

static size_t threads_before; /* started before any is refused */
static size_t refusals_left;

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument)
{
    if (threads_before == 0 && refusals_left > 0) {
        refusals_left--;
        return EAGAIN;
    }
    threads_before -= threads_before > 0;
    return __real_pthread_create(thread, attributes, body, argument);
}

/* The threads of the signals and of the list are started before the canaries'. */
#define THREADS_BEFORE 2

static void refuse_canary_threads(size_t times)
{
    threads_before = THREADS_BEFORE;
    refusals_left = times;
}

TEST(short_thread_shortage_is_not_reported)
{
    struct fake *fake = fake_with_canaries(50, 4, 1);

    refuse_canary_threads(5);
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 50);
    assert_int_equal(refusals_left, 0);
    assert_int_equal(atomic_load(&asks), 1);
    assert_int_equal(fake->trims, 5);
    fake_free(fake);
}

TEST(lasting_thread_shortage_fails_the_run)
{
    struct fake *fake = fake_with_canaries(50, 4, 2);
    struct run_outcome outcome;

    refuse_canary_threads(SIZE_MAX);
    outcome = fake_run(fake);
    assert_int_equal(outcome.end, RUN_FAILED);
    assert_non_null(strstr(outcome.error.text, "cannot check the canary http://***@canary/: "));
    assert_non_null(strstr(outcome.error.text, strerror(EAGAIN)));
    assert_int_equal(fake->delivered, 0);
    fake_free(fake);
}

/* From the second ask on, there is no descriptor for the canary. */
static int shortage_ends;

static void check_canary_without_descriptors(void *context, const struct target *target,
                                             const struct probe_options *options,
                                             struct result *result)
{
    int number;

    check_canary(context, target, options, result);
    number = atomic_load(&asks);
    if (number > 1 && number <= shortage_ends)
        fail_as(result, CAUSE_LOCAL);
}

TEST(short_shortage_during_the_run)
{
    struct fake *fake = fake_with_canaries(1000, 16, 1);

    shortage_ends = 5;
    fake->config.canaries.check = check_canary_without_descriptors;
    fake->behave = fail_every_third;
    fake->deliver = expect_asked_after;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_REFUSED), 334);
    assert_int_equal(fake_results(fake, CAUSE_LOCAL), 0);
    fake_free(fake);
}

/* Checks that the rate allows but the shortage bars do not keep main awake. */
TEST(main_sleeps_during_a_shortage)
{
    struct fake *fake = fake_with_canaries(200, 4, 1);

    shortage_ends = 8;
    fake->config.canaries.check = check_canary_without_descriptors;
    fake->config.scheduling = (struct scheduler_rules){.rate = 40, .rate_period_us = CLOCK_S};
    fake->behave = fail_all;
    fake_expect_done(fake);
    assert_in_range(atomic_load(&turns), 1, 3000);
    fake_free(fake);
}

/* This machine has descriptors for either the canary or checks. */
static void check_canary_alone(void *context, const struct target *target,
                               const struct probe_options *options, struct result *result)
{
    struct fake *fake = context;
    bool is_alone;

    check_canary(context, target, options, result);
    pthread_mutex_lock(&fake->mutex);
    is_alone = fake->in_flight == 0;
    pthread_mutex_unlock(&fake->mutex);
    if (atomic_load(&asks) > 1 && !is_alone)
        fail_as(result, CAUSE_LOCAL);
}

#define FAILING 300

static void fail_the_first(struct fake *fake, size_t index, struct result *result)
{
    const struct timespec while_asked = {.tv_nsec = 200000};

    (void)fake;
    nanosleep(&while_asked, NULL);
    if (index < FAILING)
        fail_as(result, CAUSE_REFUSED);
}

static size_t delivered_before_first;

static enum delivery note_the_first(struct fake *fake, size_t index)
{
    if (index == 0)
        delivered_before_first = fake->delivered;
    return DELIVERY_CONTINUE;
}

TEST(checks_wait_for_a_canary_without_descriptors)
{
    struct fake *fake = fake_with_canaries(4000, 8, 1);

    fake->config.canaries.check = check_canary_alone;
    fake->behave = fail_the_first;
    fake->deliver = note_the_first;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_REFUSED), FAILING);
    assert_in_range(delivered_before_first, 1, 2000);
    fake_free(fake);
}

TEST(lasting_shortage_delivers_no_unverified_verdict)
{
    struct fake *fake = fake_with_canaries(1000, 16, 1);

    shortage_ends = INT_MAX;
    fake->config.canaries.check = check_canary_without_descriptors;
    fake->behave = fail_every_third;
    assert_int_equal(fake_run(fake).end, RUN_FAILED);
    fake_expect_rules(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), fake->delivered);
    fake_free(fake);
}

ssize_t __real_worker_pool_receive(struct worker_pool *pool, struct completion *completions,
                                   size_t max, int64_t deadline_us);
ssize_t __wrap_worker_pool_receive(struct worker_pool *pool, struct completion *completions,
                                   size_t max, int64_t deadline_us);

static bool is_pool_dead;

ssize_t __wrap_worker_pool_receive(struct worker_pool *pool, struct completion *completions,
                                   size_t max, int64_t deadline_us)
{
    if (!is_pool_dead)
        return __real_worker_pool_receive(pool, completions, max, deadline_us);
    errno = EDEADLK;
    return -1;
}

/* The first completion of the run is a canary's. */
TEST(lost_canary_ends_the_run)
{
    struct fake *fake = fake_with_canaries(10, 4, 2);
    struct run_outcome outcome;

    is_pool_dead = true;
    outcome = fake_run(fake);
    assert_int_equal(outcome.end, RUN_FAILED);
    assert_string_equal(outcome.error.text, "a canary gave no result");
    assert_false(outcome.threads_left);
    assert_int_equal(fake->delivered, 0);
    fake_free(fake);
}

static int setup(void **state)
{
    is_pool_dead = false;
    threads_before = refusals_left = 0;
    return canaries_setup(state);
}

#define SHORT_TEST(test) cmocka_unit_test_setup_teardown(test, setup, canaries_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        SHORT_TEST(short_thread_shortage_is_not_reported),
        SHORT_TEST(lasting_thread_shortage_fails_the_run),
        SHORT_TEST(short_shortage_during_the_run),
        SHORT_TEST(main_sleeps_during_a_shortage),
        SHORT_TEST(checks_wait_for_a_canary_without_descriptors),
        SHORT_TEST(lasting_shortage_delivers_no_unverified_verdict),
        SHORT_TEST(lost_canary_ends_the_run),
    };

    return RUN_TESTS(tests);
}
