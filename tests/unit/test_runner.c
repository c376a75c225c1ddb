/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <signal.h>

#include "fake_run.h"

/* Runs that go well: each target has exactly one result, in any order, within the limits. */

static void expect_plain_run(size_t count, size_t hosts, size_t max, size_t max_host)
{
    struct fake *fake = fake_new(count, hosts, max);

    fake->runner.rules.host_limit = max_host;
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

TEST(as_many_as_may_be_in_flight)
{
    expect_plain_run(8, 1, 8, 0);
    expect_plain_run(8, 8, 8, 1);
}

TEST(one_more_than_may_be_in_flight)
{
    expect_plain_run(9, 1, 8, 0);
}

TEST(one_at_a_time)
{
    expect_plain_run(200, 7, 1, 0);
}

TEST(many_more_than_may_be_in_flight)
{
    expect_plain_run(1000, 1, 7, 0);
    expect_plain_run(1000, 10, 7, 3);
}

/* More than the look-ahead holds, and than the channels do. */
TEST(thousands)
{
    expect_plain_run(10000, 50, 64, 0);
    expect_plain_run(10000, 3, 64, 10);
}

/* The look-ahead is full of a host that is at its limit: still each has its turn. */
TEST(thousands_to_one_host)
{
    expect_plain_run(10000, 1, 32, 2);
}

/* All are on threads of their own at the same time: none ends before all have begun. */
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

TEST(all_of_a_host_that_may_be_in_flight_are)
{
    struct fake *fake = fake_new(5, 1, 100);

    fake->runner.rules.host_limit = 5;
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

/* Each check ends only after the one that began after it: results come in reverse. */
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

/* A list sorted by host: 3,000 of one, and at its end one of another. */
static void sort_list(struct fake *fake)
{
    for (size_t i = 0; i < fake->count; i++)
        sprintf(fake->urls[i], "http://%s/%zu", i + 1 < fake->count ? "many" : "one", i);
}

static void wait_for_the_other_host(struct fake *fake, size_t index, struct result *result)
{
    (void)result;
    if (index == 0)
        FAKE_AWAIT(fake, fake->delivered > 0);
}

/* The first check of the one host ends only when the other has been checked. */
TEST(sorted_list_does_not_keep_other_hosts_waiting)
{
    struct fake *fake = fake_new(3000, 1, 2);

    sort_list(fake);
    fake->runner.rules.host_limit = 1;
    fake->behave = wait_for_the_other_host;
    assert_int_equal(fake_run(fake).end, RUN_DONE);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 3000);
    fake_free(fake);
}

TEST(bad_input_has_its_result_without_a_check)
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

TEST(skipped_targets_have_no_check_and_no_result)
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

/* pause() is called again by the time that it names, although nothing else happens. */
static atomic_int pauses;

static int64_t pause_soon(struct fake *fake, const struct pulse *pulse)
{
    assert_true(pulse->now_us <= clock_now_us());
    assert_in_range(pulse->in_flight, 0, fake->runner.parallel_max);
    pthread_mutex_lock(&fake->mutex);
    if (pulse->in_flight == 1 && pulse->list_ended)
        atomic_fetch_add(&pauses, 1);
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
    return pulse->now_us + CLOCK_MS;
}

static void wait_for_pauses(struct fake *fake, size_t index, struct result *result)
{
    (void)index;
    (void)result;
    FAKE_AWAIT(fake, atomic_load(&pauses) >= 5);
}

TEST(pause_is_called_as_it_asked)
{
    struct fake *fake = fake_new(1, 1, 4);

    fake->pause = pause_soon;
    fake->behave = wait_for_pauses;
    fake_expect_done(fake);
    fake_free(fake);
}

/* Every third check of a target fails, the first two of some; a few of them always. */
static void fail_at_first(struct fake *fake, size_t index, struct result *result)
{
    int checks = atomic_load(&fake->records[index].checks);

    if (index % 50 == 7 || checks <= (int)(index % 3)) {
        result->verdict = VERDICT_FAILED;
        result->cause = CAUSE_RESET;
    }
}

TEST(retries_wait_in_the_schedule)
{
    struct fake *fake = fake_new(2000, 20, 16);

    fake->runner.rules.host_limit = 3;
    fake->runner.retry = (struct retry_rules){.max = 3, .delay_us = CLOCK_MS};
    fake->behave = fail_at_first;
    assert_int_equal(fake_run(fake).end, RUN_DONE);
    fake_expect_all(fake);
    for (size_t i = 0; i < fake->count; i++)
        assert_int_equal(atomic_load(&fake->records[i].checks), i % 50 == 7 ? 4 : 1 + i % 3);
    assert_int_equal(fake_results(fake, CAUSE_RESET), 40);
    fake_free(fake);
}

/* As the gate does: the first check of one host is not made, but put off. */
static void hold_the_first(struct fake *fake, size_t index, struct result *result)
{
    if (index % fake->hosts == 1 && atomic_load(&fake->records[index].checks) == 1)
        result->held_until_us = clock_now_us() + CLOCK_MS;
}

TEST(held_checks_are_made_later)
{
    struct fake *fake = fake_new(500, 5, 8);

    fake->behave = hold_the_first;
    assert_int_equal(fake_run(fake).end, RUN_DONE);
    fake_expect_all(fake);
    for (size_t i = 0; i < fake->count; i++)
        assert_int_equal(atomic_load(&fake->records[i].checks), i % 5 == 1 ? 2 : 1);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 500);
    fake_free(fake);
}

