/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/clock.h"
#include "engine/retries.h"
#include "fake_target.h"

/* What is asked once more when all else is done, and what is waited for: time is given. */

#define NOW_US (1000 * CLOCK_S)
#define TARGETS 8

static struct retries retries;
static struct target *targets[TARGETS];

/* How many more times there is no memory. */
static int failures_left;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size)
{
    return failures_left > 0 && failures_left-- ? NULL : __real_calloc(count, size);
}

static int setup(void **state)
{
    static const char *const hosts[TARGETS] = {"a", "b", "a", "b", "a", "c", "a", "a"};
    static const char *const urls[TARGETS] = {"0", "1", "2", "3", "4", "5", "6", "7"};

    (void)state;
    failures_left = 0;
    retries =
        (struct retries){.rules = {.confirms = 2, .confirm_delay_us = 30 * CLOCK_S}, .random = 42};
    for (size_t i = 0; i < TARGETS; i++)
        targets[i] = fake_target(urls[i], hosts[i]);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    retries_release(&retries);
    for (size_t i = 0; i < TARGETS; i++)
        target_free(targets[i]);
    return 0;
}

static struct result result_of(size_t index, enum verdict verdict, enum cause cause)
{
    struct result result = {.target = targets[index],
                            .verdict = verdict,
                            .cause = cause,
                            .attempts = 1};

    if (cause != CAUSE_NONE)
        result.message = strdup(cause_name(cause));
    result.outcome.phase = PHASE_DONE;
    result.outcome.status = verdict == VERDICT_FAILED ? 404 : 200;
    return result;
}

static enum retry note(struct result *result, int64_t *time_us)
{
    result->retry_after = retries_wish(&retries.rules, result, NOW_US);
    return retries_note(&retries, result, NOW_US, time_us);
}

/* A failure that is to be confirmed. */
static void park(size_t index, enum cause cause)
{
    struct result result = result_of(index, VERDICT_FAILED, cause);
    int64_t time_us;

    assert_int_equal(note(&result, &time_us), RETRY_AT_LAST);
    assert_int_equal(time_us, NOW_US + 30 * CLOCK_S);
}

/* The next one that is unparked is this. */
static int64_t unpark(size_t index)
{
    int64_t time_us = 0;

    assert_ptr_equal(retries_unpark(&retries, &time_us), targets[index]);
    return time_us;
}

static void expect_none_parked(void)
{
    int64_t time_us;
    struct result result;

    assert_null(retries_unpark(&retries, &time_us));
    assert_false(retries_take_parked(&retries, &result));
}

static void expect_final(struct result *result, enum verdict verdict, enum cause cause,
                         const char *message)
{
    int64_t time_us;

    assert_int_equal(note(result, &time_us), RETRY_NEVER);
    assert_int_equal(result->verdict, verdict);
    assert_int_equal(result->cause, cause);
    assert_string_equal(result->message, message);
    assert_false(retries_take(&retries, result->target, &(struct result){0}));
    result_release(result);
}

TEST(failure_that_is_confirmed_stays_one)
{
    struct result last;

    park(0, CAUSE_HTTP_4XX);
    retries_space(&retries, NOW_US);
    unpark(0);
    park(0, CAUSE_RESET);
    retries_space(&retries, NOW_US);
    unpark(0);
    last = result_of(0, VERDICT_FAILED, CAUSE_REFUSED);
    expect_final(&last, VERDICT_FAILED, CAUSE_REFUSED, "refused (3 of 3 failed)");
    expect_none_parked();
}

TEST(what_passes_then_is_flaky)
{
    struct result last;

    park(0, CAUSE_HTTP_4XX);
    retries_space(&retries, NOW_US);
    unpark(0);
    park(0, CAUSE_RESET);
    retries_space(&retries, NOW_US);
    unpark(0);
    last = result_of(0, VERDICT_OK, CAUSE_NONE);
    expect_final(&last, VERDICT_FLAKY, CAUSE_RESET, "reset (2 of 3 failed)");
    park(1, CAUSE_RESET);
    last = result_of(1, VERDICT_WARN, CAUSE_SLOW);
    expect_final(&last, VERDICT_FLAKY, CAUSE_RESET, "reset (1 of 2 failed), then slow: slow");
}

TEST(attempts_and_rounds_are_counted)
{
    struct result last;
    int64_t time_us;

    retries.rules.max = 1;
    retries.rules.delay_us = CLOCK_S;
    last = result_of(0, VERDICT_FAILED, CAUSE_RESET);
    assert_int_equal(note(&last, &time_us), RETRY_AT);
    park(0, CAUSE_RESET);
    retries_space(&retries, NOW_US);
    unpark(0);
    /* No retries in a confirmation. */
    park(0, CAUSE_RESET);
    last = result_of(0, VERDICT_OK, CAUSE_NONE);
    assert_int_equal(note(&last, &time_us), RETRY_NEVER);
    assert_int_equal(last.attempts, 4);
    assert_int_equal(last.rounds, 3);
    assert_int_equal(last.earlier.count, 3);
    result_release(&last);
}

