/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <signal.h>
#include <stdlib.h>

#include "fake_run.h"
#include "fast_clock.h"

/*
 * Runs that end early: stopped, interrupted, with a broken list. The clock hardly moves, so no
 * timeout of the run loop ends them.
 */

static int stop_the_clock(void **state)
{
    (void)state;
    clock_run(1, 1000);
    return 0;
}

static enum delivery stop_at_the_tenth(struct fake *fake, size_t index)
{
    (void)index;
    return fake->delivered < 10 ? DELIVERY_CONTINUE : DELIVERY_STOP;
}

static enum delivery have_enough_with_the_tenth(struct fake *fake, size_t index)
{
    (void)index;
    return fake->delivered < 10 ? DELIVERY_CONTINUE : DELIVERY_ENOUGH;
}

/* The first ten checks end, the others once the run has been stopped. */
static void end_by_cancel(struct fake *fake, size_t index, struct result *result)
{
    (void)result;
    if (index >= 10)
        FAKE_AWAIT(fake, fake->cancels == 1);
}

TEST(deliver_stops_the_run)
{
    struct fake *fake = fake_new(5000, 10, 4);

    fake->behave = end_by_cancel;
    fake->deliver = stop_at_the_tenth;
    assert_int_equal(fake_run(fake).end, RUN_STOPPED);
    fake_expect_rules(fake);
    assert_int_equal(fake->cancels, 1);
    /* No check began after that, but those in flight have their results. */
    assert_in_range(fake->delivered, 10, 10 + 4);
    fake_free(fake);
}

static int64_t stop_at_once(struct fake *fake, const struct run_status *status)
{
    (void)fake;
    (void)status;
    return ON_IDLE_STOP;
}

TEST(on_idle_stops_the_run)
{
    struct fake *fake = fake_new(5000, 10, 4);

    fake->on_idle = stop_at_once;
    assert_int_equal(fake_run(fake).end, RUN_STOPPED);
    fake_expect_rules(fake);
    assert_int_equal(fake->cancels, 1);
    fake_free(fake);
}

static int64_t have_enough_at_once(struct fake *fake, const struct run_status *status)
{
    (void)fake;
    (void)status;
    return ON_IDLE_ENOUGH;
}

TEST(on_idle_has_enough)
{
    struct fake *fake = fake_new(5000, 10, 4);

    fake->on_idle = have_enough_at_once;
    assert_int_equal(fake_run(fake).end, RUN_ENOUGH);
    fake_expect_rules(fake);
    assert_int_equal(fake->cancels, 1);
    fake_free(fake);
}

/* The first ten fail, and wait to be retried. The others end once all of these wait. */
static bool all_failed;

static void fail_first(struct fake *fake, size_t index, struct result *result)
{
    if (index >= 10) {
        FAKE_AWAIT(fake, all_failed);
        return;
    }
    result->verdict = VERDICT_FAILED;
    result->cause = CAUSE_RESET;
}

static int64_t note_failures(struct fake *fake, const struct run_status *status)
{
    pthread_mutex_lock(&fake->mutex);
    all_failed = all_failed || status->awaiting_retry == 10;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
    return CLOCK_NEVER;
}

TEST(stop_delivers_no_result_that_is_not_final)
{
    struct fake *fake = fake_new(40, 10, 4);

    all_failed = false;
    fake->config.retries = (struct retry_rules){.max = 1, .delay_us = CLOCK_S};
    fake->behave = fail_first;
    fake->on_idle = note_failures;
    fake->deliver = stop_at_the_tenth;
    assert_int_equal(fake_run(fake).end, RUN_STOPPED);
    fake_expect_rules(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), fake->delivered);
    fake_free(fake);
}

