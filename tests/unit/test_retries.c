/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <curl/curl.h>

#include "base/clock.h"
#include "engine/retries.h"
#include "engine/scheduler.h"
#include "fake_job.h"

/* Which results are retried, and when. Times are passed in, and the random numbers have a seed. */

#define NOW_US (1000 * CLOCK_S)
/* As in retries.c. */
#define DELAY_MAX_US (120 * CLOCK_S)
#define CONFIRM_SPACE_US (100 * CLOCK_MS)

static struct retries retries;
static struct job *job;

static void renew_job(void)
{
    job_free(job);
    job = fake_job("http://a/", "a");
}

static int setup(void **state)
{
    (void)state;
    retries = (struct retries){.rules = {.max = 3, .delay_us = CLOCK_S}, .random_state = 42};
    renew_job();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    job_free(job);
    job = NULL;
    return 0;
}

static struct result failed(enum cause cause, int status)
{
    struct result result = {.target = job->target,
                            .verdict = verdict_of_cause(cause),
                            .cause = cause,
                            .attempts = 1};

    result.message = strdup(cause_name(cause));
    result.outcome.phase = status ? PHASE_DONE : PHASE_CONNECT;
    result.outcome.status = status;
    return result;
}

/* The job gets a result. Returns in how many microseconds it is retried; -1: not retried. */
static int64_t note(struct result result)
{
    enum retry_decision decision;
    int64_t time_us;

    result.retry_after = retries_read_retry_after(&retries.rules, &result, NOW_US);
    job_add_result(job, &result, NOW_US, true);
    decision = retries_decide(&retries, job, NOW_US, &time_us);
    assert_true(decision == RETRY_AT || decision == RETRY_NEVER);
    return decision == RETRY_AT ? time_us - NOW_US : -1;
}

static int64_t note_first(struct result result)
{
    int64_t wait_us = note(result);

    renew_job();
    return wait_us;
}

static bool is_retried(enum cause cause, int status)
{
    return note_first(failed(cause, status)) >= 0;
}

TEST(transient_failures_are_retried)
{
    static const int statuses[] = {408, 429, 500, 502, 503, 504};
    static const enum cause causes[] = {
        CAUSE_DNS_TIMEOUT,     CAUSE_REFUSED,     CAUSE_UNREACHABLE,
        CAUSE_TIMEOUT_CONNECT, CAUSE_TIMEOUT_TLS, CAUSE_TIMEOUT_RESPONSE,
        CAUSE_TIMEOUT_BODY,    CAUSE_TLS,         CAUSE_RESET,
        CAUSE_EMPTY,           CAUSE_TRUNCATED,   CAUSE_PROTOCOL};

    for (size_t i = 0; i < COUNT_OF(causes); i++)
        assert_true(is_retried(causes[i], 0));
    for (size_t i = 0; i < COUNT_OF(statuses); i++)
        assert_true(is_retried(statuses[i] == 429  ? CAUSE_RATE_LIMITED
                               : statuses[i] < 500 ? CAUSE_HTTP_4XX
                                                   : CAUSE_HTTP_5XX,
                               statuses[i]));
}