TEST(what_is_no_failure_of_the_url_is_not_confirmed)
{
    static const enum cause classes[] = {CAUSE_BAD_INPUT, CAUSE_LOCAL, CAUSE_DEADLINE,
                                         CAUSE_CANCELLED};

    for (size_t i = 0; i < COUNT_OF(classes); i++) {
        struct result result = result_of(0, VERDICT_FAILED, classes[i]);

        expect_final(&result, VERDICT_FAILED, classes[i], cause_name(classes[i]));
    }
}

/* A confirmation for which this machine had not enough says nothing of the URL. */
TEST(shortage_in_a_confirmation_is_said_as_it_is)
{
    struct result last;

    park(0, CAUSE_RESET);
    last = result_of(0, VERDICT_FAILED, CAUSE_LOCAL);
    expect_final(&last, VERDICT_FAILED, CAUSE_LOCAL, "local");
}

TEST(what_would_come_behind_the_deadline_is_final)
{
    struct result last = result_of(0, VERDICT_FAILED, CAUSE_RESET);

    retries.rules.until_us = NOW_US + 30 * CLOCK_S;
    expect_final(&last, VERDICT_FAILED, CAUSE_RESET, "reset");
}

TEST(server_that_wants_more_time_has_it)
{
    struct result result = result_of(0, VERDICT_FAILED, CAUSE_RATE_LIMITED);
    int64_t time_us;

    result.outcome.status = 429;
    result.outcome.retry_after_us = 50 * CLOCK_S;
    assert_int_equal(note(&result, &time_us), RETRY_AT_LAST);
    assert_int_equal(time_us, NOW_US + 50 * CLOCK_S);
    result = result_of(1, VERDICT_FAILED, CAUSE_RATE_LIMITED);
    result.outcome.status = 429;
    result.outcome.retry_after_us = 86400 * CLOCK_S;
    expect_final(&result, VERDICT_FAILED, CAUSE_RATE_LIMITED, "rate-limited");
}

/* In the order in which they failed, those of a host apart from each other. */
TEST(confirmations_of_a_host_are_spaced)
{
    const int64_t first = NOW_US + 60 * CLOCK_S, space = 100 * CLOCK_MS;

    for (size_t i = 0; i < TARGETS; i++)
        park(i, CAUSE_RESET);
    retries_space(&retries, first);
    assert_int_equal(unpark(0), first);
    assert_int_equal(unpark(1), first);
    assert_int_equal(unpark(2), first + space);
    assert_int_equal(unpark(3), first + space);
    assert_int_equal(unpark(4), first + 2 * space);
    assert_int_equal(unpark(5), first);
    assert_int_equal(unpark(6), first + 3 * space);
    assert_int_equal(unpark(7), first + 4 * space);
    expect_none_parked();
}

TEST(short_of_memory_they_come_together)
{
    park(0, CAUSE_RESET);
    park(1, CAUSE_RESET);
    park(2, CAUSE_RESET);
    failures_left = 3;
    retries_space(&retries, NOW_US);
    assert_int_equal(failures_left, 0);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(unpark(i), NOW_US + 30 * CLOCK_S);
    expect_none_parked();
}

TEST(short_of_memory_a_failure_is_final)
{
    struct result last = result_of(0, VERDICT_FAILED, CAUSE_RESET);

    failures_left = 1;
    expect_final(&last, VERDICT_FAILED, CAUSE_RESET, "reset");
}

/* Not so far that they would take longer than the wait for them. */
TEST(spaces_shrink_with_the_delay)
{
    int64_t time_us;

    retries.rules.confirm_delay_us = 100 * CLOCK_MS;
    for (size_t i = 0; i < TARGETS; i++) {
        struct result result = result_of(i, VERDICT_FAILED, CAUSE_RESET);

        assert_int_equal(note(&result, &time_us), RETRY_AT_LAST);
    }
    retries_space(&retries, NOW_US + CLOCK_S);
    for (size_t i = 0; i < TARGETS; i++)
        assert_in_range(unpark(i), NOW_US + CLOCK_S, NOW_US + CLOCK_S + 101 * CLOCK_MS);
    expect_none_parked();
}

/* All failed at once, and all else is done long before their delay is over. */
TEST(they_are_spaced_behind_the_delay_too)
{
    const int64_t first = NOW_US + 30 * CLOCK_S, space = 100 * CLOCK_MS;

    for (size_t i = 0; i < TARGETS; i++)
        park(i, CAUSE_RESET);
    retries_space(&retries, NOW_US);
    assert_int_equal(unpark(0), first);
    assert_int_equal(unpark(1), first);
    assert_int_equal(unpark(2), first + space);
    assert_int_equal(unpark(3), first + space);
    assert_int_equal(unpark(4), first + 2 * space);
}

