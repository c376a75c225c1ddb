/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <signal.h>

#include "fake_canaries.h"

/*
 * Runs with canaries: a failure without a response is delivered only after a canary that was asked
 * later has answered, and never if none does.
 */

static atomic_int too_soon;

static void note_if_not_asked(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    (void)index;
    (void)result;
    if (atomic_load(&asks) == 0)
        atomic_fetch_add(&too_soon, 1);
}

TEST(canaries_are_asked_first)
{
    struct fake *fake = fake_with_canaries(500, 16, 1);

    fake->behave = note_if_not_asked;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 500);
    assert_int_equal(atomic_load(&asks), 1);
    assert_int_equal(atomic_load(&too_soon), 0);
    fake_free(fake);
}

TEST(nothing_is_checked_without_a_network)
{
    struct fake *fake = fake_with_canaries(500, 16, 2);
    struct run_outcome outcome;

    atomic_store(&is_up, false);
    outcome = fake_run(fake);
    assert_int_equal(outcome.end, RUN_OFFLINE);
    assert_string_equal(outcome.error.text, "http://***@canary/: unreachable: fake");
    assert_false(outcome.threads_left);
    assert_int_equal(fake->admitted, 0);
    assert_int_equal(fake->delivered, 0);
    fake_free(fake);
}

TEST(failures_wait_for_a_later_answer)
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

TEST(all_may_fail_while_the_network_is_up)
{
    struct fake *fake = fake_with_canaries(1000, 16, 1);

    fake->behave = fail_all;
    fake->deliver = expect_asked_after;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_TIMEOUT_CONNECT), 1000);
    fake_free(fake);
}

/* The network goes down during this check: all later checks fail. */
#define LAST_GOOD 300

static void lose_the_network(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    if (index == LAST_GOOD)
        atomic_store(&is_up, false);
    if (!atomic_load(&is_up))
        fail_as(result, CAUSE_UNREACHABLE);
}

TEST(network_that_goes_down_gives_no_verdict)
{
    static const size_t maxima[] = {1, 50};

    for (size_t i = 0; i < COUNT_OF(maxima); i++) {
        struct fake *fake = fake_with_canaries(1000, maxima[i], 2);
        struct run_outcome outcome;

        atomic_store(&is_up, true);
        fake->behave = lose_the_network;
        outcome = fake_run(fake);
        assert_int_equal(outcome.end, RUN_OFFLINE);
        assert_false(outcome.threads_left);
        fake_expect_rules(fake);
        assert_int_equal(fake->cancels, 1);
        assert_int_equal(fake_results(fake, CAUSE_NONE), fake->delivered);
        assert_int_equal(fake_results(fake, CAUSE_UNREACHABLE), 0);
        fake_free(fake);
    }
}

/* The first check takes the network down; each failure would be checked again much later. */
static void fail_without_a_network(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    (void)index;
    atomic_store(&is_up, false);
    fail_as(result, CAUSE_UNREACHABLE);
}

static void expect_offline_before_the_next_attempt(const struct retry_rules *rules)
{
    struct fake *fake = fake_with_canaries(20, 4, 1);

    atomic_store(&is_up, true);
    fake->config.retries = *rules;
    fake->behave = fail_without_a_network;
    assert_int_equal(fake_run(fake).end, RUN_OFFLINE);
    assert_int_equal(fake->delivered, 0);
    for (size_t i = 0; i < fake->count; i++)
        assert_in_range(atomic_load(&fake->records[i].checks), 0, 1);
    fake_free(fake);
}

TEST(failures_that_are_not_final_lead_to_an_ask)
{
    expect_offline_before_the_next_attempt(
        &(struct retry_rules){.max = 3, .delay_us = 3600 * CLOCK_S});
    expect_offline_before_the_next_attempt(
        &(struct retry_rules){.confirms = 1, .confirm_delay_us = 3600 * CLOCK_S});
    expect_offline_before_the_next_attempt(
        &(struct retry_rules){.wait = true, .delay_us = 3600 * CLOCK_S});
}

