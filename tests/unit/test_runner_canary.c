/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <signal.h>

#include "fake_canaries.h"

/*
 * Runs with canaries: what is in doubt is delivered only after one that was asked later was up, and
 * not at all if none is.
 */

static atomic_int too_soon;

static void expect_asked_before(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    (void)index;
    (void)result;
    if (atomic_load(&asks) == 0)
        atomic_fetch_add(&too_soon, 1);
}

TEST(canary_is_asked_before_anything_else)
{
    struct fake *fake = fake_with_canaries(500, 16, 1);

    fake->behave = expect_asked_before;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 500);
    assert_int_equal(atomic_load(&asks), 1);
    assert_int_equal(atomic_load(&too_soon), 0);
    fake_free(fake);
}

TEST(without_a_network_nothing_is_begun)
{
    struct fake *fake = fake_with_canaries(500, 16, 2);
    struct run run;

    atomic_store(&is_up, false);
    run = fake_run(fake);
    assert_int_equal(run.end, RUN_OFFLINE);
    assert_string_equal(run.error.text, "http://***@canary/: unreachable: fake");
    assert_false(run.threads_left);
    assert_int_equal(fake->admitted, 0);
    assert_int_equal(fake->delivered, 0);
    fake_free(fake);
}

TEST(what_fails_is_believed_after_a_canary_that_was_asked_later)
{
    static const size_t maxima[] = {1, 7, 100};

    for (size_t i = 0; i < COUNT_OF(maxima); i++) {
        struct fake *fake = fake_with_canaries(3000, maxima[i], 1);

        fake->behave = fail_every_third;
        fake->deliver = expect_asked_after;
        fake_expect_done(fake);
        assert_int_equal(fake_results(fake, CAUSE_REFUSED), 1000);
        assert_true(atomic_load(&asks) > 1);
        fake_free(fake);
        atomic_store(&asks, 0);
    }
}

TEST(all_that_is_dead_is_told_where_there_is_a_network)
{
    struct fake *fake = fake_with_canaries(1000, 16, 1);

    fake->behave = fail_all;
    fake->deliver = expect_asked_after;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_TIMEOUT_CONNECT), 1000);
    fake_free(fake);
}

/* The network goes away with a check in the midst of the list: what ends later fails. */
#define LAST_GOOD 300

static void lose_the_network(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    if (index == LAST_GOOD)
        atomic_store(&is_up, false);
    if (!atomic_load(&is_up))
        fail_as(result, CAUSE_UNREACHABLE);
}

TEST(network_that_goes_away_gives_no_verdict)
{
    static const size_t maxima[] = {1, 50};

    for (size_t i = 0; i < COUNT_OF(maxima); i++) {
        struct fake *fake = fake_with_canaries(1000, maxima[i], 2);
        struct run run;

        atomic_store(&is_up, true);
        fake->behave = lose_the_network;
        run = fake_run(fake);
        assert_int_equal(run.end, RUN_OFFLINE);
        assert_false(run.threads_left);
        fake_expect_rules(fake);
        assert_int_equal(fake->cancels, 1);
        assert_int_equal(fake_results(fake, CAUSE_NONE), fake->delivered);
        assert_int_equal(fake_results(fake, CAUSE_UNREACHABLE), 0);
        fake_free(fake);
    }
}

/* One is in flight when the network is found to be down, and ends well all the same. */
static void end_after_the_network(struct fake *fake, size_t index, struct result *result)
{
    if (index == 0) {
        FAKE_AWAIT(fake, fake->cancels > 0);
        return;
    }
    atomic_store(&is_up, false);
    fail_as(result, CAUSE_UNREACHABLE);
}

TEST(nothing_is_delivered_once_the_network_is_down)
{
    struct fake *fake = fake_with_canaries(2, 2, 1);

    fake->behave = end_after_the_network;
    assert_int_equal(fake_run(fake).end, RUN_OFFLINE);
    assert_int_equal(atomic_load(&fake->records[0].checks), 1);
    assert_int_equal(fake->delivered, 0);
    fake_free(fake);
}

