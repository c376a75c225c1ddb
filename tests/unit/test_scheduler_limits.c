/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "scheduler_play.h"

/* The rate of starts, and hosts that are slowed. */

/* As in scheduler.c. */
#define RATE_SLACK_US (30 * CLOCK_MS)
#define RATE_LATE_US (10 * CLOCK_MS)
#define RECOVERY_CHECKS 8

static const struct scheduler_rules ten_per_second = {.rate = 10, .rate_period_us = CLOCK_S};

#define INTERVAL_US ((CLOCK_S + RATE_SLACK_US) / 10 + 1)
#define NOW_US (1000 * CLOCK_S)

/* One job starts at that time, and none before it. */
static void expect_start_at(int64_t time_us)
{
    assert_int_equal(scheduler_wake_us(scheduler), time_us);
    assert_null(scheduler_next(scheduler, time_us - 1));
    assert_non_null(scheduler_next(scheduler, time_us));
    assert_null(scheduler_next(scheduler, time_us));
}

TEST(rate_spaces_starts)
{
    begin_with(ten_per_second);
    add("a1 a2 a3 b1 b2 b3");
    assert_non_null(scheduler_next(scheduler, NOW_US));
    /* The first start counts as late, as the time before it was not used. */
    for (int i = 1; i <= 5; i++)
        expect_start_at(NOW_US - RATE_LATE_US + i * INTERVAL_US);
    assert_int_equal(scheduler_wake_us(scheduler), CLOCK_NEVER);
    end();
}

TEST(rate_holds_in_any_period)
{
    int64_t starts_us[20];
    int64_t now_us = NOW_US;

    begin_with(ten_per_second);
    add("a1 a2 a3 a4 a5 a6 a7 a8 a9 b1 b2 b3 b4 b5 b6 b7 b8 b9 c1 c2");
    for (size_t i = 0; i < COUNT_OF(starts_us); i++) {
        assert_non_null(scheduler_next(scheduler, now_us));
        starts_us[i] = now_us;
        now_us = scheduler_wake_us(scheduler);
        if (i % 3 == 0)
            now_us += 7 * CLOCK_MS; /* the thread wakes late */
    }
    for (size_t i = 10; i < COUNT_OF(starts_us); i++)
        assert_true(starts_us[i] - starts_us[i - 10] > CLOCK_S);
    end();
}

TEST(late_start_is_made_up_for_within_bounds)
{
    begin_with(ten_per_second);
    add("a1 a2 a3 a4");
    assert_non_null(scheduler_next(scheduler, NOW_US));
    assert_non_null(scheduler_next(scheduler, NOW_US + 50 * CLOCK_S));
    /* The fifty seconds are not saved up: only RATE_LATE_US are. */
    expect_start_at(NOW_US + 50 * CLOCK_S - RATE_LATE_US + INTERVAL_US);
    /* Late by less than that: made up for completely. */
    assert_non_null(
        scheduler_next(scheduler, NOW_US + 50 * CLOCK_S - RATE_LATE_US + 2 * INTERVAL_US + 5000));
    add("a5");
    expect_start_at(NOW_US + 50 * CLOCK_S - RATE_LATE_US + 3 * INTERVAL_US);
    end();
}

/* How many checks of host a may be in flight; nothing else of it waits or is in flight. */
static size_t current_limit(void)
{
    struct job *started[16];
    size_t count = 0;

    add("a90 a91 a92 a93 a94 a95 a96 a97 a98 a99");
    while ((started[count] = scheduler_next(scheduler, 0)))
        count++;
    /* scheduler_again() does not count as the end of a check. */
    for (size_t i = 0; i < count; i++)
        scheduler_again(scheduler, started[i], 0);
    while (scheduler_drop(scheduler))
        ;
    return count;
}

/* That many checks of host a end, one by one. */
static void run_checks(size_t count)
{
    while (count-- > 0) {
        add("a80");
        expect(0, "a80");
        finish("a80");
    }
}

/* Slows host a by a job of which nothing is left. */
static void slow(void)
{
    add("a1");
    expect(0, "a1");
    scheduler_slow_host(scheduler, job_named("a1"));
    again("a1", 0);
    assert_ptr_equal(scheduler_drop(scheduler), job_named("a1"));
}

static void slow_once(size_t host_limit)
{
    begin(host_limit);
    slow();
}

