/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "fake_run.h"
#include "fast_clock.h"

/*
 * Results that do not come: of checks that end without one, or do not end. The clock hardly moves:
 * it is not the runner's patience, which ends at last, that ends those runs.
 */

static int stop_the_clock(void **state)
{
    (void)state;
    clock_run(1, 1000);
    return 0;
}

/* A check that ends its thread without a result. */
static size_t lost_index;

static void lose_one(struct fake *fake, size_t index, struct result *result)
{
    (void)result;
    if (index != lost_index)
        return;
    fake_count(fake, index, false);
    pthread_exit(NULL);
}

TEST(lost_result_ends_the_run)
{
    static const size_t maxima[] = {1, 3, 20, 100};

    for (size_t i = 0; i < COUNT_OF(maxima); i++) {
        struct fake *fake = fake_new(20, 5, maxima[i]);

        lost_index = 7;
        fake->behave = lose_one;
        assert_int_equal(fake_run(fake).end, RUN_LOST);
        fake_expect_rules(fake);
        assert_int_equal(fake->records[7].results, 0);
        assert_int_equal(fake_results(fake, CAUSE_NONE) + fake_results(fake, CAUSE_CANCELLED),
                         fake->delivered);
        fake_free(fake);
    }
}

TEST(lost_result_of_the_only_target)
{
    struct fake *fake = fake_new(1, 1, 4);

    lost_index = 0;
    fake->behave = lose_one;
    assert_int_equal(fake_run(fake).end, RUN_LOST);
    assert_int_equal(fake->delivered, 0);
    fake_free(fake);
}

static void lose_all(struct fake *fake, size_t index, struct result *result)
{
    (void)result;
    fake_count(fake, index, false);
    pthread_exit(NULL);
}

TEST(all_results_are_lost)
{
    struct fake *fake = fake_new(20, 5, 8);

    fake->behave = lose_all;
    assert_int_equal(fake_run(fake).end, RUN_LOST);
    fake_expect_rules(fake);
    assert_int_equal(fake_results(fake, CAUSE_CANCELLED), fake->delivered);
    fake_free(fake);
}

/* The one that a signal finds in flight: what has been stopped is not waited for in vain. */
static void interrupt_and_lose(struct fake *fake, size_t index, struct result *result)
{
    (void)result;
    if (index)
        return;
    FAKE_AWAIT(fake, fake->admitted == fake->count);
    kill(getpid(), SIGTERM);
    FAKE_AWAIT(fake, fake->cancels == 1);
    fake_count(fake, index, false);
    pthread_exit(NULL);
}

TEST(lost_result_after_a_signal)
{
    struct fake *fake = fake_new(20, 5, 1);
    struct run run;

    fake->behave = interrupt_and_lose;
    run = fake_run(fake);
    assert_int_equal(run.end, RUN_INTERRUPTED);
    assert_false(run.threads_left);
    fake_expect_rules(fake);
    assert_int_equal(fake->records[0].results, 0);
    assert_int_equal(fake_results(fake, CAUSE_CANCELLED), 19);
    fake_free(fake);
}

/*
 * In a process of its own, as such a run leaves threads that can never be joined. The first check
 * of the target fails, and what never ends is the second.
 */
static void never_end(struct fake *fake, size_t index, struct result *result)
{
    if (index == 0 && atomic_load(&fake->records[0].checks) == 1) {
        result->verdict = VERDICT_FAILED;
        result->cause = CAUSE_REFUSED;
        return;
    }
    if (index == 0)
        FAKE_AWAIT(fake, false);
    FAKE_AWAIT(fake, fake->admitted == fake->count);
    if (index != 1)
        return;
    FAKE_AWAIT(fake, atomic_load(&fake->records[0].checks) == 2);
    kill(getpid(), SIGTERM);
}

static void run_with_a_check_that_never_ends(int to_parent)
{
    struct fake *fake = fake_new(50, 5, 2);
    struct result known, none;
    struct run run;
    char told;

    fake->behave = never_end;
    fake->runner.retry = (struct retry_rules){.max = 1, .delay_us = CLOCK_MS};
    clock_run(4, 1);
    run = run_loop_run(&fake->runner, fake_list(fake));
    told = run.end == RUN_INTERRUPTED && run.threads_left && fake->cancels == 1 &&
           fake->records[0].results == 0 && fake->delivered == 49 && run_take_known(&run, &known) &&
           known.target == fake->records[0].target && known.cause == CAUSE_REFUSED &&
           !run_take_known(&run, &none);
    if (write(to_parent, told ? "y" : "n", 1) == 1)
        raise(SIGKILL);
    _exit(1);
}

TEST(check_that_never_ends_is_left_behind)
{
    int ends[2], status;
    char told = 0;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        alarm(HANG_S);
        run_with_a_check_that_never_ends(ends[1]);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &told, 1), 1);
    assert_int_equal(told, 'y');
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
}

#define LOST_TEST(test) cmocka_unit_test_setup(test, stop_the_clock)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        LOST_TEST(check_that_never_ends_is_left_behind), LOST_TEST(lost_result_ends_the_run),
        LOST_TEST(lost_result_of_the_only_target),       LOST_TEST(all_results_are_lost),
        LOST_TEST(lost_result_after_a_signal),
    };

    return RUN_TESTS(tests);
}
