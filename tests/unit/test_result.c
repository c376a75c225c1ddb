/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <curl/curl.h>

#include "fake_target.h"
#include "result/result.h"

/* Results, and the words that scripts rely on. */

TEST(classes)
{
    static const char *const words[CAUSE_COUNT] = {
        [CAUSE_NONE] = "",
        [CAUSE_BAD_INPUT] = "bad-input",
        [CAUSE_DNS] = "dns",
        [CAUSE_DNS_TIMEOUT] = "dns-timeout",
        [CAUSE_REFUSED] = "refused",
        [CAUSE_UNREACHABLE] = "unreachable",
        [CAUSE_TIMEOUT_CONNECT] = "timeout-connect",
        [CAUSE_TIMEOUT_TLS] = "timeout-tls",
        [CAUSE_TIMEOUT_RESPONSE] = "timeout-response",
        [CAUSE_TIMEOUT_BODY] = "timeout-body",
        [CAUSE_TLS] = "tls",
        [CAUSE_CERT_EXPIRED] = "cert-expired",
        [CAUSE_CERT_NOT_YET_VALID] = "cert-not-yet-valid",
        [CAUSE_CERT_HOST] = "cert-host",
        [CAUSE_CERT_UNTRUSTED] = "cert-untrusted",
        [CAUSE_CERT_EXPIRY] = "cert-expiry",
        [CAUSE_RESET] = "reset",
        [CAUSE_EMPTY] = "empty",
        [CAUSE_TRUNCATED] = "truncated",
        [CAUSE_PROTOCOL] = "protocol",
        [CAUSE_TOO_MANY_REDIRECTS] = "too-many-redirects",
        [CAUSE_REDIRECT_SCHEME] = "redirect-scheme",
        [CAUSE_REDIRECTED] = "redirected",
        [CAUSE_HTTP_4XX] = "http-4xx",
        [CAUSE_HTTP_5XX] = "http-5xx",
        [CAUSE_HTTP_STATUS] = "http-status",
        [CAUSE_RATE_LIMITED] = "rate-limited",
        [CAUSE_BLOCKED] = "blocked",
        [CAUSE_CONTENT] = "content",
        [CAUSE_HEADER] = "header",
        [CAUSE_SLOW] = "slow",
        [CAUSE_SOME_PLACES] = "some-places",
        [CAUSE_LOCAL] = "local",
        [CAUSE_DEADLINE] = "deadline",
        [CAUSE_CANCELLED] = "cancelled",
    };

    for (int cause = 0; cause < CAUSE_COUNT; cause++) {
        if (!words[cause])
            fail_msg("class '%s' is not in the contract", cause_name((enum cause)cause));
        assert_string_equal(cause_name((enum cause)cause), words[cause]);
    }
}

TEST(no_two_classes_share_a_word)
{
    for (int a = 0; a < CAUSE_COUNT; a++) {
        for (int b = 0; b < a; b++)
            assert_string_not_equal(cause_name((enum cause)a), cause_name((enum cause)b));
    }
}

/* Plain ASCII, as it is printed in mails, and short enough to follow a reason. */
TEST(each_class_has_a_hint_of_its_own)
{
    assert_string_equal(cause_hint(CAUSE_NONE), "");
    for (int a = CAUSE_NONE + 1; a < CAUSE_COUNT; a++) {
        const char *hint = cause_hint((enum cause)a);
        size_t length = strlen(hint);

        assert_in_range(length, 20, 90);
        assert_int_not_equal(hint[length - 1], '.');
        for (size_t i = 0; i < length; i++)
            assert_in_range(hint[i], ' ', '~');
        for (int b = 0; b < a; b++)
            assert_string_not_equal(hint, cause_hint((enum cause)b));
    }
}

TEST(verdicts)
{
    assert_string_equal(verdict_name(VERDICT_OK), "OK");
    assert_string_equal(verdict_name(VERDICT_WARN), "WARN");
    assert_string_equal(verdict_name(VERDICT_FLAKY), "FLAKY");
    assert_string_equal(verdict_name(VERDICT_FAILED), "FAILED");
    assert_string_equal(verdict_name(VERDICT_UNKNOWN), "UNKNOWN");
}

