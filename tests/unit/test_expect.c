/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <curl/curl.h>
#include <regex.h>
#include <stdlib.h>

#include "attribute_words.h"
#include "fake_target.h"
#include "probe/judge.h"
#include "result/result.h"

/* What a check expects of the response, and the result. */

#define DAY INT64_C(86400)
#define NOW (INT64_C(1700000000)) /* 2023-11-14 */

/* A complete response, unless it has a code. */
struct answer {
    int status;
    const char *body, *headers; /* each header ends in a newline */
    int64_t ms;
    int redirects;
    int64_t days_left; /* of the certificate; 0: no certificate */
    int code;
    enum phase phase;
    bool bot_wall;
};

static int make_base(void **state)
{
    (void)state;
    command_line = check_defaults();
    identify_defaults();
    return 0;
}

static void add_header(struct byte_buffer *headers, const char *line, size_t length)
{
    assert_int_equal(byte_buffer_append(headers, line, length, SIZE_MAX), 0);
    assert_int_equal(byte_buffer_append(headers, "", 1, SIZE_MAX), 0);
}

static struct outcome outcome_of(const struct answer *answer)
{
    struct outcome outcome = {.phase = answer->code ? answer->phase : PHASE_DONE,
                              .code = answer->code,
                              .status = answer->status,
                              .bot_wall = answer->bot_wall,
                              .redirects = answer->redirects,
                              .started_at_us = NOW * 1000000,
                              .total_us = answer->ms * 1000};
    const char *body = answer->body ? answer->body : "";
    const char *header = answer->headers ? answer->headers : "";

    if (answer->days_left)
        outcome.cert_not_after = NOW + answer->days_left * DAY + DAY / 2;
    if (answer->redirects)
        outcome.final_url = strdup("http://end/");
    outcome.bytes = (int64_t)strlen(body);
    assert_int_equal(byte_buffer_append(&outcome.body, body, strlen(body), SIZE_MAX), 0);
    for (; *header; header += strcspn(header, "\n") + 1)
        add_header(&outcome.headers, header, strcspn(header, "\n"));
    return outcome;
}

/* Judges the outcome by what the attributes expect. */
static struct result judge(const char *attributes, struct outcome *outcome)
{
    struct target *target = fake_target("http://a/", "a");
    struct attributes parsed = parse(attributes);
    struct result result;

    target->check = parsed.check ? parsed.check : &command_line;
    judge_outcome(target, outcome, &result);
    assert_null(result.outcome.body.bytes);
    assert_null(result.outcome.headers.bytes);
    check_free(parsed.check);
    free(parsed.shown);
    target_free(target);
    return result;
}

