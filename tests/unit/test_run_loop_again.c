/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "fake_run.h"
#include "fast_clock.h"

/* Runs with retries, confirmations and --wait. */

#define COUNT 300
#define DELAY_US (30 * CLOCK_S)

static int64_t failed_us[COUNT]; /* when the last check of each ended */
static atomic_size_t firsts;     /* first checks */
static atomic_int too_early;
static atomic_int not_fresh;   /* checks that could use a lookup from before the failure */
static uint8_t failing[COUNT]; /* how many checks of each fail */

static int setup(void **state)
{
    (void)state;
    clock_run(100, 1);
    atomic_store(&firsts, 0);
    atomic_store(&too_early, 0);
    atomic_store(&not_fresh, 0);
    memset(failing, 0, sizeof(failing));
    return 0;
}

static void make_failed(struct result *result, enum cause cause)
{
    result->verdict = verdict_of_cause(cause);
    result->cause = cause;
    result->message = strdup(cause_name(cause));
}

/* Fails as often as failing[] says, and counts checks that come too early. */
static void fail_at_first(struct fake *fake, size_t index, struct result *result)
{
    int number = atomic_load(&fake->records[index].checks);
    bool is_fresh = fake->records[index].options.fresh_since_us >= failed_us[index];

    if (number > 1 && !is_fresh)
        atomic_fetch_add(&not_fresh, 1);
    if (number == 1)
        atomic_fetch_add(&firsts, 1);
    else if (atomic_load(&firsts) < fake->count || clock_now_us() < failed_us[index] + DELAY_US)
        atomic_fetch_add(&too_early, 1);
    if (number <= failing[index])
        make_failed(result, CAUSE_HTTP_4XX);
    failed_us[index] = clock_now_us();
}

TEST(confirmations_come_after_all_first_checks)
{
    struct fake *fake = fake_new(COUNT, 10, 8);
    struct run_outcome outcome;

    fake->behave = fail_at_first;
    fake->config.retries = (struct retry_rules){.confirms = 2, .confirm_delay_us = DELAY_US};
    for (size_t i = 0; i < COUNT; i++)
        failing[i] = (uint8_t)(i % 4);
    outcome = fake_run(fake);
    assert_int_equal(outcome.end, RUN_DONE);
    assert_false(outcome.unfinished);
    fake_expect_all(fake);
    assert_int_equal(atomic_load(&too_early), 0);
    assert_int_equal(atomic_load(&not_fresh), 0);
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

/* All confirmations of the host are due at once, and only one may be in flight. */
static atomic_int not_last;

static void fail_and_expect_last(struct fake *fake, size_t index, struct result *result)
{
    if (atomic_load(&fake->records[index].checks) > 1 &&
        !fake->records[index].options.close_connection)
        atomic_fetch_add(&not_last, 1);
    make_failed(result, CAUSE_HTTP_4XX);
}

TEST(confirmations_leave_no_connection_open)
{
    struct fake *fake = fake_new(20, 1, 8);

    clock_run(1000, 1);
    atomic_store(&not_last, 0);
    fake->config.scheduling.host_limit = 1;
    fake->config.retries = (struct retry_rules){.confirms = 1};
    fake->behave = fail_and_expect_last;
    fake_expect_done(fake);
    assert_int_equal(atomic_load(&not_last), 0);
    fake_free(fake);
}

static bool interrupted;

static int64_t interrupt_when_all_are_parked(struct fake *fake, const struct run_status *status)
{
    if (!interrupted && status->list_ended && status->in_flight == 0 &&
        atomic_load(&firsts) == fake->count) {
        interrupted = true;
        kill(getpid(), SIGINT);
    }
    return CLOCK_NEVER;
}

TEST(interrupted_confirmations_deliver_the_failure)
{
    struct fake *fake = fake_new(50, 10, 8);
    struct run_outcome outcome;

    clock_run(1, 1); /* the patience of signals uses this clock, too */
    fake->behave = fail_at_first;
    fake->on_idle = interrupt_when_all_are_parked;
    fake->config.retries = (struct retry_rules){.confirms = 1, .confirm_delay_us = 3600 * CLOCK_S};
    memset(failing, 9, sizeof(failing));
    outcome = fake_run(fake);
    assert_int_equal(outcome.end, RUN_INTERRUPTED);
    assert_true(outcome.unfinished);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_HTTP_4XX), 50);
    fake_free(fake);
}

/* All fail after the signal, and would be confirmed. */
static void fail_after_the_signal(struct fake *fake, size_t index, struct result *result)
{
    if (index == 0) {
        FAKE_AWAIT(fake, fake->in_flight == fake->count);
        kill(getpid(), SIGINT);
    }
    FAKE_AWAIT(fake, fake->cancels > 0);
    make_failed(result, CAUSE_HTTP_4XX);
}

TEST(failures_after_a_signal_are_final)
{
    struct fake *fake = fake_new(4, 1, 4);

    clock_run(1, 1);
    fake->behave = fail_after_the_signal;
    fake->config.retries = (struct retry_rules){.confirms = 1, .confirm_delay_us = CLOCK_MS};
    assert_int_equal(fake_run(fake).end, RUN_INTERRUPTED);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_HTTP_4XX), 4);
    fake_free(fake);
}