/* All fail, and are held or wait to be tried again; then the run is stopped by a signal. */
static void fail_or_hold(struct fake *fake, size_t index, struct result *result)
{
    result->verdict = VERDICT_FAILED;
    result->cause = CAUSE_RESET;
    if (index % 2)
        result->held_until_us = clock_now_us() + 3600 * CLOCK_S;
    fake_note(fake, &fake->admitted);
}

static int64_t interrupt_when_all_wait(struct fake *fake, const struct pulse *pulse)
{
    static bool sent;

    if (pulse->list_ended && pulse->in_flight == 0 && !sent) {
        sent = true;
        kill(getpid(), SIGINT);
    }
    (void)fake;
    return CLOCK_NEVER;
}

TEST(what_waits_to_be_tried_again_has_its_last_result)
{
    struct fake *fake = fake_new(40, 5, 4);

    fake->runner.retry = (struct retry_rules){.max = 3, .delay_us = 3600 * CLOCK_S};
    fake->behave = fail_or_hold;
    fake->pause = interrupt_when_all_wait;
    assert_int_equal(fake_run(fake).end, RUN_INTERRUPTED);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_RESET), 20);
    assert_int_equal(fake_results(fake, CAUSE_CANCELLED), 20);
    fake_free(fake);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_targets),
        cmocka_unit_test(one_target),
        cmocka_unit_test(as_many_as_may_be_in_flight),
        cmocka_unit_test(one_more_than_may_be_in_flight),
        cmocka_unit_test(one_at_a_time),
        cmocka_unit_test(many_more_than_may_be_in_flight),
        cmocka_unit_test(thousands),
        cmocka_unit_test(thousands_to_one_host),
        cmocka_unit_test(all_in_flight_at_once),
        cmocka_unit_test(all_of_a_host_that_may_be_in_flight_are),
        cmocka_unit_test(first_result_comes_last),
        cmocka_unit_test(results_come_in_reverse),
        cmocka_unit_test(sorted_list_does_not_keep_other_hosts_waiting),
        cmocka_unit_test(bad_input_has_its_result_without_a_check),
        cmocka_unit_test(skipped_targets_have_no_check_and_no_result),
        cmocka_unit_test(all_targets_may_be_skipped),
        cmocka_unit_test(pause_is_called_as_it_asked),
        cmocka_unit_test(retries_wait_in_the_schedule),
        cmocka_unit_test(held_checks_are_made_later),
        cmocka_unit_test(what_waits_to_be_tried_again_has_its_last_result),
    };

    return RUN_TESTS(tests);
}