static const struct rule {
    const char *expects;
    struct answer answer;
    enum verdict verdict;
    const char *says; /* "class: message"; NULL: nothing */
} rules[] = {
    /* Nothing is expected. */
    {"", {.status = 200, .ms = 9000}, VERDICT_OK, NULL},
    {"", {.status = 404}, VERDICT_FAILED, "http-4xx: 404 Not Found"},
    {"", {.status = 200, .days_left = 1, .redirects = 3}, VERDICT_OK, NULL},
    /* Statuses. */
    {"accept=401", {.status = 401}, VERDICT_OK, NULL},
    {"accept=401", {.status = 200}, VERDICT_FAILED, "http-status: 200 OK, not 401"},
    {"accept=401", {.status = 429}, VERDICT_FAILED, "rate-limited: 429 Too Many Requests, not 401"},
    {"accept=429", {.status = 429}, VERDICT_OK, NULL},
    {"accept=rate-limited", {.status = 429}, VERDICT_OK, NULL},
    {"accept=4xx", {.status = 429}, VERDICT_OK, NULL},
    {"accept=http-4xx",
     {.status = 429},
     VERDICT_FAILED,
     "rate-limited: 429 Too Many Requests, not http-4xx"},
    {"accept=http-4xx", {.status = 404}, VERDICT_OK, NULL},
    {"accept=1xx", {.status = 101}, VERDICT_OK, NULL},
    {"warn=404", {.status = 404}, VERDICT_WARN, "http-4xx: 404 Not Found"},
    {"warn=404", {.status = 500}, VERDICT_FAILED, "http-5xx: 500 Internal Server Error"},
    {"warn=204", {.status = 204}, VERDICT_WARN, "http-status: 204 No Content"},
    {"warn=404 accept=404", {.status = 404}, VERDICT_WARN, "http-4xx: 404 Not Found"},
    {"warn=http-4xx accept=404", {.status = 404}, VERDICT_OK, NULL},
    {"accept=200 warn=http-5xx",
     {.status = 500},
     VERDICT_WARN,
     "http-5xx: 500 Internal Server Error, not 200"},
    /* Bot walls. */
    {"accept=403",
     {.status = 403, .bot_wall = true},
     VERDICT_FAILED,
     "blocked: 403 Forbidden from a bot wall, not 403"},
    {"accept=blocked", {.status = 403, .bot_wall = true}, VERDICT_OK, NULL},
    {"warn=403,blocked",
     {.status = 503, .bot_wall = true},
     VERDICT_WARN,
     "blocked: 503 Service Unavailable from a bot wall"},
    {"accept=404", {.status = 404, .bot_wall = true}, VERDICT_OK, NULL},
    {"accept=999", {.status = 999}, VERDICT_OK, NULL},
    /* Without a complete response. */
    {"accept=refused", {.code = CURLE_COULDNT_RESOLVE_HOST}, VERDICT_FAILED, "dns: no such host"},
    {"accept=dns", {.code = CURLE_COULDNT_RESOLVE_HOST}, VERDICT_OK, NULL},
    {"warn=dns", {.code = CURLE_COULDNT_RESOLVE_HOST}, VERDICT_WARN, "dns: no such host"},
    {"accept=truncated contains=x max-latency=1ms",
     {.code = CURLE_PARTIAL_FILE, .phase = PHASE_BODY, .status = 500, .ms = 9},
     VERDICT_OK,
     NULL},
    {"fail-on-redirect",
     {.code = CURLE_GOT_NOTHING, .phase = PHASE_RESPONSE, .redirects = 1},
     VERDICT_FAILED,
     "empty: connection closed without a response (redirected to http://end/)"},
    /* Redirects. */
    {"fail-on-redirect", {.status = 200}, VERDICT_OK, NULL},
    {"fail-on-redirect",
     {.status = 200, .redirects = 2},
     VERDICT_FAILED,
     "redirected: redirected to http://end/"},
    {"warn-on-redirect",
     {.status = 200, .redirects = 1},
     VERDICT_WARN,
     "redirected: redirected to http://end/"},
    {"warn-on-redirect fail-on-redirect",
     {.status = 308},
     VERDICT_FAILED,
     "redirected: 308 Permanent Redirect"},
    {"warn-on-redirect", {.status = 304}, VERDICT_OK, NULL},
    {"fail-on-redirect accept=200,redirected", {.status = 200, .redirects = 1}, VERDICT_OK, NULL},
    /* Headers. */
    {"expect-header='A: b'", {.status = 200, .headers = "A: abc\n"}, VERDICT_OK, NULL},
    {"expect-header='A: b'", {.status = 200, .headers = "a:  c\nA:b\n"}, VERDICT_OK, NULL},
    {"expect-header='A: ^b$'",
     {.status = 200, .headers = "A: bb\n"},
     VERDICT_FAILED,
     "header: A is bb, expected ^b$"},
    {"expect-header=A:", {.status = 200}, VERDICT_FAILED, "header: no header A"},
    {"expect-header=A:",
     {.status = 200, .headers = "AB: c\n"},
     VERDICT_FAILED,
     "header: no header A"},
    {"expect-header=A:", {.status = 200, .headers = "A:\n"}, VERDICT_OK, NULL},
    {"expect-header=A: expect-header=B:",
     {.status = 200},
     VERDICT_FAILED,
     "header: no header A; no header B"},
    /* Content. */
    {"contains=b", {.status = 200, .body = "abc"}, VERDICT_OK, NULL},
    {"contains=b", {.status = 200}, VERDICT_FAILED, "content: no \"b\" in the body"},
    {"not-contains=b",
     {.status = 200, .body = "abc"},
     VERDICT_FAILED,
     "content: \"b\" in the body"},
    {"not-contains=b", {.status = 200}, VERDICT_OK, NULL},
    {"regex=^b", {.status = 200, .body = "a\nb"}, VERDICT_OK, NULL},
    {"regex=^b regex=c",
     {.status = 200, .body = "a"},
     VERDICT_FAILED,
     "content: no match of \"^b\" in the body; no match of \"c\" in the body"},
    {"not-regex=b$",
     {.status = 200, .body = "b\r\n"},
     VERDICT_FAILED,
     "content: a match of \"b$\" in the body"},
    {"contains=b warn=content", {.status = 200}, VERDICT_WARN, "content: no \"b\" in the body"},
    /* Latency. */
    {"max-latency=2", {.status = 200, .ms = 2000}, VERDICT_OK, NULL},
    {"max-latency=2", {.status = 200, .ms = 2310}, VERDICT_FAILED, "slow: 2.31 s, over 2 s"},
    {"warn-latency=2", {.status = 200, .ms = 2310}, VERDICT_WARN, "slow: 2.31 s, over 2 s"},
    {"warn-latency=100ms", {.status = 200, .ms = 104}, VERDICT_WARN, "slow: 0.104 s, over 0.1 s"},
    {"warn-latency=1 max-latency=3",
     {.status = 200, .ms = 2000},
     VERDICT_WARN,
     "slow: 2.00 s, over 1 s"},
    {"warn-latency=1 max-latency=3",
     {.status = 200, .ms = 4000},
     VERDICT_FAILED,
     "slow: 4.00 s, over 3 s"},
    {"max-latency=1 accept=200,slow", {.status = 200, .ms = 4000}, VERDICT_OK, NULL},
    /* Certificates expire half a day later than the tests say. */
    {"cert-expiry=21", {.status = 200, .days_left = 21}, VERDICT_OK, NULL},
    {"cert-expiry=21", {.status = 200}, VERDICT_OK, NULL},
    {"cert-expiry=21",
     {.status = 200, .days_left = 20},
     VERDICT_WARN,
     "cert-expiry: the certificate expires on 2023-12-05 (in 20 days); 21 days are required"},
    {"cert-expiry=21,7",
     {.status = 200, .days_left = 1},
     VERDICT_FAILED,
     "cert-expiry: the certificate expires on 2023-11-16 (in 36 hours); 7 days are required"},
    {"cert-expiry=21",
     {.status = 200, .days_left = -10},
     VERDICT_FAILED,
     "cert-expiry: the certificate expired on 2023-11-05 (9 days ago)"},
    {"cert-expiry=21",
     {.code = CURLE_GOT_NOTHING, .phase = PHASE_RESPONSE, .days_left = 20},
     VERDICT_FAILED,
     "empty: connection closed without a response; "
     "cert-expiry: the certificate expires on 2023-12-05 (in 20 days); 21 days are required"},
    {"cert-expiry=21 accept=empty",
     {.code = CURLE_GOT_NOTHING, .phase = PHASE_RESPONSE, .days_left = 20},
     VERDICT_WARN,
     "cert-expiry: the certificate expires on 2023-12-05 (in 20 days); 21 days are required"},
    /* All findings, in order; those that are FAILED before those that are WARN. */
    {"warn=200 warn-on-redirect expect-header=A: contains=b max-latency=1 cert-expiry=21",
     {.status = 200, .redirects = 1, .ms = 2000, .days_left = 20},
     VERDICT_FAILED,
     "header: no header A; http-status: 200 OK; redirected: redirected to http://end/; "
     "content: no \"b\" in the body; slow: 2.00 s, over 1 s; "
     "cert-expiry: the certificate expires on 2023-12-05 (in 20 days); 21 days are required"},
    {"contains=b max-latency=1",
     {.status = 500, .redirects = 1, .ms = 2000},
     VERDICT_FAILED,
     "http-5xx: 500 Internal Server Error; content: no \"b\" in the body; slow: 2.00 s, over 1 s "
     "(redirected to http://end/)"},
};

