/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/gate.h"
#include "fake_run.h"
#include "fast_clock.h"

/* Runs whose checks are made again: retries, confirmations, waiting. */

#define COUNT 300
#define DELAY_US (30 * CLOCK_S)

static int64_t failed_us[COUNT]; /* when the last check of each ended */
static atomic_size_t firsts;     /* checks that were not made again */
static atomic_int too_early;
static atomic_int not_afresh;  /* checks that may have used what was found before a failure */
static uint8_t failing[COUNT]; /* how often each of them is to fail */

static int setup(void **state)
{
    (void)state;
    clock_run(100, 1);
    atomic_store(&firsts, 0);
    atomic_store(&too_early, 0);
    atomic_store(&not_afresh, 0);
    memset(failing, 0, sizeof(failing));
    return 0;
}

static void make_failed(struct result *result, enum cause cause)
{
    result->verdict = VERDICT_FAILED;
    result->cause = cause;
    result->message = strdup(cause_name(cause));
}

/* Fails as often as it is to; tells of what comes before its time. */
static void fail_at_first(struct fake *fake, size_t index, struct result *result)
{
    int number = atomic_load(&fake->records[index].checks);
    bool is_afresh = fake->records[index].options.fresh_since_us >= failed_us[index];

    if (number > 1 && !is_afresh)
        atomic_fetch_add(&not_afresh, 1);
    if (number == 1)
        atomic_fetch_add(&firsts, 1);
    else if (atomic_load(&firsts) < fake->count || clock_now_us() < failed_us[index] + DELAY_US)
        atomic_fetch_add(&too_early, 1);
    if (number <= failing[index])
        make_failed(result, CAUSE_HTTP_4XX);
    failed_us[index] = clock_now_us();
}

TEST(confirmations_come_when_all_else_is_done)
{
    struct fake *fake = fake_new(COUNT, 10, 8);
    struct run run;

    fake->behave = fail_at_first;
    fake->runner.retry = (struct retry_rules){.confirms = 2, .confirm_delay_us = DELAY_US};
    for (size_t i = 0; i < COUNT; i++)
        failing[i] = (uint8_t)(i % 4);
    run = fake_run(fake);
    assert_int_equal(run.end, RUN_DONE);
    assert_false(run.unfinished);
    fake_expect_all(fake);
    assert_int_equal(atomic_load(&too_early), 0);
    assert_int_equal(atomic_load(&not_afresh), 0);
    for (size_t i = 0; i < COUNT; i++) {
        static const enum verdict verdicts[] = {VERDICT_OK, VERDICT_FLAKY, VERDICT_FLAKY,
                                                VERDICT_FAILED};
        static const int checks[] = {1, 2, 3, 3};

        assert_int_equal(fake->records[i].verdict, verdicts[i % 4]);
        assert_int_equal(fake->records[i].attempts, checks[i % 4]);
        assert_int_equal(atomic_load(&fake->records[i].checks), checks[i % 4]);
    }
    fake_free(fake);
}

static bool interrupted;

static int64_t interrupt_when_all_are_parked(struct fake *fake, const struct pulse *pulse)
{
    if (!interrupted && pulse->list_ended && pulse->in_flight == 0 &&
        atomic_load(&firsts) == fake->count) {
        interrupted = true;
        kill(getpid(), SIGINT);
    }
    return CLOCK_NEVER;
}

TEST(interruption_leaves_what_is_known)
{
    struct fake *fake = fake_new(50, 10, 8);
    struct run run;

    clock_run(1, 1); /* the patience of signals is of that clock, too */
    fake->behave = fail_at_first;
    fake->pause = interrupt_when_all_are_parked;
    fake->runner.retry = (struct retry_rules){.confirms = 1, .confirm_delay_us = 3600 * CLOCK_S};
    memset(failing, 9, sizeof(failing));
    run = fake_run(fake);
    assert_int_equal(run.end, RUN_INTERRUPTED);
    assert_true(run.unfinished);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_HTTP_4XX), 50);
    fake_free(fake);
}

static enum delivery have_enough(struct fake *fake, size_t index)
{
    (void)index;
    return fake->delivered == 200 ? DELIVERY_ENOUGH : DELIVERY_GO_ON;
}

/* Those that are parked then have their results, and no others are made up. */
TEST(enough_leaves_what_is_known)
{
    struct fake *fake = fake_new(COUNT, 10, 8);

    fake->behave = fail_at_first;
    fake->deliver = have_enough;
    fake->runner.ends_early = true;
    fake->runner.retry = (struct retry_rules){.confirms = 1, .confirm_delay_us = DELAY_US};
    memset(failing, 9, 50);
    assert_int_equal(fake_run(fake).end, RUN_ENOUGH);
    fake_expect_rules(fake);
    assert_in_range(fake->delivered, 250, 250 + 8);
    assert_int_equal(fake_results(fake, CAUSE_HTTP_4XX), 50);
    assert_int_equal(fake_results(fake, CAUSE_NONE), fake->delivered - 50);
    fake_free(fake);
}

