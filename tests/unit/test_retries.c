/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/clock.h"
#include "engine/retries.h"
#include "fake_target.h"

/* What is tried again, and when: without a clock, and with a seed for chance. */

#define NOW_US (1000 * CLOCK_S)

static struct retries retries;
static struct target *target;

static int setup(void **state)
{
    (void)state;
    retries = (struct retries){.rules = {.max = 3, .delay_us = CLOCK_S}, .random = 42};
    target = fake_target("http://a/", "a");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    retries_release(&retries);
    target_free(target);
    return 0;
}

static struct result failed(enum cause cause, int status)
{
    struct result result = {.target = target,
                            .verdict = VERDICT_FAILED,
                            .cause = cause,
                            .attempts = 1};

    result.message = strdup(cause_name(cause));
    result.outcome.phase = status ? PHASE_DONE : PHASE_CONNECT;
    result.outcome.status = status;
    return result;
}

/* Notes a result. How long its target is to wait, -1 if it is not tried again. */
static int64_t note(struct result result)
{
    int64_t again_us;
    enum retry retry;

    result.retry_after = retries_wish(&retries.rules, &result, NOW_US);
    retry = retries_note(&retries, &result, NOW_US, &again_us);
    if (retry == RETRY_AT)
        return again_us - NOW_US;
    assert_int_equal(retry, RETRY_NEVER);
    result_release(&result);
    return -1;
}

static bool is_tried_again(enum cause cause, int status)
{
    struct result kept;
    int64_t wait_us = note(failed(cause, status));

    if (retries_take(&retries, target, &kept))
        result_release(&kept);
    return wait_us >= 0;
}

TEST(what_may_be_otherwise_next_time_is_tried_again)
{
    static const int statuses[] = {408, 429, 500, 502, 503, 504};
    static const enum cause classes[] = {
        CAUSE_DNS_TIMEOUT,     CAUSE_REFUSED,     CAUSE_UNREACHABLE,
        CAUSE_TIMEOUT_CONNECT, CAUSE_TIMEOUT_TLS, CAUSE_TIMEOUT_RESPONSE,
        CAUSE_TIMEOUT_BODY,    CAUSE_TLS,         CAUSE_RESET,
        CAUSE_EMPTY,           CAUSE_TRUNCATED,   CAUSE_PROTOCOL};

    for (size_t i = 0; i < COUNT_OF(classes); i++)
        assert_true(is_tried_again(classes[i], 0));
    for (size_t i = 0; i < COUNT_OF(statuses); i++)
        assert_true(is_tried_again(statuses[i] == 429  ? CAUSE_RATE_LIMITED
                                   : statuses[i] < 500 ? CAUSE_HTTP_4XX
                                                       : CAUSE_HTTP_5XX,
                                   statuses[i]));
}

TEST(what_would_be_the_same_is_not)
{
    static const enum cause classes[] = {CAUSE_NONE,
                                         CAUSE_BAD_INPUT,
                                         CAUSE_DNS,
                                         CAUSE_CERT_EXPIRED,
                                         CAUSE_CERT_HOST,
                                         CAUSE_CERT_UNTRUSTED,
                                         CAUSE_TOO_MANY_REDIRECTS,
                                         CAUSE_REDIRECT_SCHEME,
                                         CAUSE_CANCELLED,
                                         CAUSE_LOCAL};
    static const int statuses[] = {400, 401, 403, 404, 501, 505};

    for (size_t i = 0; i < COUNT_OF(classes); i++)
        assert_false(is_tried_again(classes[i], 0));
    for (size_t i = 0; i < COUNT_OF(statuses); i++)
        assert_false(
            is_tried_again(statuses[i] < 500 ? CAUSE_HTTP_4XX : CAUSE_HTTP_5XX, statuses[i]));
    assert_false(is_tried_again(CAUSE_BLOCKED, 503));
}

/* --warn: it is as good as OK, and said at once. */
TEST(what_is_a_warning_is_not)
{
    struct result result = failed(CAUSE_HTTP_5XX, 503);

    result.verdict = VERDICT_WARN;
    assert_int_equal(note(result), -1);
}

TEST(waits_double_and_vary_by_a_quarter)
{
    int64_t least_us = INT64_MAX, most_us = 0;

    for (int run = 0; run < 1000; run++) {
        int64_t base_us = CLOCK_S;
        struct result kept;

        for (int attempt = 1; attempt <= 3; attempt++, base_us *= 2) {
            int64_t wait_us = note(failed(CAUSE_REFUSED, 0));

            assert_in_range(wait_us, base_us * 3 / 4, base_us * 5 / 4);
            if (attempt == 1) {
                least_us = wait_us < least_us ? wait_us : least_us;
                most_us = wait_us > most_us ? wait_us : most_us;
            }
        }
        assert_true(retries_take(&retries, target, &kept));
        result_release(&kept);
    }
    assert_true(least_us < CLOCK_S * 80 / 100);
    assert_true(most_us > CLOCK_S * 120 / 100);
}