TEST(phases)
{
    static const char *const words[] = {
        [PHASE_NONE] = "-",  [PHASE_RESOLVE] = "dns",   [PHASE_CONNECT] = "tcp",
        [PHASE_TLS] = "tls", [PHASE_RESPONSE] = "http", [PHASE_BODY] = "http",
    };

    for (size_t phase = 0; phase < COUNT_OF(words); phase++)
        assert_string_equal(phase_name((enum phase)phase), words[phase]);
}

TEST(status_is_that_of_a_complete_response)
{
    for (int phase = PHASE_NONE; phase <= PHASE_DONE; phase++) {
        struct result result = {.outcome = {.phase = (enum phase)phase, .status = 200}};

        assert_int_equal(result_status(&result), phase == PHASE_DONE ? 200 : 0);
    }
}

TEST(shortages)
{
    struct result result = {.cause = CAUSE_LOCAL};

    assert_true(result_is_shortage(&result));
    /* CA certificates do not appear by waiting. */
    result.outcome.code = CURLE_SSL_CACERT_BADFILE;
    assert_false(result_is_shortage(&result));
    for (int cause = 0; cause < CAUSE_COUNT; cause++) {
        result = (struct result){.cause = (enum cause)cause};
        assert_int_equal(result_is_shortage(&result), cause == CAUSE_LOCAL);
    }
}

TEST(result_without_a_probe)
{
    struct target *target = fake_target("http://a/", "a");
    struct result result;

    memset(&result, 0xff, sizeof(result));
    result_without_probe(target, CAUSE_CANCELLED, "interrupted", &result);
    assert_ptr_equal(result.target, target);
    assert_int_equal(result.verdict, VERDICT_UNKNOWN);
    assert_int_equal(result.cause, CAUSE_CANCELLED);
    assert_string_equal(result.message, "interrupted");
    assert_int_equal(result_status(&result), 0);
    assert_int_equal(result.outcome.phase, PHASE_NONE);
    result_release(&result);
    target_free(target);
}

static struct outcome stopped(enum phase phase)
{
    return (struct outcome){.phase = phase, .resolve_us = 1, .connect_us = 2, .total_us = 1000};
}

TEST(the_time_waited_is_in_the_phase_where_it_stopped)
{
    static const enum phase phases[] = {PHASE_RESOLVE, PHASE_CONNECT, PHASE_TLS, PHASE_RESPONSE,
                                        PHASE_BODY};

    for (size_t i = 0; i < COUNT_OF(phases); i++) {
        struct outcome outcome = stopped(phases[i]);
        int64_t before_us = outcome_phase_us(&outcome, phases[i]);
        int64_t sum_us = 0;

        outcome_note_stop(&outcome);
        for (size_t j = 0; j < COUNT_OF(phases); j++) {
            int64_t time_us = outcome_phase_us(&outcome, phases[j]);

            assert_int_equal(time_us<0, phases[j]> PHASE_CONNECT && phases[j] != phases[i]);
            sum_us += time_us < 0 ? 0 : time_us;
        }
        assert_int_equal(sum_us, 1000);
        assert_int_equal(outcome_phase_us(&outcome, phases[i]), before_us + 997);
    }
}

TEST(a_complete_response_keeps_its_times)
{
    struct outcome outcome = stopped(PHASE_DONE);

    outcome_note_stop(&outcome);
    assert_int_equal(outcome_phase_us(&outcome, PHASE_CONNECT), 2);
    assert_int_equal(outcome_phase_us(&outcome, PHASE_TLS), -1);
    assert_int_equal(outcome_phase_us(&outcome, PHASE_RESPONSE), 0);
    assert_int_equal(outcome_phase_us(&outcome, PHASE_BODY), 0);
    assert_int_equal(outcome_phase_us(&outcome, PHASE_DONE), -1);
    outcome = (struct outcome){0};
    outcome_note_stop(&outcome);
    assert_int_equal(outcome_phase_us(&outcome, PHASE_RESOLVE), -1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes),
        cmocka_unit_test(no_two_classes_share_a_word),
        cmocka_unit_test(each_class_has_a_hint_of_its_own),
        cmocka_unit_test(verdicts),
        cmocka_unit_test(phases),
        cmocka_unit_test(status_is_that_of_a_complete_response),
        cmocka_unit_test(shortages),
        cmocka_unit_test(result_without_a_probe),
        cmocka_unit_test(the_time_waited_is_in_the_phase_where_it_stopped),
        cmocka_unit_test(a_complete_response_keeps_its_times),
    };

    return RUN_TESTS(tests);
}
