/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <signal.h>
#include <stdlib.h>

#include "fake_run.h"
#include "fast_clock.h"

/*
 * Runs that end before their time: stopped, interrupted, with a list broken.
 * The clock hardly moves: it is not the runner's patience, which ends at last, that ends them.
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
    return fake->delivered < 10 ? DELIVERY_GO_ON : DELIVERY_IN_VAIN;
}

static enum delivery have_enough_with_the_tenth(struct fake *fake, size_t index)
{
    (void)index;
    return fake->delivered < 10 ? DELIVERY_GO_ON : DELIVERY_ENOUGH;
}

/* The first ten end, the others when the run has been stopped. */
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
    /* None was begun after that, but those in flight have their results. */
    assert_in_range(fake->delivered, 10, 10 + 4);
    fake_free(fake);
}

static enum admission stop_at_index_20(struct fake *fake, size_t index)
{
    (void)fake;
    return index == 20 ? ADMIT_STOP : ADMIT_CHECK;
}

TEST(admit_stops_the_run)
{
    struct fake *fake = fake_new(5000, 10, 4);

    fake->admit = stop_at_index_20;
    assert_int_equal(fake_run(fake).end, RUN_STOPPED);
    fake_expect_rules(fake);
    assert_int_equal(fake->cancels, 1);
    fake_free(fake);
}

static int64_t stop_at_once(struct fake *fake, const struct pulse *pulse)
{
    (void)fake;
    (void)pulse;
    return -1;
}

TEST(pause_stops_the_run)
{
    struct fake *fake = fake_new(5000, 10, 4);

    fake->pause = stop_at_once;
    assert_int_equal(fake_run(fake).end, RUN_STOPPED);
    fake_expect_rules(fake);
    assert_int_equal(fake->cancels, 1);
    fake_free(fake);
}

/* What was known when it was enough is delivered, and nothing is made up for the others. */
TEST(enough_ends_the_run)
{
    struct fake *fake = fake_new(5000, 10, 4);
    struct run run;

    fake->behave = end_by_cancel;
    fake->deliver = have_enough_with_the_tenth;
    run = fake_run(fake);
    assert_int_equal(run.end, RUN_ENOUGH);
    assert_true(run.unfinished || run.list_unread);
    fake_expect_rules(fake);
    assert_int_equal(fake->cancels, 1);
    assert_in_range(fake->delivered, 10, 10 + 4);
    assert_int_equal(fake_results(fake, CAUSE_NONE), fake->delivered);
    fake_free(fake);
}

/* Nobody waits for a list that says nothing. */
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

/* All of them are in flight, or wait, when the first sends the signal; none ends before cancel. */
static int signal_sent;

static void interrupt(struct fake *fake, size_t index, struct result *result)
{
    if (index == 0) {
        FAKE_AWAIT(fake, fake->admitted == fake->count);
        FAKE_AWAIT(fake, fake->in_flight == fake->runner.parallel_max);
        kill(getpid(), signal_sent);
    }
    FAKE_AWAIT(fake, fake->cancels > 0);
    result->verdict = VERDICT_FAILED;
    result->cause = CAUSE_CANCELLED;
}

static void expect_interrupted(struct fake *fake, int number)
{
    struct run run;

    signal_sent = number;
    fake->behave = interrupt;
    run = fake_run(fake);
    assert_int_equal(run.end, RUN_INTERRUPTED);
    assert_int_equal(run.signal, number);
    assert_false(run.threads_left);
    assert_false(run.list_unread);
    assert_int_equal(fake->cancels, 1);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_CANCELLED), fake->count);
    assert_int_equal(fake->peak, fake->runner.parallel_max);
}

TEST(signal_ends_the_run_and_each_has_its_result)
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

/* In the midst of a list that is read as it is checked: what was admitted has its result. */
static void interrupt_at_index_1000(struct fake *fake, size_t index, struct result *result)
{
    (void)result;
    if (index != 1000)
        return;
    kill(getpid(), SIGINT);
    FAKE_AWAIT(fake, fake->cancels > 0);
}

TEST(signal_in_the_midst_of_a_long_list)
{
    struct fake *fake = fake_new(8000, 10, 8);

    fake->behave = interrupt_at_index_1000;
    assert_int_equal(fake_run(fake).end, RUN_INTERRUPTED);
    fake_expect_rules(fake);
    for (size_t i = 0; i < fake->count; i++)
        assert_int_equal(fake->records[i].results, fake->records[i].admitted);
    fake_free(fake);
}

static int64_t interrupt_idle(struct fake *fake, const struct pulse *pulse)
{
    (void)pulse;
    if (!fake->cancels && signal_sent == 0) {
        signal_sent = SIGTERM;
        kill(getpid(), SIGTERM);
    }
    return CLOCK_NEVER;
}

TEST(signal_while_nothing_is_there)
{
    struct fake *fake = fake_new(0, 1, 4);
    struct run run;
    int ends[2];

    signal_sent = 0;
    fake_use_pipe(fake, ends);
    fake->pause = interrupt_idle;
    run = fake_run(fake);
    assert_int_equal(run.end, RUN_INTERRUPTED);
    assert_int_equal(run.signal, SIGTERM);
    close(ends[0]);
    close(ends[1]);
    fake_free(fake);
}

/* Half of the targets come before a file that is there no more when its turn comes. */
TEST(list_that_cannot_be_read_ends_the_run)
{
    char path[] = "/tmp/urlcheck-test-XXXXXX";
    struct fake *fake = fake_new(40, 5, 4);
    struct error error;
    struct list *list;
    struct run run;

    close(mkstemp(path));
    fake->settings.inputs[20] = (struct input){.kind = INPUT_FILE, .text = path};
    list = list_new(&fake->settings, &error);
    assert_non_null(list);
    unlink(path);
    fake->runner.signals = signals_start();
    assert_non_null(fake->runner.signals);
    run = run_loop_run(&fake->runner, list);
    signals_stop(fake->runner.signals);
    list_free(list);
    assert_int_equal(run.end, RUN_FAILED);
    assert_non_null(strstr(run.error.text, path));
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
        END_TEST(admit_stops_the_run),
        END_TEST(pause_stops_the_run),
        END_TEST(stop_does_not_wait_for_the_list),
        END_TEST(signal_ends_the_run_and_each_has_its_result),
        END_TEST(signal_ends_a_run_of_one),
        END_TEST(signal_does_not_wait_for_the_list),
        END_TEST(signal_in_the_midst_of_a_long_list),
        END_TEST(signal_while_nothing_is_there),
        END_TEST(list_that_cannot_be_read_ends_the_run),
    };

    return RUN_TESTS(tests);
}
