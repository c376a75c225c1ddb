/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "result/outcome.h"

/* What the clock counts if the process is stopped, or the machine suspended. */

/* How late CLOCK_MONOTONIC_COARSE is. */
#define LATE_US (4 * CLOCK_MS)

static int64_t monotonic_us, suspended_us;

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
    *now = clock_timespec(monotonic_us + (clock == CLOCK_BOOTTIME ? suspended_us : 0) -
                          (clock == CLOCK_MONOTONIC_COARSE ? LATE_US : 0));
    return 0;
}

static int setup(void **state)
{
    (void)state;
    monotonic_us = 1000 * CLOCK_S;
    suspended_us = 7 * CLOCK_S;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    clock_stop_ticks();
    return 0;
}

/* The time that the clock counts while CLOCK_MONOTONIC runs on by passed_us. */
static int64_t counted_us(int64_t passed_us)
{
    int64_t before_us = clock_now_us();

    monotonic_us += passed_us;
    return clock_now_us() - before_us;
}

TEST(without_ticks_all_time_counts)
{
    const struct clock_mark mark = clock_mark();

    assert_int_equal(counted_us(3600 * CLOCK_S), 3600 * CLOCK_S);
    assert_false(clock_has_stopped_since(&mark));
}

TEST(with_ticks_in_time_all_time_counts)
{
    const struct clock_mark mark = clock_mark();

    for (int i = 0; i < 100; i++) {
        clock_tick();
        assert_int_equal(counted_us(CLOCK_TICK_US), CLOCK_TICK_US);
    }
    clock_tick();
    assert_int_equal(counted_us(CLOCK_GAP_US), CLOCK_GAP_US);
    assert_false(clock_has_stopped_since(&mark));
}

TEST(stop_does_not_count)
{
    int64_t stopped_us = clock_stopped_us();
    struct clock_mark mark;

    clock_tick();
    mark = clock_mark();
    assert_int_equal(counted_us(60 * CLOCK_S), CLOCK_GAP_US);
    assert_true(clock_has_stopped_since(&mark));
    assert_int_equal(clock_stopped_us() - stopped_us, 60 * CLOCK_S - CLOCK_GAP_US);
    mark = clock_mark();
    assert_int_equal(counted_us(CLOCK_MS), CLOCK_MS);
    assert_false(clock_has_stopped_since(&mark));
}

TEST(recent_time_is_late_and_notices_a_stop_too)
{
    int64_t before_us;

    clock_tick();
    before_us = clock_now_us();
    assert_int_equal(clock_recent_us(), before_us - LATE_US);
    monotonic_us += 60 * CLOCK_S;
    assert_int_equal(clock_recent_us(), before_us + CLOCK_GAP_US - LATE_US);
    assert_int_equal(clock_now_us(), before_us + CLOCK_GAP_US);
}

/* Whoever is first after the stop, the tick or who reads the clock: it is noted once. */
TEST(stop_is_noted_by_the_tick)
{
    int64_t before_us;

    clock_tick();
    before_us = clock_now_us();
    monotonic_us += 60 * CLOCK_S;
    clock_tick();
    clock_tick();
    assert_int_equal(clock_now_us() - before_us, CLOCK_GAP_US);
}

/* Part of the time since the last tick was not stopped, and was read before the stop. */
TEST(clock_never_goes_backwards)
{
    clock_tick();
    for (int64_t passed_us = 0; passed_us < CLOCK_GAP_US; passed_us += CLOCK_GAP_US / 7) {
        clock_tick();
        counted_us(passed_us);
        assert_true(counted_us(60 * CLOCK_S) >= 0);
    }
}

TEST(after_the_last_tick_all_time_counts)
{
    clock_tick();
    clock_stop_ticks();
    assert_int_equal(counted_us(60 * CLOCK_S), 60 * CLOCK_S);
}

TEST(short_stop_is_noticed_by_sigcont)
{
    sigset_t set, before;
    struct clock_mark mark;

    clock_tick();
    mark = clock_mark();
    clock_note_continued();
    assert_true(clock_has_stopped_since(&mark));
    mark = clock_mark();
    assert_false(clock_has_stopped_since(&mark));
    sigemptyset(&set);
    sigaddset(&set, SIGCONT);
    pthread_sigmask(SIG_BLOCK, &set, &before);
    kill(getpid(), SIGCONT);
    assert_true(clock_has_stopped_since(&mark));
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    assert_false(clock_has_stopped_since(&mark));
}

TEST(suspended_machine_is_noticed)
{
    struct clock_mark mark;

    clock_tick();
    mark = clock_mark();
    suspended_us += CLOCK_GAP_US + 1;
    assert_int_equal(counted_us(0), 0);
    assert_true(clock_has_stopped_since(&mark));
    mark = clock_mark();
    assert_false(clock_has_stopped_since(&mark));
}

/* libcurl's times of a check that took a second, and included a stop. */
static void expect_phases(struct outcome outcome, int64_t resolve_ms, int64_t connect_ms,
                          int64_t processing_ms)
{
    outcome.total_us = CLOCK_S;
    outcome_subtract_pause(&outcome);
    assert_int_equal(outcome.resolve_us, resolve_ms * CLOCK_MS);
    assert_int_equal(outcome.connect_us, connect_ms * CLOCK_MS);
    assert_int_equal(outcome.processing_us, processing_ms * CLOCK_MS);
}

TEST(stop_is_taken_off_the_longest_phase)
{
    expect_phases((struct outcome){.resolve_us = 200 * CLOCK_MS,
                                   .connect_us = 300 * CLOCK_MS,
                                   .processing_us = 60 * CLOCK_S},
                  200, 300, 500);
    expect_phases((struct outcome){.connect_us = 900 * CLOCK_MS, .processing_us = 50 * CLOCK_MS}, 0,
                  900, 50);
    expect_phases((struct outcome){.resolve_us = 700 * CLOCK_MS, .connect_us = 800 * CLOCK_MS}, 700,
                  300, 0);
}

TEST(phases_are_not_negative)
{
    struct outcome outcome = {.total_us = -1, .resolve_us = 5, .transfer_us = 9};

    outcome_subtract_pause(&outcome);
    assert_int_equal(outcome.resolve_us, 0);
    assert_int_equal(outcome.transfer_us, 0);
}

#define CLOCK_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CLOCK_TEST(without_ticks_all_time_counts),
        CLOCK_TEST(with_ticks_in_time_all_time_counts),
        CLOCK_TEST(stop_does_not_count),
        CLOCK_TEST(recent_time_is_late_and_notices_a_stop_too),
        CLOCK_TEST(stop_is_noted_by_the_tick),
        CLOCK_TEST(clock_never_goes_backwards),
        CLOCK_TEST(after_the_last_tick_all_time_counts),
        CLOCK_TEST(short_stop_is_noticed_by_sigcont),
        CLOCK_TEST(suspended_machine_is_noticed),
        CLOCK_TEST(stop_is_taken_off_the_longest_phase),
        CLOCK_TEST(phases_are_not_negative),
    };

    return RUN_TESTS(tests);
}