TEST(slowed_host_has_half_its_limit)
{
    static const size_t halves[] = {0, 1, 1, 1, 2, 2, 3, 3, 4};

    for (size_t limit = 1; limit < COUNT_OF(halves); limit++) {
        slow_once(limit);
        assert_int_equal(current_limit(), halves[limit]);
        end();
    }
}

TEST(slowed_host_recovers_step_by_step)
{
    slow_once(6);
    for (size_t limit = 3; limit < 6; limit++) {
        run_checks(RECOVERY_CHECKS * limit - 1);
        assert_int_equal(current_limit(), limit);
        run_checks(1);
        assert_int_equal(current_limit(), limit + 1);
    }
    run_checks(1000);
    assert_int_equal(current_limit(), 6);
    end();
}

TEST(parked_check_counts_for_recovery)
{
    slow_once(2);
    run_checks(RECOVERY_CHECKS - 1);
    add("a2");
    expect(0, "a2");
    park("a2");
    assert_int_equal(current_limit(), 2);
    end();
}

TEST(host_that_is_slowed_again_recovers_to_the_usual_limit)
{
    slow_once(8);
    slow();
    for (size_t limit = 2; limit < 8; limit++) {
        assert_int_equal(current_limit(), limit);
        run_checks(RECOVERY_CHECKS * limit);
    }
    assert_int_equal(current_limit(), 8);
    end();
}

/* Checks that started before a host was slowed are no reason to slow it again. */
TEST(one_burst_slows_a_host_once)
{
    begin(4);
    add("a1 a2 a3 a4 a5 a6 a7 a8");
    expect(0, "a1 a2 a3 a4");
    scheduler_slow_host(scheduler, job_named("a1"));
    finish("a1");
    scheduler_slow_host(scheduler, job_named("a2"));
    finish("a2");
    expect(0, "");
    scheduler_slow_host(scheduler, job_named("a3"));
    finish("a3");
    expect(0, "a5");
    scheduler_slow_host(scheduler, job_named("a4"));
    finish("a4");
    expect(0, "a6");
    /* a5 started later: the limit is halved again, and is never 0. */
    scheduler_slow_host(scheduler, job_named("a5"));
    finish("a5");
    expect(0, "");
    finish("a6");
    expect(0, "a7");
    scheduler_slow_host(scheduler, job_named("a7"));
    finish("a7");
    expect(0, "a8");
    finish("a8");
    end();
}

TEST(host_without_a_limit_gets_half_of_what_is_in_flight)
{
    begin(0);
    add("a1 a2 a3 a4 a5 a6 a7 a8");
    expect(0, "a1 a2 a3 a4 a5 a6 a7 a8");
    scheduler_slow_host(scheduler, job_named("a1"));
    add("a9");
    for (int i = 1; i <= 4; i++)
        finish((char[]){'a', (char)('0' + i), '\0'});
    expect(0, "");
    finish("a5");
    expect(0, "a9");
    for (int i = 6; i <= 9; i++)
        finish((char[]){'a', (char)('0' + i), '\0'});
    assert_int_equal(current_limit(), 4);
    /* Once it has recovered it has no limit again. */
    run_checks(1000);
    assert_int_equal(current_limit(), 10);
    end();
}

TEST(slowed_host_is_remembered_without_jobs)
{
    slow_once(4);
    assert_int_equal(scheduler_waiting(scheduler), 0);
    add("b1");
    expect(0, "b1");
    finish("b1");
    assert_int_equal(current_limit(), 2);
    end();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(rate_spaces_starts),
        cmocka_unit_test(rate_holds_in_any_period),
        cmocka_unit_test(late_start_is_made_up_for_within_bounds),
        cmocka_unit_test(slowed_host_has_half_its_limit),
        cmocka_unit_test(slowed_host_recovers_step_by_step),
        cmocka_unit_test(parked_check_counts_for_recovery),
        cmocka_unit_test(host_that_is_slowed_again_recovers_to_the_usual_limit),
        cmocka_unit_test(one_burst_slows_a_host_once),
        cmocka_unit_test(host_without_a_limit_gets_half_of_what_is_in_flight),
        cmocka_unit_test(slowed_host_is_remembered_without_jobs),
    };

    return RUN_TESTS(tests);
}
