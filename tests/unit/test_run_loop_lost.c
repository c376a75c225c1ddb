/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <signal.h>

#include "child.h"
#include "engine/worker_pool.h"
#include "fake_run.h"
#include "fast_clock.h"

/*
 * Results that never come: lost in the worker pool, or of a check that does not end. The clock hardly
 * moves, so no timeout of the run loop ends these runs.
 */

ssize_t __real_worker_pool_receive(struct worker_pool *pool, struct completion *completions,
                                   size_t max, int64_t deadline_us);
ssize_t __wrap_worker_pool_receive(struct worker_pool *pool, struct completion *completions,
                                   size_t max, int64_t deadline_us);

static atomic_int receives_left; /* until the pool has no sender left; negative: no limit */

ssize_t __wrap_worker_pool_receive(struct worker_pool *pool, struct completion *completions,
                                   size_t max, int64_t deadline_us)
{
    if (atomic_load(&receives_left) == 0) {
        errno = EDEADLK;
        return -1;
    }
    if (atomic_load(&receives_left) > 0)
        atomic_fetch_sub(&receives_left, 1);
    return __real_worker_pool_receive(pool, completions, max, deadline_us);
}

static int setup(void **state)
{
    (void)state;
    clock_run(1, 1000);
    atomic_store(&receives_left, -1);
    return 0;
}

TEST(lost_result_ends_the_run)
{
    static const size_t maxima[] = {1, 3, 20, 100};

    for (size_t i = 0; i < COUNT_OF(maxima); i++) {
        struct fake *fake = fake_new(2000, 5, maxima[i]);
        struct run_outcome outcome;

        atomic_store(&receives_left, 3);
        outcome = fake_run(fake);
        assert_int_equal(outcome.end, RUN_LOST);
        assert_false(outcome.threads_left);
        assert_int_equal(fake->cancels, 1);
        fake_expect_rules(fake);
        assert_in_range(fake->delivered, 0, 3 * 64);
        assert_int_equal(fake_results(fake, CAUSE_NONE), fake->delivered);
        fake_free(fake);
    }
}

TEST(lost_result_of_the_only_target)
{
    struct fake *fake = fake_new(1, 1, 4);

    atomic_store(&receives_left, 0);
    assert_int_equal(fake_run(fake).end, RUN_LOST);
    assert_int_equal(fake->delivered, 0);
    fake_free(fake);
}

/* The check that a signal finds in flight is lost. */
static void interrupt_and_lose(struct fake *fake, size_t index, struct result *result)
{
    (void)result;
    if (index)
        return;
    FAKE_AWAIT(fake, fake->admitted == fake->count);
    kill(getpid(), SIGTERM);
    FAKE_AWAIT(fake, fake->cancels == 1);
    atomic_store(&receives_left, 0);
}

TEST(lost_result_after_a_signal)
{
    struct fake *fake = fake_new(20, 5, 1);
    struct run_outcome outcome;

    fake->behave = interrupt_and_lose;
    outcome = fake_run(fake);
    assert_int_equal(outcome.end, RUN_INTERRUPTED);
    assert_false(outcome.threads_left);
    fake_expect_rules(fake);
    assert_int_equal(fake->records[0].results, 0);
    assert_int_equal(fake_results(fake, CAUSE_CANCELLED), 19);
    fake_free(fake);
}

/*
 * In a process of its own, as such a run leaves a thread that can never be joined. The first check of
 * target 0 fails, and its retry never ends.
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

static void run_with_a_check_that_never_ends(void)
{
    struct fake *fake = fake_new(50, 5, 2);
    struct run_outcome outcome;

    fake->behave = never_end;
    fake->config.retries = (struct retry_rules){.max = 1, .delay_us = CLOCK_MS};
    clock_run(4, 1);
    outcome = run_loop(&fake->config, fake_list(fake));
    ENSURE(outcome.end == RUN_INTERRUPTED);
    ENSURE(outcome.threads_left);
    ENSURE(fake->cancels == 1);
    ENSURE(fake->delivered == 49);
    ENSURE(fake->records[0].results == 0);
    ENSURE(fake->records[0].job->result->cause == CAUSE_REFUSED);
    raise(SIGKILL); /* no tool can look for leaks */
}

TEST(check_that_never_ends_is_left)
{
    struct child child;

    run_child(&child, run_with_a_check_that_never_ends);
    if (!WIFSIGNALED(child.status) || WTERMSIG(child.status) != SIGKILL)
        fail_msg("wait status %#x: %s", (unsigned)child.status, child.text);
}

#define LOST_TEST(test) cmocka_unit_test_setup(test, setup)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        LOST_TEST(check_that_never_ends_is_left),
        LOST_TEST(lost_result_ends_the_run),
        LOST_TEST(lost_result_of_the_only_target),
        LOST_TEST(lost_result_after_a_signal),
    };

    return RUN_TESTS(tests);
}