TEST(waits_do_not_double_for_ever)
{
    int64_t wait_us = 0;

    retries.rules.max = 1000;
    for (int attempt = 1; attempt <= 1000; attempt++)
        wait_us = note(failed(CAUSE_REFUSED, 0));
    assert_in_range(wait_us, 60 * CLOCK_S, 200 * CLOCK_S);
}

TEST(longest_wait_does_not_overflow)
{
    retries.rules.delay_us = 3650 * INT64_C(86400) * CLOCK_S;
    for (int run = 0; run < 100; run++) {
        struct result kept;
        int64_t wait_us = note(failed(CAUSE_REFUSED, 0));

        assert_true(wait_us >= retries.rules.delay_us / 4 * 3);
        assert_true(wait_us <= retries.rules.delay_us / 4 * 5 + 4);
        assert_true(retries_take(&retries, target, &kept));
        result_release(&kept);
    }
}

/* Whatever its end is: who comes to the same address is not taken for it. */
TEST(forgotten_target_leaves_nothing_behind)
{
    struct result last = failed(CAUSE_LOCAL, 0);

    assert_true(note(failed(CAUSE_RESET, 0)) > 0);
    retries_forget(&retries, target, &last);
    assert_int_equal(last.attempts, 2);
    assert_int_equal(last.earlier.items[0].cause, CAUSE_RESET);
    result_release(&last);
    assert_true(note(failed(CAUSE_RESET, 0)) > 0);
    retries_forget(&retries, target, NULL);
    assert_false(retries_take(&retries, target, &last));
    retries_forget(&retries, target, NULL);
}

TEST(last_attempt_knows_of_the_others)
{
    struct result last;
    int64_t again_us;

    assert_true(note(failed(CAUSE_REFUSED, 0)) > 0);
    assert_true(note(failed(CAUSE_RESET, 0)) > 0);
    assert_true(note(failed(CAUSE_HTTP_5XX, 503)) > 0);
    last = failed(CAUSE_EMPTY, 0);
    assert_int_equal(retries_note(&retries, &last, NOW_US, &again_us), RETRY_NEVER);
    assert_int_equal(last.cause, CAUSE_EMPTY);
    assert_int_equal(last.attempts, 4);
    assert_int_equal(last.earlier.count, 3);
    assert_int_equal(last.earlier.items[0].cause, CAUSE_REFUSED);
    assert_string_equal(last.earlier.items[1].message, "reset");
    assert_int_equal(last.earlier.items[2].status, 503);
    result_release(&last);
    /* It is done with: whoever comes next begins anew. */
    assert_false(retries_take(&retries, target, &last));
}

TEST(success_ends_it)
{
    struct result last;
    int64_t again_us;

    assert_true(note(failed(CAUSE_REFUSED, 0)) > 0);
    last = failed(CAUSE_NONE, 200);
    last.verdict = VERDICT_OK;
    assert_int_equal(retries_note(&retries, &last, NOW_US, &again_us), RETRY_NEVER);
    assert_int_equal(last.attempts, 2);
    assert_int_equal(last.earlier.count, 1);
    result_release(&last);
}

/* A response that asks to be left alone for so long. */
static struct result wishful(int status, int64_t retry_after_us)
{
    struct result result = failed(status == 429 ? CAUSE_RATE_LIMITED : CAUSE_HTTP_5XX, status);

    result.outcome.retry_after_us = retry_after_us;
    return result;
}

static struct retry_after wish_of(struct result result)
{
    struct retry_after retry_after = retries_wish(&retries.rules, &result, NOW_US);

    result_release(&result);
    return retry_after;
}

static void expect_wish(struct retry_after retry_after, int64_t time_us, bool of_host, bool honored)
{
    assert_int_equal(retry_after.until_us, NOW_US + time_us);
    assert_int_equal(retry_after.of_host, of_host);
    assert_int_equal(retry_after.honored, honored);
}