TEST(deadline_before_the_first_answer)
{
    struct fake *fake = fake_with_canaries(20, 4, 1);
    struct run_outcome outcome;

    atomic_store(&stalls, true);
    fake->config.canaries.targets++; /* the one that stalls */
    fake->config.deadline_us = clock_now_us() + CLOCK_S;
    outcome = fake_run(fake);
    assert_int_equal(outcome.end, RUN_OFFLINE);
    assert_string_equal(outcome.error.text, "");
    assert_int_equal(fake->admitted, 0);
    fake_free(fake);
}

/* The first check ends well, but only once the network was found to be down. */
static void end_after_the_network(struct fake *fake, size_t index, struct result *result)
{
    if (index == 0) {
        FAKE_AWAIT(fake, fake->cancels > 0);
        return;
    }
    atomic_store(&is_up, false);
    fail_as(result, CAUSE_UNREACHABLE);
}

TEST(nothing_is_delivered_after_the_network_is_down)
{
    struct fake *fake = fake_with_canaries(2, 2, 1);

    fake->behave = end_after_the_network;
    assert_int_equal(fake_run(fake).end, RUN_OFFLINE);
    assert_int_equal(atomic_load(&fake->records[0].checks), 1);
    assert_int_equal(fake->delivered, 0);
    fake_free(fake);
}

/* The first result stops the run; then the other check fails. */
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
    return DELIVERY_STOP;
}

TEST(failure_after_a_stop_is_dropped)
{
    struct fake *fake = fake_with_canaries(2, 2, 1);

    fake->behave = fail_after_the_stop;
    fake->deliver = stop_at_once;
    assert_int_equal(fake_run(fake).end, RUN_STOPPED);
    assert_int_equal(fake->records[0].results, 1);
    assert_int_equal(fake->records[1].results, 0);
    fake_free(fake);
}

/* The run has enough while the failure waits to be confirmed. */
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

TEST(enough_drops_unverified_failures)
{
    struct fake *fake = fake_with_canaries(2, 1, 1);

    fake->config.retries = (struct retry_rules){.confirms = 1, .confirm_delay_us = 100 * CLOCK_S};
    fake->config.may_end_early = true;
    fake->behave = fail_the_first;
    fake->deliver = have_enough;
    assert_int_equal(fake_run(fake).end, RUN_ENOUGH);
    assert_int_equal(fake->records[0].results, 0);
    assert_null(fake->records[0].job->result); /* so that it is not printed */
    assert_int_equal(fake->records[1].results, 1);
    fake_free(fake);
}

TEST(confirmed_failures_wait_for_a_later_answer)
{
    struct fake *fake = fake_with_canaries(200, 7, 1);

    fake->config.retries = (struct retry_rules){.confirms = 2, .confirm_delay_us = CLOCK_S};
    fake->behave = fail_every_third;
    fake->deliver = expect_asked_after;
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_REFUSED), 67);
    assert_int_equal(atomic_load(&fake->records[0].checks), 3);
    fake_free(fake);
}

TEST(deadline_before_a_confirmation)
{
    struct fake *fake = fake_with_canaries(20, 4, 1);

    fake->config.retries = (struct retry_rules){.confirms = 1, .confirm_delay_us = 100 * CLOCK_S};
    fake->config.deadline_us = clock_now_us() + 5 * CLOCK_S;
    fake->behave = fail_all;
    assert_int_equal(fake_run(fake).end, RUN_DEADLINE);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_DEADLINE), 20);
    fake_free(fake);
}

/* The check expects a closed port. The network goes down, and the port seems closed. */
static void pass_without_a_response(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    if (index != 3)
        return;
    atomic_store(&is_up, false);
    result->outcome.phase = PHASE_CONNECT;
    result->outcome.status = 0;
}