/* The run is stopped by the first result; one in flight fails then, and nobody may be asked. */
static void fail_after_the_stop(struct fake *fake, size_t index, struct result *result)
{
    if (index == 0)
        return;
    FAKE_AWAIT(fake, fake->cancels > 0);
    fail_as(result, CAUSE_REFUSED);
}

static enum delivery stop_at_once(struct fake *fake, size_t index)
{
    (void)fake;
    (void)index;
    return DELIVERY_IN_VAIN;
}

TEST(stopped_in_doubt)
{
    struct fake *fake = fake_with_canaries(2, 2, 1);

    fake->behave = fail_after_the_stop;
    fake->deliver = stop_at_once;
    assert_int_equal(fake_run(fake).end, RUN_STOPPED);
    assert_int_equal(fake->records[0].results, 1);
    assert_int_equal(fake->records[1].results, 0);
    fake_free(fake);
}

/* The run has had enough while what failed waits for its confirmation. */
static void fail_the_first(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    if (index == 0)
        fail_as(result, CAUSE_REFUSED);
}

static enum delivery have_enough(struct fake *fake, size_t index)
{
    (void)fake;
    (void)index;
    return DELIVERY_ENOUGH;
}

TEST(enough_in_doubt)
{
    struct fake *fake = fake_with_canaries(2, 1, 1);

    fake->runner.retry = (struct retry_rules){.confirms = 1, .confirm_delay_us = 100 * CLOCK_S};
    fake->runner.ends_early = true;
    fake->behave = fail_the_first;
    fake->deliver = have_enough;
    assert_int_equal(fake_run(fake).end, RUN_ENOUGH);
    assert_int_equal(fake->records[0].results, 0);
    assert_int_equal(fake->records[1].results, 1);
    fake_free(fake);
}

TEST(what_is_confirmed_is_believed_after_a_canary_that_was_asked_later)
{
    struct fake *fake = fake_with_canaries(200, 7, 1);

    fake->runner.retry = (struct retry_rules){.confirms = 2, .confirm_delay_us = CLOCK_S};
    fake->behave = fail_every_third;
    fake->deliver = expect_asked_after;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_REFUSED), 67);
    assert_int_equal(atomic_load(&fake->records[0].checks), 3);
    fake_free(fake);
}

TEST(deadline_while_what_failed_waits_for_its_confirmation)
{
    struct fake *fake = fake_with_canaries(20, 4, 1);

    fake->runner.retry = (struct retry_rules){.confirms = 1, .confirm_delay_us = 100 * CLOCK_S};
    fake->runner.deadline_us = clock_now_us() + 5 * CLOCK_S;
    fake->behave = fail_all;
    assert_int_equal(fake_run(fake).end, RUN_DEADLINE);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_DEADLINE), 20);
    fake_free(fake);
}

/* A port that should be closed, and seems so. */
static void pass_without_a_response(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    if (index != 3)
        return;
    atomic_store(&is_up, false);
    result->outcome.phase = PHASE_CONNECT;
    result->outcome.status = 0;
}

TEST(what_is_ok_without_a_response_is_in_doubt_too)
{
    struct fake *fake = fake_with_canaries(10, 1, 1);

    fake->behave = pass_without_a_response;
    assert_int_equal(fake_run(fake).end, RUN_OFFLINE);
    assert_int_equal(fake->records[3].results, 0);
    assert_int_equal(fake->delivered, 9);
    fake_free(fake);
}

/* One canary is up; the other one has not answered when all is done. */
TEST(run_does_not_wait_for_a_canary_that_is_not_needed)
{
    struct fake *fake = fake_with_canaries(50, 4, 2);
    struct run run;

    atomic_store(&stalls, true);
    fake->behave = fail_every_third;
    run = fake_run(fake);
    assert_int_equal(run.end, RUN_DONE);
    assert_false(run.threads_left);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_REFUSED), 17);
    assert_int_equal(fake->cancels, 1);
    fake_free(fake);
}

/* The canary stalls from the first failure on; later there is a signal, and failures after it. */
static void interrupt_while_in_doubt(struct fake *fake, size_t index, struct result *result)
{
    fail_as(result, CAUSE_REFUSED);
    atomic_store(&stalls, true);
    if (index < 3)
        return;
    FAKE_AWAIT(fake, fake->admitted == fake->count);
    kill(getpid(), SIGTERM);
    FAKE_AWAIT(fake, fake->cancels > 0);
}