TEST(verdicts_follow_the_rules)
{
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        struct outcome outcome = outcome_of(&rules[i].answer);
        struct result result = judge(rules[i].expects, &outcome);
        char said[512] = "";

        if (result.cause != CAUSE_NONE)
            snprintf(said, sizeof(said), "%s: %s", cause_name(result.cause), result.message);
        if (result.verdict != rules[i].verdict || strcmp(said, rules[i].says ? rules[i].says : ""))
            fail_msg("rule %zu, '%s': %s %s", i, rules[i].expects, verdict_name(result.verdict),
                     said);
        assert_int_equal(result.verdict == VERDICT_OK, result.message == NULL);
        result_release(&result);
    }
}

/* Whether the first bytes of a body contain the text, found in the simplest way. */
static bool holds(const char *body, size_t length, const char *text)
{
    for (size_t at = 0; at + strlen(text) <= length; at++) {
        if (memcmp(body + at, text, strlen(text)) == 0)
            return true;
    }
    return false;
}

/* Whether a line that ends in LF or the body's end matches. A NUL is a character like any other. */
static bool matches(const char *body, size_t length, bool cut, const char *pattern)
{
    regex_t compiled;
    bool found = false;

    assert_int_equal(regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB), 0);
    for (size_t at = 0; !found && (at < length || at == 0);) {
        size_t end = at;
        char line[256] = "";

        while (end < length && body[end] != '\n')
            line[end - at] = body[end] ? body[end] : '\1', end++;
        found = regexec(&compiled, line, 0, NULL, cut && end == length ? REG_NOTEOL : 0) == 0;
        at = end + 1;
    }
    regfree(&compiled);
    return found;
}