TEST(waiting_ends_when_all_are_ok)
{
    struct fake *fake = fake_new(COUNT, 10, 8);

    fake->behave = fail_at_first;
    fake->runner.retry = (struct retry_rules){.wait = true, .delay_us = CLOCK_S};
    for (size_t i = 0; i < COUNT; i++)
        failing[i] = (uint8_t)(i % 7);
    assert_int_equal(fake_run(fake).end, RUN_DONE);
    fake_expect_all(fake);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(fake->records[i].verdict, VERDICT_OK);
        assert_int_equal(fake->records[i].attempts, i % 7 + 1);
    }
    /* Whoever waits for a name or an address to change is told when it has. */
    assert_int_equal(atomic_load(&not_afresh), 0);
    fake_free(fake);
}

TEST(waiting_ends_with_the_deadline)
{
    struct fake *fake = fake_new(20, 10, 8);
    struct run run;

    clock_run(10, 1);
    fake->behave = fail_at_first;
    fake->runner.deadline_us = clock_now_us() + 6 * CLOCK_S;
    fake->runner.retry = (struct retry_rules){.wait = true, .delay_us = CLOCK_S / 10};
    memset(failing, 255, sizeof(failing));
    run = fake_run(fake);
    assert_int_equal(run.end, RUN_DEADLINE);
    assert_true(run.unfinished);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_HTTP_4XX), 20);
    fake_free(fake);
}

static struct gate *gate;
static int64_t refused_us; /* when its host was last told to come back in a minute, and heard it */
static int waits;

/* As a session does, of a host that refuses all; it wants a minute each time. */
static void be_refused(struct fake *fake, size_t index, struct result *result)
{
    const char *host = result->target->host;
    int64_t now_us = clock_now_us();
    int64_t until_us = gate_until_us(gate, host, now_us);

    if (until_us) {
        result->held_until_us = until_us;
        return;
    }
    if (index % fake->hosts == 0) {
        make_failed(result, CAUSE_RATE_LIMITED);
        result->outcome.status = 429;
        result->outcome.retry_after_us = 60 * CLOCK_S;
        atomic_fetch_add(&too_early, now_us < refused_us + 60 * CLOCK_S);
    }
    gate_note(gate, &fake->runner.retry, result, now_us);
    if (result->retry_after.honored) {
        refused_us = now_us;
        waits++;
    }
}

/* One check at once, so that each comes after what was said to the one before it. */
TEST(host_that_refuses_all_is_waited_for_ten_minutes)
{
    struct fake *fake = fake_new(COUNT, 3, 1);

    clock_run(2000, 1);
    gate = gate_new();
    assert_non_null(gate);
    refused_us = clock_now_us() - 60 * CLOCK_S;
    waits = 0;
    fake->behave = be_refused;
    fake->runner.retry = (struct retry_rules){.max = 3, .delay_us = CLOCK_S};
    assert_int_equal(fake_run(fake).end, RUN_DONE);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_RATE_LIMITED), COUNT / 3);
    assert_int_equal(fake_results(fake, CAUSE_NONE), COUNT / 3 * 2);
    assert_int_equal(waits, 10);
    assert_int_equal(atomic_load(&too_early), 0);
    gate_free(gate);
    fake_free(fake);
}

/* Thousands of targets under rules of all kinds: each ends once, as its failures let it. */
static void run_under_rules(uint64_t *random)
{
    size_t hosts = 1 + random_below(random, 20);
    struct fake *fake = fake_new(COUNT, hosts, 1 + random_below(random, 16));
    int max = (int)random_below(random, 3), confirms = (int)random_below(random, 4);

    fake->behave = fail_at_first;
    fake->runner.retry = (struct retry_rules){.max = max,
                                              .delay_us = CLOCK_MS,
                                              .confirms = confirms,
                                              .confirm_delay_us = DELAY_US};
    fake->runner.rules.host_limit = random_below(random, 4);
    for (size_t i = 0; i < COUNT; i++)
        failing[i] = (uint8_t)random_below(random, 6);
    assert_int_equal(fake_run(fake).end, RUN_DONE);
    fake_expect_all(fake);
    for (size_t i = 0; i < COUNT; i++) {
        /* 404 is not retried, only confirmed. */
        int checks = failing[i] > confirms ? confirms + 1 : failing[i] + 1;
        enum verdict verdict = failing[i] > confirms ? VERDICT_FAILED
                               : failing[i]          ? VERDICT_FLAKY
                                                     : VERDICT_OK;

        assert_int_equal(atomic_load(&fake->records[i].checks), checks);
        assert_int_equal(fake->records[i].verdict, verdict);
    }
    assert_int_equal(atomic_load(&too_early), 0);
    fake_free(fake);
}

TEST(any_rules)
{
    for (unsigned run = 0; run < 20; run++) {
        uint64_t random = random_seed(run);

        clock_run(1000, 1);
        atomic_store(&firsts, 0);
        run_under_rules(&random);
    }
}

#define AGAIN_TEST(test) cmocka_unit_test_setup(test, setup)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        AGAIN_TEST(confirmations_come_when_all_else_is_done),
        AGAIN_TEST(interruption_leaves_what_is_known),
        AGAIN_TEST(enough_leaves_what_is_known),
        AGAIN_TEST(waiting_ends_when_all_are_ok),
        AGAIN_TEST(waiting_ends_with_the_deadline),
        AGAIN_TEST(host_that_refuses_all_is_waited_for_ten_minutes),
        AGAIN_TEST(any_rules),
    };

    return RUN_TESTS(tests);
}