TEST(interrupted_in_doubt_is_cancelled)
{
    struct fake *fake = fake_with_canaries(20, 1, 1);
    struct run run;

    fake->runner.canaries.targets++; /* the one that stalls */
    fake->behave = interrupt_while_in_doubt;
    run = fake_run(fake);
    assert_int_equal(run.end, RUN_INTERRUPTED);
    assert_false(run.threads_left);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_CANCELLED), 20);
    fake_free(fake);
}

/* All have failed, and the canary stalls. */
static void fail_and_stall(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    (void)index;
    atomic_store(&stalls, true);
    fail_as(result, CAUSE_REFUSED);
}

TEST(deadline_in_doubt)
{
    struct fake *fake = fake_with_canaries(20, 4, 1);
    struct run run;

    fake->runner.canaries.targets++;
    fake->runner.deadline_us = clock_now_us() + 5 * CLOCK_S;
    fake->behave = fail_and_stall;
    run = fake_run(fake);
    assert_int_equal(run.end, RUN_DEADLINE);
    assert_true(run.unfinished);
    assert_false(run.threads_left);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_DEADLINE), 20);
    fake_free(fake);
}

/* What was tried in vain, and would be tried again, is as much in doubt. */
TEST(deadline_while_what_failed_waits_for_another_attempt)
{
    struct fake *fake = fake_with_canaries(20, 4, 1);

    fake->runner.retry = (struct retry_rules){.max = 3, .delay_us = 100 * CLOCK_S};
    fake->runner.deadline_us = clock_now_us() + 5 * CLOCK_S;
    fake->behave = fail_all;
    assert_int_equal(fake_run(fake).end, RUN_DEADLINE);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_DEADLINE), 20);
    fake_free(fake);
}

/* Ten asks of a second each, and a rate that is due all the time: main sleeps through it. */
static void ask_slowly(void *context, const struct target *target,
                       const struct probe_options *options, struct result *result)
{
    struct timespec pause = {.tv_nsec = 50000000};

    nanosleep(&pause, NULL);
    ask(context, target, options, result);
}

TEST(waiting_for_a_canary_costs_nothing)
{
    struct fake *fake = fake_with_canaries(10, 4, 1);

    fake->runner.canaries.check = ask_slowly;
    fake->runner.rules = (struct schedule_rules){.rate = 1000, .rate_period_us = CLOCK_S};
    fake->behave = fail_all;
    fake_expect_done(fake);
    assert_in_range(atomic_load(&pauses), 1, 100);
    fake_free(fake);
}

#define CANARY_TEST(test) cmocka_unit_test_setup_teardown(test, canaries_setup, canaries_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CANARY_TEST(canary_is_asked_before_anything_else),
        CANARY_TEST(without_a_network_nothing_is_begun),
        CANARY_TEST(what_fails_is_believed_after_a_canary_that_was_asked_later),
        CANARY_TEST(all_that_is_dead_is_told_where_there_is_a_network),
        CANARY_TEST(network_that_goes_away_gives_no_verdict),
        CANARY_TEST(nothing_is_delivered_once_the_network_is_down),
        CANARY_TEST(stopped_in_doubt),
        CANARY_TEST(enough_in_doubt),
        CANARY_TEST(what_is_confirmed_is_believed_after_a_canary_that_was_asked_later),
        CANARY_TEST(deadline_while_what_failed_waits_for_its_confirmation),
        CANARY_TEST(what_is_ok_without_a_response_is_in_doubt_too),
        CANARY_TEST(run_does_not_wait_for_a_canary_that_is_not_needed),
        CANARY_TEST(interrupted_in_doubt_is_cancelled),
        CANARY_TEST(deadline_in_doubt),
        CANARY_TEST(deadline_while_what_failed_waits_for_another_attempt),
        CANARY_TEST(waiting_for_a_canary_costs_nothing),
    };

    return RUN_TESTS(tests);
}
