/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "fake_target.h"
#include "output/hint.h"

/* What a request was, how it failed, and what its hint says. */
static const struct {
    const char *origin, *final_url;
    enum cause cause;
    struct outcome outcome;
    int http_version;
    const char *hint; /* NULL: that of the class */
} cases[] = {
    {"http://a:80", NULL, CAUSE_HTTP_4XX, {.status = 400}, HTTP_1_1, "try https://"},
    {"https://a:443", NULL, CAUSE_HTTP_4XX, {.status = 400}, HTTP_1_1, NULL},
    {"http://a:80", NULL, CAUSE_HTTP_4XX, {.status = 404}, HTTP_1_1, "gone"},
    {"http://a:80", NULL, CAUSE_HTTP_4XX, {.status = 418}, HTTP_1_1, NULL},
    {"http://a:80", NULL, CAUSE_HTTP_4XX, {.status = 401}, HTTP_1_1, "login"},
    {"http://a:80", NULL, CAUSE_HTTP_4XX, {.status = 403}, HTTP_1_1, "accept=403"},
    {"http://a:80", NULL, CAUSE_HTTP_4XX, {.status = 405}, HTTP_1_1, "GET"},
    {"http://a:80", NULL, CAUSE_HTTP_4XX, {.status = 406}, HTTP_1_1, "Accept"},
    {"http://a:80", NULL, CAUSE_HTTP_4XX, {.status = 410}, HTTP_1_1, "for good"},
    {"http://a:80", NULL, CAUSE_RATE_LIMITED, {.status = 429}, HTTP_1_1, NULL},
    {"http://a:80", NULL, CAUSE_HTTP_5XX, {.status = 500}, HTTP_1_1, "log"},
    {"http://a:80", NULL, CAUSE_HTTP_5XX, {.status = 502}, HTTP_1_1, "behind"},
    {"http://a:80", NULL, CAUSE_HTTP_5XX, {.status = 503}, HTTP_1_1, "overloaded"},
    {"http://a:80", NULL, CAUSE_HTTP_5XX, {.status = 504}, HTTP_1_1, "too long"},
    {"http://a:80", NULL, CAUSE_HTTP_5XX, {.status = 523}, HTTP_1_1, "Cloudflare"},
    {"http://a:80", NULL, CAUSE_HTTP_5XX, {.status = 599}, HTTP_1_1, NULL},
    /* The status is not the reason. */
    {"http://a:80", NULL, CAUSE_CONTENT, {.status = 404}, HTTP_1_1, NULL},
    {"http://a:80", NULL, CAUSE_BLOCKED, {.status = 403}, HTTP_1_1, NULL},
    {"http://a:80", NULL, CAUSE_PROTOCOL, {.phase = PHASE_RESPONSE}, HTTP_1_1, "try https://"},
    {"http://a:80", NULL, CAUSE_RESET, {.phase = PHASE_RESPONSE}, HTTP_1_1, "expects https"},
    {"http://a:80", NULL, CAUSE_EMPTY, {.phase = PHASE_RESPONSE}, HTTP_1_1, "expects https"},
    {"http://a:80", NULL, CAUSE_PROTOCOL, {.phase = PHASE_BODY}, HTTP_1_1, NULL},
    {"http://a:80",
     NULL,
     CAUSE_PROTOCOL,
     {.phase = PHASE_RESPONSE, .response_started = true},
     HTTP_1_1,
     NULL},
    {"https://a:443", NULL, CAUSE_EMPTY, {.phase = PHASE_RESPONSE}, HTTP_1_1, "--http2"},
    {"https://a:443", NULL, CAUSE_RESET, {.phase = PHASE_RESPONSE}, HTTP_1_1, "--http2"},
    {"https://a:443", NULL, CAUSE_PROTOCOL, {.phase = PHASE_RESPONSE}, HTTP_1_1, "--http2"},
    {"https://a:443", NULL, CAUSE_HTTP_4XX, {.status = 426}, HTTP_1_1, "--http2"},
    {"https://a:443", NULL, CAUSE_HTTP_5XX, {.status = 505}, HTTP_1_1, "--http2"},
    {"https://a:443", NULL, CAUSE_EMPTY, {.phase = PHASE_RESPONSE}, HTTP_2, NULL},
    {"https://a:443",
     NULL,
     CAUSE_EMPTY,
     {.phase = PHASE_RESPONSE, .http2_tried = true},
     HTTP_AUTO,
     NULL},
    {"https://a:443",
     NULL,
     CAUSE_EMPTY,
     {.phase = PHASE_RESPONSE, .http1_chosen = true},
     HTTP_AUTO,
     NULL},
    {"https://a:443",
     NULL,
     CAUSE_HTTP_5XX,
     {.status = 505, .http1_chosen = true},
     HTTP_AUTO,
     "--http2"},
    {"http://a:80", NULL, CAUSE_LOCAL, {.lookup = LOOKUP_NO_DOH}, HTTP_AUTO, "--doh-url"},
    {"http://a:80",
     NULL,
     CAUSE_CERT_HOST,
     {.in_proxy_handshake = true},
     HTTP_AUTO,
     "--proxy-cacert"},
    {"http://a:80", "https://b/", CAUSE_EMPTY, {.phase = PHASE_RESPONSE}, HTTP_1_1, "--http2"},
    {"https://a:443", "http://b/", CAUSE_HTTP_4XX, {.status = 400}, HTTP_1_1, "try https://"},
    {"https://a:443", NULL, CAUSE_HTTP_4XX, {.status = 403, .used_head = true}, HTTP_1_1, "HEAD"},
    {"https://a:443", NULL, CAUSE_HTTP_5XX, {.status = 500, .used_head = true}, HTTP_1_1, "HEAD"},
    {"https://a:443",
     NULL,
     CAUSE_HTTP_5XX,
     {.status = 503, .used_head = true, .retry_after_us = 1},
     HTTP_1_1,
     "overloaded"},
    {"https://a:443",
     NULL,
     CAUSE_RESET,
     {.phase = PHASE_RESPONSE, .used_head = true},
     HTTP_1_1,
     "HEAD"},
    {"https://a:443", NULL, CAUSE_RESET, {.phase = PHASE_TLS, .used_head = true}, HTTP_1_1, NULL},
    {"https://a:443", NULL, CAUSE_SLOW, {.status = 200, .used_head = true}, HTTP_1_1, NULL},
    {"https://a:443", NULL, CAUSE_DNS, {.used_head = true}, HTTP_1_1, NULL},
    {"", NULL, CAUSE_BAD_INPUT, {.phase = PHASE_NONE}, HTTP_1_1, NULL},
};