/* A body comes in pieces of any size, and is kept up to a limit of any size. */
static struct outcome random_outcome(uint64_t *random, const char *body, size_t length,
                                     size_t limit)
{
    struct outcome outcome = {.phase = PHASE_DONE, .status = 200, .bytes = (int64_t)length};

    for (size_t at = 0; at < length;) {
        size_t piece = 1 + random_below(random, 9);

        if (piece > length - at)
            piece = length - at;
        assert_int_equal(byte_buffer_append(&outcome.body, body + at, piece, limit), 0);
        at += piece;
    }
    return outcome;
}

TEST(random_bodies_in_random_pieces)
{
    static const char letters[] = {'a', 'b', 'a', 'b', 'c', '\n', '\0'};
    static const struct {
        const char *expects, *text, *pattern;
        bool wanted;
    } kinds[] = {{"contains=abac", "abac", NULL, true},
                 {"not-contains=cab", "cab", NULL, false},
                 {"regex='^ab+$'", NULL, "^ab+$", true},
                 {"regex='c.*c'", NULL, "c.*c", true},
                 {"not-regex='a{3}|bcb'", NULL, "a{3}|bcb", false},
                 {"not-regex='a$'", NULL, "a$", false}};
    uint64_t random = random_seed(7);
    size_t fine = 0;
    const size_t runs = 6000;

    for (size_t run = 0; run < runs; run++) {
        size_t kind = run % COUNT_OF(kinds);
        size_t length = random_below(&random, 60), limit = 1 + random_below(&random, 80);
        size_t kept = length < limit ? length : limit;
        struct outcome outcome;
        struct result result;
        char body[64];
        bool found;

        for (size_t i = 0; i < length; i++)
            body[i] = letters[random_below(&random, sizeof(letters))];
        found = kinds[kind].text ? holds(body, kept, kinds[kind].text)
                                 : matches(body, kept, length > kept, kinds[kind].pattern);
        outcome = random_outcome(&random, body, length, limit);
        result = judge(kinds[kind].expects, &outcome);
        assert_int_equal(result.verdict == VERDICT_OK, found == kinds[kind].wanted);
        if (result.verdict != VERDICT_OK && kinds[kind].wanted && length > kept)
            assert_non_null(strstr(result.message, "no more was read"));
        fine += result.verdict == VERDICT_OK;
        result_release(&result);
    }
    assert_in_range(fine, runs / 5, runs * 4 / 5);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_follow_the_rules),
        cmocka_unit_test(random_bodies_in_random_pieces),
    };

    alarm(HANG_S);
    return cmocka_run_group_tests(tests, make_base, release_defaults);
}