TEST(server_says_when)
{
    expect_wish(wish_of(wishful(429, 7 * CLOCK_S)), 7 * CLOCK_S, true, true);
    expect_wish(wish_of(wishful(503, 600 * CLOCK_S)), 600 * CLOCK_S, true, true);
    assert_int_equal(note(wishful(429, 7 * CLOCK_S)), 7 * CLOCK_S);
    /* Of other statuses it is not meant as that. */
    assert_int_equal(wish_of(wishful(500, 7 * CLOCK_S)).until_us, 0);
    assert_in_range(note(wishful(500, 7 * CLOCK_S)), CLOCK_S, 3 * CLOCK_S);
}

TEST(server_that_says_tomorrow_is_not_waited_for)
{
    expect_wish(wish_of(wishful(429, 601 * CLOCK_S)), 601 * CLOCK_S, true, false);
    assert_int_equal(note(wishful(429, 86400 * CLOCK_S)), -1);
    /* Nor one that says a time behind the deadline. */
    retries.rules.until_us = NOW_US + 7 * CLOCK_S;
    expect_wish(wish_of(wishful(429, 7 * CLOCK_S)), 7 * CLOCK_S, true, false);
    assert_int_equal(note(wishful(429, 7 * CLOCK_S)), -1);
}

TEST(server_behind_redirects_says_when)
{
    struct result result = wishful(429, 7 * CLOCK_S);

    result.outcome.redirects = 1;
    expect_wish(wish_of(result), 7 * CLOCK_S, true, true);
    /* Another host's wish is about the target that led there. */
    result = wishful(429, 7 * CLOCK_S);
    result.outcome.on_other_host = true;
    result.outcome.redirects = 1;
    expect_wish(retries_wish(&retries.rules, &result, NOW_US), 7 * CLOCK_S, false, true);
    assert_int_equal(note(result), 7 * CLOCK_S);
    result = wishful(503, 86400 * CLOCK_S);
    result.outcome.on_other_host = true;
    assert_int_equal(note(result), -1);
}

/* The head has said it, although the body did not come whole. */
TEST(server_says_when_in_a_response_that_is_cut_short)
{
    struct result result = wishful(503, 7 * CLOCK_S);

    result.cause = CAUSE_TRUNCATED;
    result.outcome.phase = PHASE_BODY;
    assert_int_equal(note(result), 7 * CLOCK_S);
}

/* What is not asked again keeps nobody waiting. */
TEST(wish_of_what_is_not_retried_is_of_no_host)
{
    struct result result = wishful(429, 7 * CLOCK_S);

    result.verdict = VERDICT_OK;
    assert_false(wish_of(result).of_host);
    result = wishful(503, 7 * CLOCK_S);
    result.cause = CAUSE_BLOCKED;
    assert_false(wish_of(result).of_host);
    retries.rules.max = 0;
    assert_false(wish_of(wishful(429, 7 * CLOCK_S)).of_host);
    retries.rules.wait = true;
    assert_true(wish_of(wishful(429, 7 * CLOCK_S)).of_host);
}

/* The gate may know that this host has been waited for long enough. */
TEST(wish_that_is_not_granted_is_no_reason_to_ask_sooner)
{
    struct result result = wishful(429, 7 * CLOCK_S);
    int64_t again_us;

    result.retry_after = (struct retry_after){.until_us = NOW_US + 7 * CLOCK_S, .of_host = true};
    assert_int_equal(retries_note(&retries, &result, NOW_US, &again_us), RETRY_NEVER);
    result_release(&result);
}

TEST(without_retries_all_is_final)
{
    retries.rules.max = 0;
    assert_int_equal(note(failed(CAUSE_REFUSED, 0)), -1);
}

#define RETRY_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        RETRY_TEST(what_may_be_otherwise_next_time_is_tried_again),
        RETRY_TEST(what_would_be_the_same_is_not),
        RETRY_TEST(what_is_a_warning_is_not),
        RETRY_TEST(waits_double_and_vary_by_a_quarter),
        RETRY_TEST(waits_do_not_double_for_ever),
        RETRY_TEST(longest_wait_does_not_overflow),
        RETRY_TEST(forgotten_target_leaves_nothing_behind),
        RETRY_TEST(last_attempt_knows_of_the_others),
        RETRY_TEST(success_ends_it),
        RETRY_TEST(server_says_when),
        RETRY_TEST(server_that_says_tomorrow_is_not_waited_for),
        RETRY_TEST(server_behind_redirects_says_when),
        RETRY_TEST(server_says_when_in_a_response_that_is_cut_short),
        RETRY_TEST(wish_of_what_is_not_retried_is_of_no_host),
        RETRY_TEST(wish_that_is_not_granted_is_no_reason_to_ask_sooner),
        RETRY_TEST(without_retries_all_is_final),
    };

    return RUN_TESTS(tests);
}