TEST(ok_without_a_response_is_withheld)
{
    struct fake *fake = fake_with_canaries(10, 1, 1);

    fake->behave = pass_without_a_response;
    assert_int_equal(fake_run(fake).end, RUN_OFFLINE);
    assert_int_equal(fake->records[3].results, 0);
    assert_int_equal(fake->delivered, 9);
    fake_free(fake);
}

/* One canary has answered; the other one is still in flight when all is done. */
TEST(run_does_not_wait_for_the_other_canary)
{
    struct fake *fake = fake_with_canaries(50, 4, 2);
    struct run_outcome outcome;

    atomic_store(&stalls, true);
    fake->behave = fail_every_third;
    outcome = fake_run(fake);
    assert_int_equal(outcome.end, RUN_DONE);
    assert_false(outcome.threads_left);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_REFUSED), 17);
    assert_int_equal(fake->cancels, 1);
    fake_free(fake);
}

/* Both attempts of the only target have failed, and its result is withheld: a signal ends the run. */
static int awaiting_when_withheld;

static void fail_twice_and_stall(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    (void)index;
    atomic_store(&stalls, true);
    fail_as(result, CAUSE_REFUSED);
}

static int64_t interrupt_when_withheld(struct fake *fake, const struct run_status *status)
{
    if (atomic_load(&fake->records[0].checks) == 2 && status->in_flight == 0 &&
        awaiting_when_withheld < 0) {
        awaiting_when_withheld = (int)status->awaiting_retry;
        kill(getpid(), SIGTERM);
    }
    return CLOCK_NEVER;
}

TEST(withheld_result_awaits_no_retry)
{
    struct fake *fake = fake_with_canaries(1, 1, 1);

    awaiting_when_withheld = -1;
    fake->config.canaries.targets++; /* the one that stalls */
    fake->config.retries = (struct retry_rules){.max = 1, .delay_us = CLOCK_MS};
    fake->behave = fail_twice_and_stall;
    fake->on_idle = interrupt_when_withheld;
    assert_int_equal(fake_run(fake).end, RUN_INTERRUPTED);
    assert_int_equal(awaiting_when_withheld, 0);
    fake_expect_all(fake);
    assert_string_equal(fake->records[0].message, "interrupted (seen: refused: fake)");
    fake_free(fake);
}

/* The canary stalls from the first failure on. Check 3 sends a signal, and fails after it. */
static void interrupt_while_withheld(struct fake *fake, size_t index, struct result *result)
{
    fail_as(result, CAUSE_REFUSED);
    atomic_store(&stalls, true);
    if (index < 3)
        return;
    FAKE_AWAIT(fake, fake->admitted == fake->count);
    kill(getpid(), SIGTERM);
    FAKE_AWAIT(fake, fake->cancels > 0);
}

TEST(interrupted_withheld_results_are_cancelled)
{
    struct fake *fake = fake_with_canaries(20, 1, 1);
    struct run_outcome outcome;

    fake->config.canaries.targets++; /* the one that stalls */
    fake->behave = interrupt_while_withheld;
    outcome = fake_run(fake);
    assert_int_equal(outcome.end, RUN_INTERRUPTED);
    assert_false(outcome.threads_left);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_CANCELLED), 20);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(fake->records[i].message, "interrupted (seen: refused: fake)");
    fake_free(fake);
}

static void fail_and_stall(struct fake *fake, size_t index, struct result *result)
{
    (void)fake;
    (void)index;
    atomic_store(&stalls, true);
    fail_as(result, CAUSE_REFUSED);
}

TEST(deadline_with_withheld_results)
{
    struct fake *fake = fake_with_canaries(20, 4, 1);
    struct run_outcome outcome;

    fake->config.canaries.targets++;
    fake->config.deadline_us = clock_now_us() + 5 * CLOCK_S;
    fake->behave = fail_and_stall;
    outcome = fake_run(fake);
    assert_int_equal(outcome.end, RUN_DEADLINE);
    assert_true(outcome.unfinished);
    assert_false(outcome.threads_left);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_DEADLINE), 20);
    for (size_t i = 0; i < 20; i++)
        assert_string_equal(fake->records[i].message,
                            "not done at the deadline (seen: refused: fake)");
    fake_free(fake);
}