/* Known results are delivered; jobs that were not checked have none. */
TEST(enough_ends_the_run)
{
    struct fake *fake = fake_new(5000, 10, 4);
    struct run_outcome outcome;

    fake->behave = end_by_cancel;
    fake->deliver = have_enough_with_the_tenth;
    outcome = fake_run(fake);
    assert_int_equal(outcome.end, RUN_ENOUGH);
    assert_true(outcome.unfinished || outcome.list_unread);
    fake_expect_rules(fake);
    assert_int_equal(fake->cancels, 1);
    assert_in_range(fake->delivered, 10, 10 + 4);
    assert_int_equal(fake_results(fake, CAUSE_NONE), fake->delivered);
    fake_free(fake);
}

TEST(stop_does_not_wait_for_the_list)
{
    struct fake *fake = fake_new(20, 2, 4);
    int ends[2];

    fake_use_pipe(fake, ends);
    fake->deliver = stop_at_the_tenth;
    assert_int_equal(fake_run(fake).end, RUN_STOPPED);
    fake_expect_rules(fake);
    close(ends[0]);
    close(ends[1]);
    fake_free(fake);
}

TEST(deadline_does_not_wait_for_the_list)
{
    struct fake *fake = fake_new(20, 2, 4);
    struct run_outcome outcome;
    int ends[2];

    clock_run(20, 1);
    fake_use_pipe(fake, ends);
    fake->config.deadline_us = clock_now_us() + CLOCK_S;
    outcome = fake_run(fake);
    assert_int_equal(outcome.end, RUN_DEADLINE);
    assert_true(outcome.unfinished); /* the rest of the list is unknown */
    assert_false(outcome.list_unread);
    fake_expect_rules(fake);
    assert_int_equal(fake->delivered, fake->admitted);
    close(ends[0]);
    close(ends[1]);
    fake_free(fake);
}

/* The deadline ends the check, and main learns of both at the same time. */
static int64_t await_the_end_of_the_check(struct fake *fake, const struct run_status *status)
{
    if (status->in_flight)
        FAKE_AWAIT(fake, fake->in_flight == 0 && fake->peak > 0);
    return CLOCK_NEVER;
}

static void end_at_the_deadline(struct fake *fake, size_t index, struct result *result)
{
    (void)index;
    while (clock_now_us() < fake->config.deadline_us)
        sched_yield();
    result->verdict = VERDICT_UNKNOWN;
    result->cause = CAUSE_CANCELLED;
}

TEST(deadline_counts_before_the_results_it_cut_off)
{
    struct fake *fake = fake_new(1, 1, 1);

    clock_run(20, 1);
    fake->config.deadline_us = clock_now_us() + CLOCK_S;
    fake->behave = end_at_the_deadline;
    fake->on_idle = await_the_end_of_the_check;
    assert_int_equal(fake_run(fake).end, RUN_DEADLINE);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_DEADLINE), 1);
    fake_free(fake);
}

static int signal_number;

/* The first check sends the signal once all threads are busy; no check ends before cancel. */

static void interrupt(struct fake *fake, size_t index, struct result *result)
{
    if (index == 0) {
        FAKE_AWAIT(fake, fake->admitted == fake->count);
        FAKE_AWAIT(fake, fake->in_flight == fake->config.parallel_max);
        kill(getpid(), signal_number);
    }
    FAKE_AWAIT(fake, fake->cancels > 0);
    result->verdict = VERDICT_UNKNOWN;
    result->cause = CAUSE_CANCELLED;
}

static void expect_interrupted(struct fake *fake, int number)
{
    struct run_outcome outcome;

    signal_number = number;
    fake->behave = interrupt;
    outcome = fake_run(fake);
    assert_int_equal(outcome.end, RUN_INTERRUPTED);
    assert_int_equal(outcome.signal, number);
    assert_false(outcome.threads_left);
    assert_false(outcome.list_unread);
    assert_int_equal(fake->cancels, 1);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_CANCELLED), fake->count);
    assert_int_equal(fake->peak, fake->config.parallel_max);
}