static enum delivery have_enough(struct fake *fake, size_t index)
{
    (void)index;
    return fake->delivered == 200 ? DELIVERY_ENOUGH : DELIVERY_CONTINUE;
}

TEST(enough_delivers_parked_failures)
{
    struct fake *fake = fake_new(COUNT, 10, 8);

    fake->behave = fail_at_first;
    fake->deliver = have_enough;
    fake->config.may_end_early = true;
    fake->config.retries = (struct retry_rules){.confirms = 1, .confirm_delay_us = DELAY_US};
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
    fake->config.retries = (struct retry_rules){.wait = true, .delay_us = CLOCK_S};
    for (size_t i = 0; i < COUNT; i++)
        failing[i] = (uint8_t)(i % 7);
    fake_expect_done(fake);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(fake->records[i].verdict, VERDICT_OK);
        assert_int_equal(fake->records[i].attempts, i % 7 + 1);
    }
    /* A name or address that changes must be noticed. */
    assert_int_equal(atomic_load(&not_fresh), 0);
    fake_free(fake);
}

TEST(waiting_ends_with_the_deadline)
{
    struct fake *fake = fake_new(20, 10, 8);
    struct run_outcome outcome;

    clock_run(10, 1);
    fake->behave = fail_at_first;
    fake->config.deadline_us = clock_now_us() + 6 * CLOCK_S;
    fake->config.retries = (struct retry_rules){.wait = true, .delay_us = CLOCK_S / 10};
    memset(failing, 255, sizeof(failing));
    outcome = fake_run(fake);
    assert_int_equal(outcome.end, RUN_DEADLINE);
    assert_true(outcome.unfinished);
    fake_expect_all(fake);
    assert_int_equal(fake_results(fake, CAUSE_HTTP_4XX), 20);
    fake_free(fake);
}

static int64_t pause_end_us; /* of the last pause that was honored, as far as the checks know */
static int64_t paused_us;    /* all pauses together */

/* Each check of the host asks for a pause of a minute. */
static void ask_for_a_minute(struct fake *fake, size_t index, struct result *result)
{
    int64_t now_us = clock_now_us();

    if (index % fake->hosts)
        return;
    make_failed(result, CAUSE_RATE_LIMITED);
    result->outcome.status = 429;
    result->outcome.retry_after_us = 60 * CLOCK_S;
    if (paused_us < 600 * CLOCK_S) {
        atomic_fetch_add(&too_early, now_us < pause_end_us);
        pause_end_us = now_us + 60 * CLOCK_S;
        paused_us += 60 * CLOCK_S;
    }
}

/* One check at a time, so that each begins after main knows of the pause before it. */
TEST(pauses_of_a_host_are_honored_up_to_ten_minutes)
{
    struct fake *fake = fake_new(COUNT, 3, 1);
    int checks = 0;

    clock_run(2000, 1);
    pause_end_us = paused_us = 0;
    fake->behave = ask_for_a_minute;
    fake->config.retries = (struct retry_rules){.max = 3, .delay_us = CLOCK_S};
    fake_expect_done(fake);
    assert_int_equal(fake_results(fake, CAUSE_RATE_LIMITED), COUNT / 3);
    assert_int_equal(fake_results(fake, CAUSE_NONE), COUNT / 3 * 2);
    for (size_t i = 0; i < COUNT; i += 3)
        checks += atomic_load(&fake->records[i].checks);
    /* Ten results were retried after a pause; all later ones are final. */
    assert_int_equal(checks, COUNT / 3 + 10);
    assert_int_equal(atomic_load(&too_early), 0);
    fake_free(fake);
}

/* Random rules and failures: each target ends once, with the verdict that follows from them. */
static void run_under_rules(uint64_t *random)
{
    size_t hosts = 1 + random_below(random, 20);
    struct fake *fake = fake_new(COUNT, hosts, 1 + random_below(random, 16));
    int max = (int)random_below(random, 3), confirms = (int)random_below(random, 4);

    fake->behave = fail_at_first;
    fake->config.retries = (struct retry_rules){.max = max,
                                                .delay_us = CLOCK_MS,
                                                .confirms = confirms,
                                                .confirm_delay_us = DELAY_US};
    fake->config.scheduling.host_limit = random_below(random, 4);
    for (size_t i = 0; i < COUNT; i++)
        failing[i] = (uint8_t)random_below(random, 6);
    fake_expect_done(fake);
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
        AGAIN_TEST(confirmations_come_after_all_first_checks),
        AGAIN_TEST(confirmations_leave_no_connection_open),
        AGAIN_TEST(interrupted_confirmations_deliver_the_failure),
        AGAIN_TEST(failures_after_a_signal_are_final),
        AGAIN_TEST(enough_delivers_parked_failures),
        AGAIN_TEST(waiting_ends_when_all_are_ok),
        AGAIN_TEST(waiting_ends_with_the_deadline),
        AGAIN_TEST(pauses_of_a_host_are_honored_up_to_ten_minutes),
        AGAIN_TEST(any_rules),
    };

    return RUN_TESTS(tests);
}