/* As a probe: the deadline itself ends the check, whether or not main has noticed it by then. */
static void end_at_the_deadline(void *context, const struct target *target,
                                const struct probe_options *options, struct result *result)
{
    struct fake *fake = context;

    check_canary(context, target, options, result);
    if (atomic_load(&asks) == 1)
        return;
    FAKE_AWAIT(fake, clock_now_us() >= fake->config.deadline_us);
    fail_as(result, CAUSE_CANCELLED);
}

TEST(deadline_that_ends_the_check_of_a_canary)
{
    for (int i = 0; i < 20; i++) {
        struct fake *fake = fake_with_canaries(20, 4, 1);

        fake->config.canaries.check = end_at_the_deadline;
        fake->config.deadline_us = clock_now_us() + CLOCK_S;
        fake->behave = fail_all;
        assert_int_equal(fake_run(fake).end, RUN_DEADLINE);
        fake_expect_all(fake);
        fake_free(fake);
        atomic_store(&asks, 0);
    }
}

TEST(deadline_before_a_retry)
{
    struct fake *fake = fake_with_canaries(20, 4, 1);

    fake->config.retries = (struct retry_rules){.max = 3, .delay_us = 100 * CLOCK_S};
    fake->config.deadline_us = clock_now_us() + 5 * CLOCK_S;
    fake->behave = fail_all;
    assert_int_equal(fake_run(fake).end, RUN_DEADLINE);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_DEADLINE), 20);
    fake_free(fake);
}

/* An ask takes a second of the fast clock. */
static void check_canary_slowly(void *context, const struct target *target,
                                const struct probe_options *options, struct result *result)
{
    struct timespec pause = {.tv_nsec = 50000000};

    nanosleep(&pause, NULL);
    check_canary(context, target, options, result);
}

TEST(main_sleeps_while_a_canary_is_checked)
{
    struct fake *fake = fake_with_canaries(10, 4, 1);

    fake->config.canaries.check = check_canary_slowly;
    fake->config.scheduling = (struct scheduler_rules){.rate = 1000, .rate_period_us = CLOCK_S};
    fake->behave = fail_all;
    fake_expect_done(fake);
    assert_in_range(atomic_load(&turns), 1, 100);
    fake_free(fake);
}

#define CANARY_TEST(test) cmocka_unit_test_setup_teardown(test, canaries_setup, canaries_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CANARY_TEST(canaries_are_asked_first),
        CANARY_TEST(nothing_is_checked_without_a_network),
        CANARY_TEST(failures_wait_for_a_later_answer),
        CANARY_TEST(all_may_fail_while_the_network_is_up),
        CANARY_TEST(network_that_goes_down_gives_no_verdict),
        CANARY_TEST(failures_that_are_not_final_lead_to_an_ask),
        CANARY_TEST(deadline_before_the_first_answer),
        CANARY_TEST(nothing_is_delivered_after_the_network_is_down),
        CANARY_TEST(failure_after_a_stop_is_dropped),
        CANARY_TEST(enough_drops_unverified_failures),
        CANARY_TEST(confirmed_failures_wait_for_a_later_answer),
        CANARY_TEST(deadline_before_a_confirmation),
        CANARY_TEST(ok_without_a_response_is_withheld),
        CANARY_TEST(run_does_not_wait_for_the_other_canary),
        CANARY_TEST(withheld_result_awaits_no_retry),
        CANARY_TEST(interrupted_withheld_results_are_cancelled),
        CANARY_TEST(deadline_with_withheld_results),
        CANARY_TEST(deadline_that_ends_the_check_of_a_canary),
        CANARY_TEST(deadline_before_a_retry),
        CANARY_TEST(main_sleeps_while_a_canary_is_checked),
    };

    return RUN_TESTS(tests);
}
