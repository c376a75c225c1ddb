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
    {"http://a:80", NULL, CAUSE_HTTP_4XX, {.status = 404}, HTTP_1_1, NULL},
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
     NULL},
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

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(hints_follow_the_request),
    };

    return RUN_TESTS(tests);
}