TEST(signal_ends_the_run_with_a_result_for_each)
{
    static const int numbers[] = {SIGINT, SIGTERM};

    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        struct fake *fake = fake_new(1000, 10, 4);

        expect_interrupted(fake, numbers[i]);
        fake_free(fake);
    }
}

TEST(signal_ends_a_run_of_one)
{
    struct fake *fake = fake_new(1, 1, 1);

    expect_interrupted(fake, SIGTERM);
    fake_free(fake);
}

TEST(signal_does_not_wait_for_the_list)
{
    struct fake *fake = fake_new(50, 5, 4);
    int ends[2];

    fake_use_pipe(fake, ends);
    expect_interrupted(fake, SIGINT);
    close(ends[0]);
    close(ends[1]);
    fake_free(fake);
}

/* The list is still being read; a second of this clock is enough for its end. */
static void interrupt_at_index_1000(struct fake *fake, size_t index, struct result *result)
{
    (void)result;
    if (index != 1000)
        return;
    kill(getpid(), SIGINT);
    FAKE_AWAIT(fake, fake->cancels > 0);
}

TEST(signal_while_a_long_list_is_read)
{
    struct fake *fake = fake_new(8000, 10, 8);
    struct run_outcome outcome;

    fake->behave = interrupt_at_index_1000;
    outcome = fake_run(fake);
    assert_int_equal(outcome.end, RUN_INTERRUPTED);
    assert_false(outcome.list_unread);
    fake_expect_all(fake);
    fake_free(fake);
}

static int64_t interrupt_idle(struct fake *fake, const struct run_status *status)
{
    (void)status;
    if (!fake->cancels && signal_number == 0) {
        signal_number = SIGTERM;
        kill(getpid(), SIGTERM);
    }
    return CLOCK_NEVER;
}

TEST(signal_before_the_first_target)
{
    struct fake *fake = fake_new(0, 1, 4);
    struct run_outcome outcome;
    int ends[2];

    signal_number = 0;
    fake_use_pipe(fake, ends);
    fake->on_idle = interrupt_idle;
    outcome = fake_run(fake);
    assert_int_equal(outcome.end, RUN_INTERRUPTED);
    assert_int_equal(outcome.signal, SIGTERM);
    close(ends[0]);
    close(ends[1]);
    fake_free(fake);
}

/* The file has been removed when the list reader opens it. */
TEST(unreadable_list_ends_the_run)
{
    char path[] = "/tmp/urlcheck-test-XXXXXX";
    struct fake *fake = fake_new(40, 5, 4);
    struct list *list;
    struct run_outcome outcome;

    close(mkstemp(path));
    fake->settings.inputs[20] = (struct input){.kind = INPUT_FILE, .text = path};
    list = fake_list(fake);
    unlink(path);
    outcome = fake_run_list(fake, list);
    assert_int_equal(outcome.end, RUN_FAILED);
    assert_non_null(strstr(outcome.error.text, path));
    fake_expect_rules(fake);
    assert_int_equal(fake_results(fake, CAUSE_NONE), 20);
    fake_free(fake);
}

#define END_TEST(test) cmocka_unit_test_setup(test, stop_the_clock)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        END_TEST(deliver_stops_the_run),
        END_TEST(enough_ends_the_run),
        END_TEST(stop_delivers_no_result_that_is_not_final),
        END_TEST(on_idle_stops_the_run),
        END_TEST(on_idle_has_enough),
        END_TEST(stop_does_not_wait_for_the_list),
        END_TEST(deadline_does_not_wait_for_the_list),
        END_TEST(deadline_counts_before_the_results_it_cut_off),
        END_TEST(signal_ends_the_run_with_a_result_for_each),
        END_TEST(signal_ends_a_run_of_one),
        END_TEST(signal_does_not_wait_for_the_list),
        END_TEST(signal_while_a_long_list_is_read),
        END_TEST(signal_before_the_first_target),
        END_TEST(unreadable_list_ends_the_run),
    };

    return RUN_TESTS(tests);
}
