/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <curl/curl.h>

#include "fake_target.h"
#include "probe/verdict.h"

/* Results; and the words of the contract, on each of which scripts rely. */

TEST(classes)
{
    static const char *const words[CLASS_COUNT] = {
        [CLASS_NONE] = "",
        [CLASS_BAD_INPUT] = "bad-input",
        [CLASS_DNS] = "dns",
        [CLASS_DNS_TIMEOUT] = "dns-timeout",
        [CLASS_REFUSED] = "refused",
        [CLASS_UNREACHABLE] = "unreachable",
        [CLASS_TIMEOUT_CONNECT] = "timeout-connect",
        [CLASS_TIMEOUT_TLS] = "timeout-tls",
        [CLASS_TIMEOUT_RESPONSE] = "timeout-response",
        [CLASS_TIMEOUT_BODY] = "timeout-body",
        [CLASS_TLS] = "tls",
        [CLASS_CERT_EXPIRED] = "cert-expired",
        [CLASS_CERT_NOT_YET_VALID] = "cert-not-yet-valid",
        [CLASS_CERT_HOST] = "cert-host",
        [CLASS_CERT_UNTRUSTED] = "cert-untrusted",
        [CLASS_CERT_EXPIRY] = "cert-expiry",
        [CLASS_RESET] = "reset",
        [CLASS_EMPTY] = "empty",
        [CLASS_TRUNCATED] = "truncated",
        [CLASS_PROTOCOL] = "protocol",
        [CLASS_TOO_MANY_REDIRECTS] = "too-many-redirects",
        [CLASS_REDIRECT_SCHEME] = "redirect-scheme",
        [CLASS_REDIRECTED] = "redirected",
        [CLASS_HTTP_4XX] = "http-4xx",
        [CLASS_HTTP_5XX] = "http-5xx",
        [CLASS_HTTP_STATUS] = "http-status",
        [CLASS_RATE_LIMITED] = "rate-limited",
        [CLASS_BLOCKED] = "blocked",
        [CLASS_CONTENT] = "content",
        [CLASS_HEADER] = "header",
        [CLASS_SLOW] = "slow",
        [CLASS_LOCAL] = "local",
        [CLASS_DEADLINE] = "deadline",
        [CLASS_CANCELLED] = "cancelled",
    };

    for (int class = 0; class < CLASS_COUNT; class ++) {
        if (!words[class])
            fail_msg("class '%s' is not in the contract", class_name((enum class) class));
        assert_string_equal(class_name((enum class) class), words[class]);
    }
}

TEST(no_two_classes_share_a_word)
{
    for (int a = 0; a < CLASS_COUNT; a++) {
        for (int b = 0; b < a; b++)
            assert_string_not_equal(class_name((enum class)a), class_name((enum class)b));
    }
}

/* Plain ASCII, as it goes into mails, and short enough to stand behind a reason. */
TEST(each_class_has_a_hint_of_its_own)
{
    assert_string_equal(class_hint(CLASS_NONE), "");
    for (int a = CLASS_NONE + 1; a < CLASS_COUNT; a++) {
        const char *hint = class_hint((enum class)a);
        size_t length = strlen(hint);

        assert_in_range(length, 20, 90);
        assert_int_not_equal(hint[length - 1], '.');
        for (size_t i = 0; i < length; i++)
            assert_in_range(hint[i], ' ', '~');
        for (int b = 0; b < a; b++)
            assert_string_not_equal(hint, class_hint((enum class)b));
    }
}

TEST(verdicts)
{
    assert_string_equal(verdict_name(VERDICT_OK), "OK");
    assert_string_equal(verdict_name(VERDICT_WARN), "WARN");
    assert_string_equal(verdict_name(VERDICT_FLAKY), "FLAKY");
    assert_string_equal(verdict_name(VERDICT_FAILED), "FAILED");
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
    struct result result = {.class = CLASS_LOCAL};

    assert_true(verdict_is_shortage(&result));
    /* Certificates do not grow while one waits. */
    result.outcome.code = CURLE_SSL_CACERT_BADFILE;
    assert_false(verdict_is_shortage(&result));
    for (int class = 0; class < CLASS_COUNT; class ++) {
        result = (struct result){.class = (enum class) class};
        assert_int_equal(verdict_is_shortage(&result), class == CLASS_LOCAL);
    }
}

TEST(result_without_a_probe)
{
    struct target *target = fake_target("http://a/", "a");
    struct result result;

    memset(&result, 0xff, sizeof(result));
    verdict_without_probe(target, CLASS_CANCELLED, "interrupted", &result);
    assert_ptr_equal(result.target, target);
    assert_int_equal(result.verdict, VERDICT_FAILED);
    assert_int_equal(result.class, CLASS_CANCELLED);
    assert_string_equal(result.message, "interrupted");
    assert_int_equal(result_status(&result), 0);
    assert_int_equal(result.outcome.phase, PHASE_NONE);
    result_release(&result);
    target_free(target);
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
    };

    return RUN_TESTS(tests);
}