TEST(what_was_found_before_the_failure_does_not_count)
{
    struct result result = result_of(1, VERDICT_FAILED, CAUSE_RESET);
    int64_t time_us;

    assert_int_equal(retries_fresh_us(&retries, targets[0]), 0);
    park(0, CAUSE_RESET);
    assert_int_equal(retries_fresh_us(&retries, targets[0]), NOW_US);
    assert_int_equal(retries_fresh_us(&retries, targets[1]), 0);
    /* A retry comes so soon that it may. */
    retries.rules.max = 1;
    retries.rules.delay_us = CLOCK_S;
    assert_int_equal(note(&result, &time_us), RETRY_AT);
    assert_int_equal(retries_fresh_us(&retries, targets[1]), 0);
    retries.rules.wait = true;
    assert_int_equal(retries_fresh_us(&retries, targets[1]), NOW_US);
}

/* The run is interrupted: what is known is known. */
TEST(parked_results_can_be_had_as_they_are)
{
    struct result result;

    park(0, CAUSE_RESET);
    park(1, CAUSE_REFUSED);
    retries_space(&retries, NOW_US);
    unpark(0);
    park(0, CAUSE_RESET);
    retries_end(&retries);
    assert_true(retries_take_parked(&retries, &result));
    assert_ptr_equal(result.target, targets[0]);
    assert_string_equal(result.message, "reset (2 of 2 failed)");
    result_release(&result);
    assert_true(retries_take_parked(&retries, &result));
    assert_ptr_equal(result.target, targets[1]);
    assert_string_equal(result.message, "refused");
    result_release(&result);
    expect_none_parked();
}

TEST(waiting_goes_on_for_ever_at_one_pace)
{
    struct result last;
    int64_t time_us;

    retries.rules = (struct retry_rules){.wait = true, .delay_us = CLOCK_S, .until_us = NOW_US};
    for (int i = 0; i < 2000; i++) {
        last = result_of(0, VERDICT_FAILED, CAUSE_HTTP_4XX);
        assert_int_equal(note(&last, &time_us), RETRY_AT);
        assert_in_range(time_us, NOW_US + CLOCK_S * 3 / 4, NOW_US + CLOCK_S * 5 / 4);
    }
    last = result_of(0, VERDICT_OK, CAUSE_NONE);
    assert_int_equal(note(&last, &time_us), RETRY_NEVER);
    assert_int_equal(last.verdict, VERDICT_OK);
    assert_int_equal(last.attempts, 2001);
    /* What it takes does not grow with the time. */
    assert_int_equal(last.earlier.count, 1);
    result_release(&last);
}

TEST(waiting_obeys_the_server_and_stops_at_bad_input)
{
    struct result result = result_of(0, VERDICT_FAILED, CAUSE_RATE_LIMITED);
    int64_t time_us;

    retries.rules = (struct retry_rules){.wait = true, .delay_us = CLOCK_S};
    result.outcome.status = 429;
    result.outcome.retry_after_us = 7 * CLOCK_S;
    assert_int_equal(note(&result, &time_us), RETRY_AT);
    assert_int_equal(time_us, NOW_US + 7 * CLOCK_S);
    /* However long it says. */
    result = result_of(0, VERDICT_FAILED, CAUSE_RATE_LIMITED);
    retries.rules.until_us = NOW_US + CLOCK_S;
    result.outcome.status = 429;
    result.outcome.retry_after_us = 86400 * CLOCK_S;
    assert_int_equal(note(&result, &time_us), RETRY_AT);
    assert_int_equal(time_us, NOW_US + 86400 * CLOCK_S);
    result = result_of(1, VERDICT_FAILED, CAUSE_BAD_INPUT);
    expect_final(&result, VERDICT_FAILED, CAUSE_BAD_INPUT, "bad-input");
}

#define CONFIRM_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CONFIRM_TEST(failure_that_is_confirmed_stays_one),
        CONFIRM_TEST(what_passes_then_is_flaky),
        CONFIRM_TEST(attempts_and_rounds_are_counted),
        CONFIRM_TEST(what_is_no_failure_of_the_url_is_not_confirmed),
        CONFIRM_TEST(shortage_in_a_confirmation_is_said_as_it_is),
        CONFIRM_TEST(what_would_come_behind_the_deadline_is_final),
        CONFIRM_TEST(server_that_wants_more_time_has_it),
        CONFIRM_TEST(confirmations_of_a_host_are_spaced),
        CONFIRM_TEST(short_of_memory_they_come_together),
        CONFIRM_TEST(short_of_memory_a_failure_is_final),
        CONFIRM_TEST(spaces_shrink_with_the_delay),
        CONFIRM_TEST(they_are_spaced_behind_the_delay_too),
        CONFIRM_TEST(what_was_found_before_the_failure_does_not_count),
        CONFIRM_TEST(parked_results_can_be_had_as_they_are),
        CONFIRM_TEST(waiting_goes_on_for_ever_at_one_pace),
        CONFIRM_TEST(waiting_obeys_the_server_and_stops_at_bad_input),
    };

    return RUN_TESTS(tests);
}
