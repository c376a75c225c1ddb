/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <limits.h>

#include "fake_canaries.h"

/*
 * Runs whose canaries cannot be asked for want of something (of threads: WRAPPED = pthread_create).
 * That says nothing about the network.
 */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*body)(void *), void *argument);

static size_t threads_before; /* that are given before some are refused */
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

/* Those of signals and of the list come before the canary's. */
#define THREADS_BEFORE 2

static void refuse_canary_threads(size_t times)
{
    threads_before = THREADS_BEFORE;
    refusals_left = times;
}

TEST(want_of_a_thread_for_the_canary_that_passes_is_not_seen)
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

TEST(want_of_a_thread_for_the_canary_that_stays_is_no_network_that_is_down)
{
    struct fake *fake = fake_with_canaries(50, 4, 2);
    struct run run;

    refuse_canary_threads(SIZE_MAX);
    run = fake_run(fake);
    assert_int_equal(run.end, RUN_FAILED);
    assert_non_null(strstr(run.error.text, "cannot ask the canary http://***@canary/: "));
    assert_non_null(strstr(run.error.text, strerror(EAGAIN)));
    assert_int_equal(fake->delivered, 0);
    fake_free(fake);
}

/* Asks from the second on find this machine short of something. */
static int short_until;

static void ask_falling_short(void *context, const struct target *target,
                              const struct probe_options *options, struct result *result)
{
    int number;

    ask(context, target, options, result);
    number = atomic_load(&asks);
    if (number > 1 && number <= short_until)
        fail_as(result, CAUSE_LOCAL);
}

TEST(want_of_the_canary_in_the_midst_of_a_run)
{
    struct fake *fake = fake_with_canaries(1000, 16, 1);

    short_until = 5;
    fake->runner.canaries.check = ask_falling_short;
    fake->behave = fail_every_third;
    fake->deliver = expect_asked_after;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_REFUSED), 334);
    assert_int_equal(fake_results(fake, CAUSE_LOCAL), 0);
    fake_free(fake);
}

/* What is due by the rate, but may not be started, does not keep main awake. */
TEST(want_of_the_canary_is_slept_through)
{
    struct fake *fake = fake_with_canaries(200, 4, 1);

    short_until = 8;
    fake->runner.canaries.check = ask_falling_short;
    fake->runner.rules = (struct schedule_rules){.rate = 40, .rate_period_us = CLOCK_S};
    fake->behave = fail_all;
    fake_expect_done(fake);
    assert_in_range(atomic_load(&pauses), 1, 3000);
    fake_free(fake);
}

/* This machine bears either a canary or checks. */
static void ask_alone(void *context, const struct target *target,
                      const struct probe_options *options, struct result *result)
{
    struct fake *fake = context;
    bool is_alone;

    ask(context, target, options, result);
    pthread_mutex_lock(&fake->mutex);
    is_alone = fake->in_flight == 0;
    pthread_mutex_unlock(&fake->mutex);
    if (atomic_load(&asks) > 1 && !is_alone)
        fail_as(result, CAUSE_LOCAL);
}

/* So many that there is no waiting for what is suspicious. */
#define FAILING 300

static void fail_at_first(struct fake *fake, size_t index, struct result *result)
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
    return DELIVERY_GO_ON;
}

TEST(checks_make_way_for_a_canary_that_falls_short)
{
    struct fake *fake = fake_with_canaries(4000, 8, 1);

    fake->runner.canaries.check = ask_alone;
    fake->behave = fail_at_first;
    fake->deliver = note_the_first;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_REFUSED), FAILING);
    assert_in_range(delivered_before_first, 1, 2000);
    fake_free(fake);
}

TEST(want_of_the_canary_that_stays_ends_the_run_without_verdicts_in_doubt)
{
    struct fake *fake = fake_with_canaries(1000, 16, 1);

    short_until = INT_MAX;
    fake->runner.canaries.check = ask_falling_short;
    fake->behave = fail_every_third;
    assert_int_equal(fake_run(fake).end, RUN_FAILED);
    fake_expect_rules(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), fake->delivered);
    fake_free(fake);
}

/* A canary that ends its thread without a result. */
static void ask_and_die(void *context, const struct target *target,
                        const struct probe_options *options, struct result *result)
{
    (void)context;
    (void)target;
    (void)options;
    (void)result;
    pthread_exit(NULL);
}

TEST(lost_canary_ends_the_run)
{
    struct fake *fake = fake_with_canaries(10, 4, 2);

    fake->runner.canaries.check = ask_and_die;
    assert_int_equal(fake_run(fake).end, RUN_FAILED);
    assert_int_equal(fake->delivered, 0);
    fake_free(fake);
}

static int setup(void **state)
{
    threads_before = refusals_left = 0;
    return canaries_setup(state);
}

#define SHORT_TEST(test) cmocka_unit_test_setup_teardown(test, setup, canaries_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        SHORT_TEST(want_of_a_thread_for_the_canary_that_passes_is_not_seen),
        SHORT_TEST(want_of_a_thread_for_the_canary_that_stays_is_no_network_that_is_down),
        SHORT_TEST(want_of_the_canary_in_the_midst_of_a_run),
        SHORT_TEST(want_of_the_canary_is_slept_through),
        SHORT_TEST(checks_make_way_for_a_canary_that_falls_short),
        SHORT_TEST(want_of_the_canary_that_stays_ends_the_run_without_verdicts_in_doubt),
        SHORT_TEST(lost_canary_ends_the_run),
    };

    return RUN_TESTS(tests);
}