TEST(permanent_failures_are_not_retried)
{
    static const enum cause causes[] = {CAUSE_NONE,
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

    for (size_t i = 0; i < COUNT_OF(causes); i++)
        assert_false(is_retried(causes[i], 0));
    for (size_t i = 0; i < COUNT_OF(statuses); i++)
        assert_false(is_retried(statuses[i] < 500 ? CAUSE_HTTP_4XX : CAUSE_HTTP_5XX, statuses[i]));
    assert_false(is_retried(CAUSE_BLOCKED, 503));
}

/* --wait: this machine may have what it lacked, or is not stopped again. A CA file does not appear. */
TEST(waiting_retries_what_is_unknown)
{
    struct result result = failed(CAUSE_LOCAL, 0);

    retries.rules = (struct retry_rules){.wait = true, .delay_us = CLOCK_S};
    result.outcome.code = CURLE_COULDNT_CONNECT;
    assert_true(note(result) > 0);
    assert_true(note(failed(CAUSE_CANCELLED, 0)) > 0);
    result = failed(CAUSE_LOCAL, 0);
    result.outcome.code = CURLE_SSL_CACERT_BADFILE;
    assert_int_equal(note(result), -1);
}

/* --warn 503. */
TEST(warnings_are_not_retried)
{
    struct result result = failed(CAUSE_HTTP_5XX, 503);

    result.verdict = VERDICT_WARN;
    assert_int_equal(note(result), -1);
}

TEST(delays_double_and_vary_by_a_quarter)
{
    int64_t shortest_us = INT64_MAX, longest_us = 0;

    for (int run = 0; run < 1000; run++) {
        int64_t base_us = CLOCK_S;

        for (int attempt = 1; attempt <= 3; attempt++, base_us *= 2) {
            int64_t wait_us = note(failed(CAUSE_REFUSED, 0));

            assert_in_range(wait_us, base_us * 3 / 4, base_us * 5 / 4);
            if (attempt == 1) {
                shortest_us = wait_us < shortest_us ? wait_us : shortest_us;
                longest_us = wait_us > longest_us ? wait_us : longest_us;
            }
        }
        assert_int_equal(note(failed(CAUSE_REFUSED, 0)), -1);
        renew_job();
    }
    assert_true(shortest_us < CLOCK_S * 76 / 100);
    assert_true(longest_us > CLOCK_S * 124 / 100);
}

TEST(doubling_ends_at_two_minutes)
{
    int64_t shortest_us = INT64_MAX, longest_us = 0;

    retries.rules.max = 1000;
    for (int attempt = 1; attempt <= 1000; attempt++) {
        int64_t wait_us = note(failed(CAUSE_REFUSED, 0));

        if (attempt < 10)
            continue;
        shortest_us = wait_us < shortest_us ? wait_us : shortest_us;
        longest_us = wait_us > longest_us ? wait_us : longest_us;
    }
    assert_in_range(shortest_us, DELAY_MAX_US * 75 / 100, DELAY_MAX_US * 76 / 100);
    assert_in_range(longest_us, DELAY_MAX_US * 124 / 100, DELAY_MAX_US * 125 / 100);
}

TEST(longer_delay_than_two_minutes_is_kept)
{
    retries.rules.delay_us = 150 * CLOCK_S;
    for (int attempt = 1; attempt <= 3; attempt++)
        assert_in_range(note(failed(CAUSE_REFUSED, 0)), 150 * CLOCK_S * 3 / 4,
                        150 * CLOCK_S * 5 / 4);
}

TEST(longest_delay_does_not_overflow)
{
    retries.rules.delay_us = 3650 * INT64_C(86400) * CLOCK_S;
    for (int run = 0; run < 100; run++) {
        int64_t wait_us = note_first(failed(CAUSE_REFUSED, 0));

        assert_true(wait_us >= retries.rules.delay_us / 4 * 3);
        assert_true(wait_us <= retries.rules.delay_us / 4 * 5 + 4);
    }
}

TEST(final_result_has_its_earlier_attempts)
{
    assert_true(note(failed(CAUSE_REFUSED, 0)) > 0);
    assert_true(note(failed(CAUSE_RESET, 0)) > 0);
    assert_true(note(failed(CAUSE_HTTP_5XX, 503)) > 0);
    assert_int_equal(note(failed(CAUSE_EMPTY, 0)), -1);
    assert_int_equal(job->result->cause, CAUSE_EMPTY);
    assert_string_equal(job->result->message, "empty");
    assert_int_equal(job->result->attempts, 4);
    assert_int_equal(job->result->earlier.count, 3);
    assert_int_equal(job->result->earlier.items[0].cause, CAUSE_REFUSED);
    assert_string_equal(job->result->earlier.items[1].message, "reset");
    assert_int_equal(job->result->earlier.items[2].status, 503);
}

TEST(success_is_final)
{
    struct result success = failed(CAUSE_NONE, 200);

    success.verdict = VERDICT_OK;
    assert_true(note(failed(CAUSE_REFUSED, 0)) > 0);
    assert_int_equal(note(success), -1);
    assert_int_equal(job->result->verdict, VERDICT_OK);
    assert_int_equal(job->result->attempts, 2);
}

TEST(without_retries_all_is_final)
{
    retries.rules.max = 0;
    assert_int_equal(note(failed(CAUSE_REFUSED, 0)), -1);
}

TEST(retry_must_start_before_the_deadline)
{
    retries.rules.deadline_us = NOW_US + CLOCK_S * 3 / 4;
    assert_int_equal(note(failed(CAUSE_REFUSED, 0)), -1);
    renew_job();
    retries.rules.deadline_us = NOW_US + CLOCK_S * 5 / 4 + 1;
    assert_true(note(failed(CAUSE_REFUSED, 0)) > 0);
}

/* A response with a Retry-After of so many microseconds. */
static struct result refusal(int status, int64_t retry_after_us)
{
    struct result result = failed(status == 429 ? CAUSE_RATE_LIMITED : CAUSE_HTTP_5XX, status);

    result.outcome.retry_after_us = retry_after_us;
    return result;
}

static struct retry_after read_and_release(struct result result)
{
    struct retry_after retry_after = retries_read_retry_after(&retries.rules, &result, NOW_US);

    result_release(&result);
    return retry_after;
}

static void expect_retry_after(struct result result, int64_t wait_us, bool of_host, bool honored)
{
    struct retry_after retry_after = read_and_release(result);

    assert_int_equal(retry_after.until_us, NOW_US + wait_us);
    assert_int_equal(retry_after.of_host, of_host);
    assert_int_equal(retry_after.honored, honored);
}

TEST(retry_after_is_obeyed)
{
    expect_retry_after(refusal(429, 7 * CLOCK_S), 7 * CLOCK_S, true, true);
    expect_retry_after(refusal(503, RETRIES_PATIENCE_US), 600 * CLOCK_S, true, true);
    assert_int_equal(note_first(refusal(429, 7 * CLOCK_S)), 7 * CLOCK_S);
    assert_int_equal(note_first(refusal(503, 600 * CLOCK_S)), 600 * CLOCK_S);
}

TEST(retry_after_with_another_status_is_ignored)
{
    assert_int_equal(read_and_release(refusal(500, 7 * CLOCK_S)).until_us, 0);
    assert_in_range(note(refusal(500, 7 * CLOCK_S)), CLOCK_S * 3 / 4, CLOCK_S * 5 / 4);
}

TEST(retry_after_beyond_ten_minutes_is_not_waited_for)
{
    expect_retry_after(refusal(429, 600 * CLOCK_S + 1), 600 * CLOCK_S + 1, true, false);
    assert_int_equal(note(refusal(429, 86400 * CLOCK_S)), -1);
}

TEST(retry_after_beyond_the_deadline_is_not_waited_for)
{
    retries.rules.deadline_us = NOW_US + 7 * CLOCK_S;
    expect_retry_after(refusal(429, 7 * CLOCK_S), 7 * CLOCK_S, true, false);
    expect_retry_after(refusal(429, 7 * CLOCK_S - 1), 7 * CLOCK_S - 1, true, true);
    assert_int_equal(note(refusal(429, 7 * CLOCK_S)), -1);
}

TEST(retry_after_of_a_redirect_within_the_host_is_of_the_host)
{
    struct result result = refusal(429, 7 * CLOCK_S);

    result.outcome.redirects = 1;
    expect_retry_after(result, 7 * CLOCK_S, true, true);
}

TEST(retry_after_of_another_host_is_of_the_url_alone)
{
    struct result result = refusal(429, 7 * CLOCK_S);

    result.outcome.on_other_host = true;
    expect_retry_after(result, 7 * CLOCK_S, false, true);
    result = refusal(429, 7 * CLOCK_S);
    result.outcome.on_other_host = true;
    assert_int_equal(note_first(result), 7 * CLOCK_S);
    result = refusal(503, 86400 * CLOCK_S);
    result.outcome.on_other_host = true;
    assert_int_equal(note_first(result), -1);
}

TEST(retry_after_of_a_truncated_response_is_obeyed)
{
    struct result result = refusal(503, 7 * CLOCK_S);

    result.cause = CAUSE_TRUNCATED;
    result.outcome.phase = PHASE_BODY;
    assert_int_equal(note(result), 7 * CLOCK_S);
}

TEST(retry_after_of_a_final_result_is_not_of_the_host)
{
    struct result result = refusal(429, 7 * CLOCK_S);

    result.verdict = VERDICT_OK;
    assert_false(read_and_release(result).of_host);
    result = refusal(503, 7 * CLOCK_S);
    result.cause = CAUSE_BLOCKED;
    assert_false(read_and_release(result).of_host);
    retries.rules.max = 0;
    assert_false(read_and_release(refusal(429, 7 * CLOCK_S)).of_host);
    retries.rules.wait = true;
    assert_true(read_and_release(refusal(429, 7 * CLOCK_S)).of_host);
}

/* --wait: neither ten minutes nor the deadline count. */
TEST(waiting_honors_any_retry_after)
{
    retries.rules = (struct retry_rules){.wait = true, .delay_us = CLOCK_S, .deadline_us = NOW_US};
    expect_retry_after(refusal(429, 86400 * CLOCK_S), 86400 * CLOCK_S, true, true);
    assert_int_equal(note(refusal(429, 86400 * CLOCK_S)), 86400 * CLOCK_S);
    assert_true(retries_patience_us(&retries.rules) == INT64_MAX);
    retries.rules.wait = false;
    assert_int_equal(retries_patience_us(&retries.rules), RETRIES_PATIENCE_US);
}

/* The scheduler does not honor it if the host has asked for too many pauses. */
TEST(retry_after_that_is_not_honored_makes_the_result_final)
{
    struct result result = refusal(429, 7 * CLOCK_S);
    int64_t time_us;

    result.retry_after = (struct retry_after){.until_us = NOW_US + 7 * CLOCK_S, .of_host = true};
    job_add_result(job, &result, NOW_US, true);
    assert_int_equal(retries_decide(&retries, job, NOW_US, &time_us), RETRY_NEVER);
}

/*
 * Parks `count` jobs, whose hosts have these addresses, if any, and take turns. Plans their
 * confirmations, and returns the time between the first two.
 */
static int64_t planned_space_us(size_t count, int64_t confirm_delay_us, const char *const *hosts,
                                const char *const *addresses)
{
    struct scheduler *scheduler = scheduler_new(&(struct scheduler_rules){0});
    struct job *jobs[1000];
    int64_t time_us, first_us, space_us;

    retries.rules = (struct retry_rules){.confirms = 1, .confirm_delay_us = confirm_delay_us};
    for (size_t i = 0; i < count; i++) {
        struct result result = failed(CAUSE_HTTP_4XX, 404);

        snprintf(result.outcome.remote_ip, sizeof(result.outcome.remote_ip), "%s",
                 addresses[i % 2]);
        jobs[i] = fake_job("http://a/", hosts[i % 2]);
        scheduler_add(scheduler, jobs[i]);
        assert_ptr_equal(scheduler_next(scheduler, NOW_US), jobs[i]);
        job_add_result(jobs[i], &result, NOW_US, true);
        assert_int_equal(retries_decide(&retries, jobs[i], NOW_US, &time_us), RETRY_PARK);
        scheduler_park(scheduler, jobs[i]);
        retries_park(&retries, jobs[i]);
    }
    retries_plan_confirmations(&retries, NOW_US);
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(retries_unpark(&retries), jobs[i]);
    assert_null(retries_unpark(&retries));
    first_us = jobs[0]->confirm_at_us;
    space_us = jobs[1]->confirm_at_us - first_us;
    assert_int_equal(first_us, NOW_US + confirm_delay_us);
    for (size_t i = 0; i < count; i++) {
        if (space_us)
            assert_int_equal(jobs[i]->confirm_at_us, first_us + (int64_t)i * space_us);
        scheduler_finish(scheduler, jobs[i]);
        job_free(jobs[i]);
    }
    scheduler_free(scheduler);
    return space_us;
}

static const char *const one_host[] = {"a", "a"}, *const two_hosts[] = {"a", "b"};
static const char *const no_address[] = {"", ""}, *const one_address[] = {"::1", "::1"},
                         *const two_addresses[] = {"::1", "::2"};

TEST(confirmations_of_a_host_are_spaced)
{
    assert_int_equal(planned_space_us(2, 30 * CLOCK_S, one_host, no_address), CONFIRM_SPACE_US);
    assert_int_equal(planned_space_us(300, 30 * CLOCK_S, one_host, no_address), CONFIRM_SPACE_US);
}

TEST(confirmations_of_hosts_on_one_address_are_spaced)
{
    assert_int_equal(planned_space_us(3, 30 * CLOCK_S, two_hosts, one_address), CONFIRM_SPACE_US);
    assert_int_equal(planned_space_us(2, 30 * CLOCK_S, two_hosts, no_address), 0);
    assert_int_equal(planned_space_us(2, 30 * CLOCK_S, two_hosts, two_addresses), 0);
}

TEST(many_confirmations_of_a_host_fit_into_the_delay)
{
    assert_int_equal(planned_space_us(1000, 30 * CLOCK_S, one_host, no_address), 30 * CLOCK_MS + 1);
    assert_int_equal(planned_space_us(1000, 30 * CLOCK_S, two_hosts, one_address),
                     30 * CLOCK_MS + 1);
    assert_int_equal(planned_space_us(2, 0, one_host, one_address), 1);
}

TEST(earlier_connections_are_used_by_retries_but_not_by_confirmations)
{
    assert_int_equal(retries_fresh_us(&retries, job), 0);
    assert_true(note(failed(CAUSE_RESET, 0)) > 0);
    assert_int_equal(retries_fresh_us(&retries, job), 0);
    job->failed_rounds = 1;
    assert_int_equal(retries_fresh_us(&retries, job), NOW_US);
    job->failed_rounds = 0;
    retries.rules.wait = true;
    assert_int_equal(retries_fresh_us(&retries, job), NOW_US);
}

#define RETRY_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        RETRY_TEST(transient_failures_are_retried),
        RETRY_TEST(permanent_failures_are_not_retried),
        RETRY_TEST(waiting_retries_what_is_unknown),
        RETRY_TEST(warnings_are_not_retried),
        RETRY_TEST(delays_double_and_vary_by_a_quarter),
        RETRY_TEST(doubling_ends_at_two_minutes),
        RETRY_TEST(longer_delay_than_two_minutes_is_kept),
        RETRY_TEST(longest_delay_does_not_overflow),
        RETRY_TEST(final_result_has_its_earlier_attempts),
        RETRY_TEST(success_is_final),
        RETRY_TEST(without_retries_all_is_final),
        RETRY_TEST(retry_must_start_before_the_deadline),
        RETRY_TEST(retry_after_is_obeyed),
        RETRY_TEST(retry_after_with_another_status_is_ignored),
        RETRY_TEST(retry_after_beyond_ten_minutes_is_not_waited_for),
        RETRY_TEST(retry_after_beyond_the_deadline_is_not_waited_for),
        RETRY_TEST(retry_after_of_a_redirect_within_the_host_is_of_the_host),
        RETRY_TEST(retry_after_of_another_host_is_of_the_url_alone),
        RETRY_TEST(retry_after_of_a_truncated_response_is_obeyed),
        RETRY_TEST(retry_after_of_a_final_result_is_not_of_the_host),
        RETRY_TEST(waiting_honors_any_retry_after),
        RETRY_TEST(retry_after_that_is_not_honored_makes_the_result_final),
        RETRY_TEST(confirmations_of_a_host_are_spaced),
        RETRY_TEST(confirmations_of_hosts_on_one_address_are_spaced),
        RETRY_TEST(many_confirmations_of_a_host_fit_into_the_delay),
        RETRY_TEST(earlier_connections_are_used_by_retries_but_not_by_confirmations),
    };

    return RUN_TESTS(tests);
}