TEST(hints_follow_the_request)
{
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct target *target = fake_target("a", cases[i].origin);
        struct check check = {.http_version = cases[i].http_version};
        struct result result = {.target = target,
                                .cause = cases[i].cause,
                                .outcome = cases[i].outcome};
        const char *hint;

        target->check = &check;
        result.outcome.final_url = (char *)(uintptr_t)cases[i].final_url;
        if (result.outcome.status)
            result.outcome.phase = PHASE_DONE;
        hint = hint_for(&result);
        if (cases[i].hint && !strstr(hint, cases[i].hint))
            fail_msg("case %zu: %s", i, hint);
        if (!cases[i].hint)
            assert_string_equal(hint, cause_hint(cases[i].cause));
        assert_in_range(strlen(hint), 20, 90);
        target_free(target);
    }
}

static char proxy[] = "127.0.0.1:3128 (https_proxy)";

TEST(a_failure_at_a_proxy_has_hints_of_its_own)
{
    static const struct {
        enum cause cause;
        struct outcome outcome;
        const char *hint; /* NULL: that of the class */
    } of_proxy[] = {
        {CAUSE_REFUSED, {.phase = PHASE_CONNECT, .proxy = proxy}, "the proxy is down"},
        {CAUSE_UNREACHABLE,
         {.phase = PHASE_CONNECT, .proxy = proxy, .connect_status = 403},
         "does not allow"},
        {CAUSE_UNREACHABLE,
         {.phase = PHASE_CONNECT, .proxy = proxy, .connect_status = 407},
         "requires a login"},
        {CAUSE_HTTP_4XX, {.phase = PHASE_DONE, .proxy = proxy, .status = 407}, "requires a login"},
        {CAUSE_CANCELLED, {.phase = PHASE_CONNECT, .proxy = proxy}, NULL},
        {CAUSE_REFUSED, {.phase = PHASE_CONNECT, .used_proxy = proxy}, NULL},
    };
    struct target *target = fake_target("a", "https://a:443");

    for (size_t i = 0; i < COUNT_OF(of_proxy); i++) {
        struct result result = {.target = target,
                                .cause = of_proxy[i].cause,
                                .outcome = of_proxy[i].outcome};
        const char *hint = hint_for(&result);

        assert_in_range(strlen(hint), 20, 90);
        if (of_proxy[i].hint)
            assert_non_null(strstr(hint, of_proxy[i].hint));
        else
            assert_string_equal(hint, cause_hint(of_proxy[i].cause));
    }
    target_free(target);
}

TEST(without_verbose_the_first_failures_have_each_hint_once)
{
    static const enum cause causes[] = {CAUSE_DNS,   CAUSE_REFUSED,   CAUSE_TLS,
                                        CAUSE_RESET, CAUSE_TRUNCATED, CAUSE_SLOW};
    struct target *target = fake_target("a", "https://a:443");
    struct hint_log log = {0};

    for (size_t i = 0; i < COUNT_OF(causes); i++) {
        struct result result = {.target = target,
                                .cause = causes[i],
                                .outcome = {.phase = PHASE_CONNECT}};

        result.verdict = VERDICT_WARN;
        assert_null(hint_once(&log, &result));
        result.verdict = VERDICT_FAILED;
        if (i < HINTS_MAX)
            assert_string_equal(hint_once(&log, &result), cause_hint(causes[i]));
        assert_null(hint_once(&log, &result));
    }
    target_free(target);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(hints_follow_the_request),
        cmocka_unit_test(a_failure_at_a_proxy_has_hints_of_its_own),
        cmocka_unit_test(without_verbose_the_first_failures_have_each_hint_once),
    };

    return RUN_TESTS(tests);
}
