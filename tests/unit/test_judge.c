/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/x509_vfy.h>

#include "fake_target.h"
#include "base/escape.h"
#include "probe/judge.h"

static struct target *target;

static int setup(void **state)
{
    (void)state;
    target = fake_target("http://a/", "a");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    target_free(target);
    return 0;
}

/* Expects that class, and what is true of all results. */
static void judge(struct outcome outcome, enum cause wanted, struct result *result)
{
    memset(result, 0xff, sizeof(*result));
    judge_outcome(target, &outcome, result);
    assert_string_equal(cause_name(result->cause), cause_name(wanted));
    assert_ptr_equal(result->target, target);
    assert_int_equal(result->verdict, wanted == CAUSE_NONE ? VERDICT_OK : verdict_of_cause(wanted));
    if (wanted == CAUSE_NONE)
        assert_null(result->message);
    else
        assert_true(result->message && *result->message);
    /* What the outcome owned has been moved. */
    assert_null(outcome.detail);
    assert_null(outcome.final_url);
}

static void expect(struct outcome outcome, enum cause wanted)
{
    struct result result;

    judge(outcome, wanted, &result);
    result_release(&result);
    assert_null(result.message);
}

static struct outcome complete(int status)
{
    return (struct outcome){.phase = PHASE_DONE, .status = status, .response_started = true};
}

static struct outcome failed(int code, enum phase phase)
{
    return (struct outcome){.phase = phase,
                            .code = code,
                            .response_started = phase == PHASE_BODY,
                            .total_us = 1500000};
}

TEST(statuses)
{
    static const struct {
        int first, last;
        enum cause cause;
    } ranges[] = {
        {200, 299, CAUSE_NONE},         {300, 399, CAUSE_NONE},     {400, 428, CAUSE_HTTP_4XX},
        {429, 429, CAUSE_RATE_LIMITED}, {430, 499, CAUSE_HTTP_4XX}, {500, 599, CAUSE_HTTP_5XX},
        {600, 998, CAUSE_HTTP_STATUS},  {999, 999, CAUSE_BLOCKED},  {100, 199, CAUSE_HTTP_STATUS},
    };

    for (size_t i = 0; i < COUNT_OF(ranges); i++) {
        for (int status = ranges[i].first; status <= ranges[i].last; status++)
            expect(complete(status), ranges[i].cause);
    }
}

TEST(bot_walls)
{
    static const int statuses[] = {200, 403, 404, 429, 500, 503};
    static const enum cause classes[] = {CAUSE_NONE,         CAUSE_BLOCKED,  CAUSE_HTTP_4XX,
                                         CAUSE_RATE_LIMITED, CAUSE_HTTP_5XX, CAUSE_BLOCKED};

    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        struct outcome outcome = complete(statuses[i]);

        outcome.bot_wall = true;
        expect(outcome, classes[i]);
    }
}

/* libcurl's code, the phase, and errno. */
static const struct failure {
    int code;
    enum phase phase;
    int os_error;
    enum cause cause;
} failures[] = {
    {CURLE_OPERATION_TIMEDOUT, PHASE_RESOLVE, 0, CAUSE_DNS_TIMEOUT},
    {CURLE_OPERATION_TIMEDOUT, PHASE_CONNECT, 0, CAUSE_TIMEOUT_CONNECT},
    {CURLE_OPERATION_TIMEDOUT, PHASE_TLS, 0, CAUSE_TIMEOUT_TLS},
    {CURLE_OPERATION_TIMEDOUT, PHASE_RESPONSE, 0, CAUSE_TIMEOUT_RESPONSE},
    {CURLE_OPERATION_TIMEDOUT, PHASE_BODY, 0, CAUSE_TIMEOUT_BODY},
    {CURLE_COULDNT_CONNECT, PHASE_CONNECT, ECONNREFUSED, CAUSE_REFUSED},
    {CURLE_COULDNT_CONNECT, PHASE_CONNECT, ENOENT, CAUSE_UNREACHABLE},
    {CURLE_INTERFACE_FAILED, PHASE_CONNECT, 0, CAUSE_UNREACHABLE},
    {CURLE_INTERFACE_FAILED, PHASE_CONNECT, ENODEV, CAUSE_UNREACHABLE},
    {CURLE_INTERFACE_FAILED, PHASE_CONNECT, EADDRINUSE, CAUSE_LOCAL},
    {CURLE_READ_ERROR, PHASE_RESOLVE, 0, CAUSE_LOCAL},
    {CURLE_COULDNT_CONNECT, PHASE_CONNECT, EHOSTUNREACH, CAUSE_UNREACHABLE},
    {CURLE_COULDNT_CONNECT, PHASE_CONNECT, ENETUNREACH, CAUSE_UNREACHABLE},
    {CURLE_COULDNT_CONNECT, PHASE_CONNECT, EACCES, CAUSE_UNREACHABLE},
    {CURLE_COULDNT_CONNECT, PHASE_CONNECT, EPERM, CAUSE_UNREACHABLE},
    {CURLE_COULDNT_CONNECT, PHASE_CONNECT, 0, CAUSE_UNREACHABLE},
    {CURLE_COULDNT_CONNECT, PHASE_CONNECT, ETIMEDOUT, CAUSE_TIMEOUT_CONNECT},
    {CURLE_COULDNT_CONNECT, PHASE_CONNECT, EMFILE, CAUSE_LOCAL},
    {CURLE_COULDNT_CONNECT, PHASE_CONNECT, ENFILE, CAUSE_LOCAL},
    {CURLE_COULDNT_CONNECT, PHASE_CONNECT, ENOBUFS, CAUSE_LOCAL},
    {CURLE_COULDNT_CONNECT, PHASE_CONNECT, ENOMEM, CAUSE_LOCAL},
    {CURLE_COULDNT_RESOLVE_PROXY, PHASE_RESOLVE, 0, CAUSE_DNS},
    {CURLE_PARTIAL_FILE, PHASE_BODY, 0, CAUSE_TRUNCATED},
    {CURLE_GOT_NOTHING, PHASE_RESPONSE, 0, CAUSE_EMPTY},
    {CURLE_SEND_ERROR, PHASE_RESPONSE, ECONNRESET, CAUSE_RESET},
    {CURLE_SEND_ERROR, PHASE_RESPONSE, EPIPE, CAUSE_RESET},
    {CURLE_RECV_ERROR, PHASE_RESPONSE, ECONNRESET, CAUSE_RESET},
    {CURLE_RECV_ERROR, PHASE_BODY, ECONNRESET, CAUSE_RESET},
    {CURLE_RECV_ERROR, PHASE_BODY, 0, CAUSE_PROTOCOL},
    {CURLE_RECV_ERROR, PHASE_RESPONSE, 0, CAUSE_PROTOCOL},
    {CURLE_SSL_CONNECT_ERROR, PHASE_TLS, 0, CAUSE_TLS},
    {CURLE_TOO_MANY_REDIRECTS, PHASE_RESPONSE, 0, CAUSE_TOO_MANY_REDIRECTS},
    {CURLE_UNSUPPORTED_PROTOCOL, PHASE_RESPONSE, 0, CAUSE_PROTOCOL}, /* HTTP/0.9 */
    {CURLE_WEIRD_SERVER_REPLY, PHASE_RESPONSE, 0, CAUSE_PROTOCOL},
    {CURLE_HTTP2, PHASE_RESPONSE, 0, CAUSE_PROTOCOL},
    {CURLE_HTTP2_STREAM, PHASE_RESPONSE, 0, CAUSE_TRUNCATED},
    {CURLE_HTTP2_STREAM, PHASE_BODY, 0, CAUSE_TRUNCATED},
    {CURLE_HTTP3, PHASE_BODY, 0, CAUSE_TRUNCATED},
    {CURLE_BAD_CONTENT_ENCODING, PHASE_BODY, 0, CAUSE_PROTOCOL},
    {CURLE_URL_MALFORMAT, PHASE_NONE, 0, CAUSE_BAD_INPUT},
    {CURLE_WRITE_ERROR, PHASE_BODY, 0, CAUSE_PROTOCOL},
    {CURLE_ABORTED_BY_CALLBACK, PHASE_CONNECT, 0, CAUSE_CANCELLED},
    {CURLE_ABORTED_BY_CALLBACK, PHASE_BODY, 0, CAUSE_CANCELLED},
    {CURLE_OUT_OF_MEMORY, PHASE_CONNECT, ENOMEM, CAUSE_LOCAL},
    {CURLE_FAILED_INIT, PHASE_NONE, 0, CAUSE_LOCAL},
    {CURLE_SSL_CACERT_BADFILE, PHASE_TLS, 0, CAUSE_LOCAL},
};

TEST(codes_and_phases)
{
    for (size_t i = 0; i < COUNT_OF(failures); i++) {
        struct outcome outcome = failed(failures[i].code, failures[i].phase);

        outcome.os_error = failures[i].os_error;
        expect(outcome, failures[i].cause);
        /* The status of an incomplete response means nothing. */
        outcome.status = 200;
        expect(outcome, failures[i].cause);
    }
}

/* Every code, known or not, has a class and a message, and is never OK. */
TEST(every_code_has_a_class)
{
    for (int code = 1; code < 200; code++) {
        for (int phase = PHASE_NONE; phase < PHASE_DONE; phase++) {
            struct outcome outcome = failed(code, (enum phase)phase);
            struct result result;

            outcome.status = 200;
            judge_outcome(target, &outcome, &result);
            assert_int_equal(result.verdict, verdict_of_cause(result.cause));
            assert_int_not_equal(result.cause, CAUSE_NONE);
            assert_true(result.message && *result.message);
            assert_int_equal(result_status(&result), 0);
            result_release(&result);
        }
    }
}

TEST(lookups)
{
    static const struct {
        enum lookup_status lookup;
        int code;
        enum cause cause;
    } lookups[] = {
        {LOOKUP_NONE, CURLE_COULDNT_RESOLVE_HOST, CAUSE_DNS},
        {LOOKUP_NO_NAME, CURLE_COULDNT_RESOLVE_HOST, CAUSE_DNS},
        {LOOKUP_NO_IPV4, CURLE_COULDNT_RESOLVE_HOST, CAUSE_DNS},
        {LOOKUP_NO_IPV6, CURLE_COULDNT_RESOLVE_PROXY, CAUSE_DNS},
        {LOOKUP_FAILED, CURLE_COULDNT_RESOLVE_HOST, CAUSE_DNS_TIMEOUT},
        {LOOKUP_TIMEOUT, CURLE_OPERATION_TIMEDOUT, CAUSE_DNS_TIMEOUT},
        {LOOKUP_TIMEOUT, CURLE_COULDNT_RESOLVE_HOST, CAUSE_DNS_TIMEOUT},
        {LOOKUP_SHORTAGE, CURLE_COULDNT_RESOLVE_HOST, CAUSE_LOCAL},
        {LOOKUP_NO_NAME, CURLE_COULDNT_RESOLVE_PROXY, CAUSE_DNS},
        {LOOKUP_FAILED, CURLE_COULDNT_RESOLVE_PROXY, CAUSE_DNS_TIMEOUT},
        {LOOKUP_SHORTAGE, CURLE_COULDNT_RESOLVE_PROXY, CAUSE_LOCAL},
    };

    for (size_t i = 0; i < COUNT_OF(lookups); i++) {
        struct outcome outcome = failed(lookups[i].code, PHASE_RESOLVE);

        outcome.lookup = lookups[i].lookup;
        outcome.os_error = lookups[i].lookup == LOOKUP_SHORTAGE ? EMFILE : 0;
        expect(outcome, lookups[i].cause);
    }
}

TEST(certificates)
{
    static const struct {
        long error;
        enum cause cause;
    } errors[] = {
        {X509_V_ERR_CERT_HAS_EXPIRED, CAUSE_CERT_EXPIRED},
        {X509_V_ERR_CERT_NOT_YET_VALID, CAUSE_CERT_NOT_YET_VALID},
        {X509_V_ERR_HOSTNAME_MISMATCH, CAUSE_CERT_HOST},
        {X509_V_ERR_IP_ADDRESS_MISMATCH, CAUSE_CERT_HOST},
        {X509_V_OK, CAUSE_CERT_HOST}, /* libcurl compares the name itself */
        {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, CAUSE_CERT_UNTRUSTED},
        {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, CAUSE_CERT_UNTRUSTED},
        {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, CAUSE_CERT_UNTRUSTED},
        {X509_V_ERR_CERT_REVOKED, CAUSE_CERT_UNTRUSTED},
        {X509_V_ERR_INVALID_PURPOSE, CAUSE_CERT_UNTRUSTED},
    };

    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        struct outcome outcome = failed(CURLE_PEER_FAILED_VERIFICATION, PHASE_TLS);

        outcome.verify_error = errors[i].error;
        expect(outcome, errors[i].cause);
    }
}

TEST(messages_name_the_certificate)
{
    static const struct {
        long error;
        enum cause wanted;
        struct bad_certificate bad;
        const char *message;
    } cases[] = {
        {X509_V_ERR_CERT_HAS_EXPIRED,
         CAUSE_CERT_EXPIRED,
         {.not_after = 1000000000}, /* 2001-09-09 01:46:40 UTC */
         "the certificate expired on 2001-09-09"},
        {X509_V_ERR_CERT_HAS_EXPIRED,
         CAUSE_CERT_EXPIRED,
         {.depth = 1, .not_after = 1000000000, .name = "B"},
         "the intermediate certificate 'B' expired on 2001-09-09"},
        {X509_V_ERR_CERT_HAS_EXPIRED,
         CAUSE_CERT_EXPIRED,
         {.depth = 2, .is_root = true, .not_after = 1000000000, .name = "C"},
         "the root certificate 'C' expired on 2001-09-09"},
        {X509_V_ERR_CERT_NOT_YET_VALID,
         CAUSE_CERT_NOT_YET_VALID,
         {.depth = 1, .not_before = 1000000000, .name = "B"},
         "the intermediate certificate 'B' is not valid before 2001-09-09"},
        {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
         CAUSE_CERT_UNTRUSTED,
         {.depth = 2, .is_root = true, .name = "C"},
         "the certificate is not trusted: its root certificate 'C' is not known here"},
        {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
         CAUSE_CERT_UNTRUSTED,
         {.depth = 1, .name = "B", .issuer = "C"},
         "the certificate is not trusted: 'C', the issuer of its intermediate certificate 'B', is "
         "neither known here nor sent by the server"},
        {X509_V_ERR_CA_MD_TOO_WEAK,
         CAUSE_CERT_UNTRUSTED,
         {.depth = 1, .name = "B"},
         "the intermediate certificate 'B' is not trusted: it is signed with an algorithm that is too "
         "weak"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct outcome outcome = failed(CURLE_PEER_FAILED_VERIFICATION, PHASE_TLS);
        struct result result;

        outcome.verify_error = cases[i].error;
        outcome.bad_certificate = malloc(sizeof(*outcome.bad_certificate));
        assert_non_null(outcome.bad_certificate);
        *outcome.bad_certificate = cases[i].bad;
        judge(outcome, cases[i].wanted, &result);
        assert_string_equal(result.message, cases[i].message);
        result_release(&result);
    }
}

/* 2023-11-14 22:13:20 UTC */
#define NOW 1700000000

TEST(messages_name_all_faults_of_the_certificate)
{
    static const struct {
        long error;
        enum cause wanted;
        struct bad_certificate bad;
        const char *message;
    } cases[] = {
        {X509_V_ERR_CERT_HAS_EXPIRED,
         CAUSE_CERT_EXPIRED,
         {.not_after = NOW - 29 * 86400, .own_not_after = NOW - 29 * 86400, .is_other_host = true},
         "the certificate expired on 2023-10-16 (29 days ago); the certificate is also valid for "
         "b.example, not for this host"},
        {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
         CAUSE_CERT_UNTRUSTED,
         {.own_not_after = NOW - 3 * 3600},
         "the certificate is not trusted: self-signed certificate; the certificate also expired on "
         "2023-11-14 (3 hours ago)"},
        {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
         CAUSE_CERT_UNTRUSTED,
         {.own_not_before = NOW + 86400 * 2, .own_not_after = NOW + 86400 * 9},
         "the certificate is not trusted: self-signed certificate; the certificate is also not valid "
         "before 2023-11-16 (in 2 days)"},
        {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
         CAUSE_CERT_UNTRUSTED,
         {.own_not_after = NOW + 1},
         "the certificate is not trusted: self-signed certificate"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct outcome outcome = failed(CURLE_PEER_FAILED_VERIFICATION, PHASE_TLS);
        struct result result;

        outcome.started_at_us = NOW * INT64_C(1000000);
        outcome.verify_error = cases[i].error;
        outcome.cert_hosts = strdup("b.example");
        outcome.bad_certificate = malloc(sizeof(*outcome.bad_certificate));
        assert_non_null(outcome.bad_certificate);
        *outcome.bad_certificate = cases[i].bad;
        judge(outcome, cases[i].wanted, &result);
        assert_string_equal(result.message, cases[i].message);
        result_release(&result);
    }
}

/* With TLS, only libcurl's words tell what happened. */
static void expect_broken(const char *detail, int os_error, enum phase phase, enum cause wanted)
{
    struct outcome outcome = failed(CURLE_RECV_ERROR, phase);

    outcome.detail = strdup(detail);
    outcome.os_error = os_error;
    expect(outcome, wanted);
}

TEST(broken_tls)
{
    static const char eof[] = "OpenSSL SSL_read: error:0A000126:SSL routines::unexpected eof";
    static const char alert[] = "OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert "
                                "certificate required, errno 0";
    struct outcome reset = {.code = CURLE_SEND_ERROR, .phase = PHASE_RESPONSE};

    expect_broken(eof, 0, PHASE_RESPONSE, CAUSE_EMPTY);
    expect_broken(eof, 0, PHASE_BODY, CAUSE_TRUNCATED);
    expect_broken(alert, 0, PHASE_RESPONSE, CAUSE_TLS);
    reset.detail = strdup("getpeername() failed with errno 107");
    reset.os_error = ENOTCONN;
    expect(reset, CAUSE_RESET);
}

/* Only a connection refused by the server, and no SOCKS at all, are not the proxy's refusal. */
TEST(socks_proxies)
{
    for (int error = CURLPX_OK; error <= CURLPX_LAST; error++) {
        struct outcome outcome = failed(CURLE_PROXY, PHASE_CONNECT);
        enum cause wanted = error == CURLPX_REPLY_CONNECTION_REFUSED ? CAUSE_REFUSED
                            : error == CURLPX_BAD_VERSION || error == CURLPX_BAD_ADDRESS_TYPE
                                ? CAUSE_PROTOCOL
                                : CAUSE_UNREACHABLE;
        struct result result;

        outcome.proxy_error = error;
        outcome.proxy = strdup("proxy.test:1080");
        judge(outcome, wanted, &result);
        assert_non_null(strstr(result.message, "the proxy proxy.test:1080"));
        result_release(&result);
    }
}

TEST(broken_handshakes)
{
    static const struct {
        const char *detail;
        int os_error;
        enum cause wanted;
    } cases[] = {
        {"OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to a:1", 0, CAUSE_RESET},
        {"OpenSSL SSL_connect: SSL_ERROR_ZERO_RETURN in connection to a:1", 0, CAUSE_RESET},
        {"error:0A000126:SSL routines::unexpected eof while reading", 0, CAUSE_RESET},
        {"Recv failure: Connection reset by peer", ECONNRESET, CAUSE_RESET},
        {"Send failure: Broken pipe", EPIPE, CAUSE_RESET},
        {"Recv failure: Connection timed out", ETIMEDOUT, CAUSE_TIMEOUT_TLS},
        {"Send failure: Cannot allocate memory", ENOMEM, CAUSE_LOCAL},
        {"error:0A000458:SSL routines::tlsv1 unrecognized name", ECONNREFUSED, CAUSE_TLS},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct outcome outcome = failed(CURLE_SSL_CONNECT_ERROR, PHASE_TLS);

        outcome.detail = strdup(cases[i].detail);
        outcome.os_error = cases[i].os_error;
        expect(outcome, cases[i].wanted);
    }
}

TEST(client_certificates)
{
    static const struct {
        int code;
        enum phase phase;
        int os_error;
        enum cause wanted;
    } cases[] = {
        {CURLE_SSL_CONNECT_ERROR, PHASE_TLS, 0, CAUSE_TLS},
        {CURLE_RECV_ERROR, PHASE_RESPONSE, ECONNRESET, CAUSE_TLS},
        {CURLE_SEND_ERROR, PHASE_RESPONSE, EPIPE, CAUSE_TLS},
        {CURLE_RECV_ERROR, PHASE_RESPONSE, ENOMEM, CAUSE_LOCAL},
        {CURLE_RECV_ERROR, PHASE_RESPONSE, ETIMEDOUT, CAUSE_TIMEOUT_RESPONSE},
        {CURLE_GOT_NOTHING, PHASE_RESPONSE, 0, CAUSE_EMPTY},
        {CURLE_OPERATION_TIMEDOUT, PHASE_RESPONSE, 0, CAUSE_TIMEOUT_RESPONSE},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct outcome outcome = failed(cases[i].code, cases[i].phase);

        outcome.client_cert_requested = true;
        outcome.os_error = cases[i].os_error;
        expect(outcome, cases[i].wanted);
    }
}

/* errno belongs to this failure only if libcurl says so; else it is left from another address. */
TEST(broken_connections)
{
    static const struct {
        const char *detail;
        int os_error;
        enum cause in_headers, in_body;
    } cases[] = {
        {"Recv failure: Connection reset by peer", ECONNRESET, CAUSE_RESET, CAUSE_RESET},
        {"Send failure: Broken pipe", EPIPE, CAUSE_RESET, CAUSE_RESET},
        {"Recv failure: Cannot allocate memory", ENOMEM, CAUSE_LOCAL, CAUSE_LOCAL},
        {"Recv failure: No route to host", EHOSTUNREACH, CAUSE_UNREACHABLE, CAUSE_UNREACHABLE},
        {"Recv failure: Connection timed out", ETIMEDOUT, CAUSE_TIMEOUT_RESPONSE,
         CAUSE_TIMEOUT_BODY},
        {"OpenSSL SSL_read: Connection reset by peer, errno 104", ECONNRESET, CAUSE_RESET,
         CAUSE_RESET},
        {"Malformed encoding found in chunked-encoding", 0, CAUSE_PROTOCOL, CAUSE_PROTOCOL},
        {"Malformed encoding found in chunked-encoding", ECONNREFUSED, CAUSE_PROTOCOL,
         CAUSE_PROTOCOL},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_broken(cases[i].detail, cases[i].os_error, PHASE_RESPONSE, cases[i].in_headers);
        expect_broken(cases[i].detail, cases[i].os_error, PHASE_BODY, cases[i].in_body);
    }
}

/* Without IPv6 on this machine, each IPv6 address is "not available". */
TEST(address_not_available)
{
    struct outcome outcome = failed(CURLE_COULDNT_CONNECT, PHASE_CONNECT);

    outcome.os_error = EADDRNOTAVAIL;
    expect(outcome, CAUSE_LOCAL);
    outcome.ipv6_unavailable = true;
    expect(outcome, CAUSE_UNREACHABLE);
}

TEST(redirects)
{
    struct outcome outcome = failed(CURLE_UNSUPPORTED_PROTOCOL, PHASE_DONE);

    outcome.location = strdup("ftp://b/");
    expect(outcome, CAUSE_REDIRECT_SCHEME);
    outcome = failed(CURLE_URL_MALFORMAT, PHASE_DONE);
    outcome.location = strdup("http://b:99999/");
    expect(outcome, CAUSE_PROTOCOL);
}

/* Messages are escaped when they are shown: a password must not be cut off from its @. */
TEST(location_shows_no_password)
{
    static const int codes[] = {CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT};

    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        for (int length = 10; length < 600; length += 7) {
            struct outcome outcome = failed(codes[i], PHASE_DONE);
            struct result result;
            char *shown;

            assert_true(asprintf(&outcome.location, "ftp://u:secret%0*d@b/", length, 0) > 0);
            judge_outcome(target, &outcome, &result);
            shown = escape_text(result.message);
            if (!shown || strstr(shown, "secret"))
                fail_msg("a password of %d bytes is shown", length);
            free(shown);
            result_release(&result);
        }
    }
}

TEST(message_says_where_a_redirect_led)
{
    struct outcome outcome = complete(404);
    struct result result;

    outcome.redirects = 1;
    outcome.final_url = strdup("http://b/end");
    judge(outcome, CAUSE_HTTP_4XX, &result);
    assert_non_null(strstr(result.message, "http://b/end"));
    assert_string_equal(result.outcome.final_url, "http://b/end");
    result_release(&result);
}

TEST(aborted_transfers_are_protocol_errors)
{
    struct outcome outcome = failed(CURLE_ABORTED_BY_CALLBACK, PHASE_BODY);
    struct result result;

    outcome.abort_reason = "a body of over 1 MiB";
    judge(outcome, CAUSE_PROTOCOL, &result);
    assert_non_null(strstr(result.message, "a body of over 1 MiB"));
    result_release(&result);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(statuses),
        cmocka_unit_test(bot_walls),
        cmocka_unit_test(codes_and_phases),
        cmocka_unit_test(every_code_has_a_class),
        cmocka_unit_test(lookups),
        cmocka_unit_test(certificates),
        cmocka_unit_test(messages_name_the_certificate),
        cmocka_unit_test(messages_name_all_faults_of_the_certificate),
        cmocka_unit_test(broken_tls),
        cmocka_unit_test(socks_proxies),
        cmocka_unit_test(broken_handshakes),
        cmocka_unit_test(client_certificates),
        cmocka_unit_test(broken_connections),
        cmocka_unit_test(address_not_available),
        cmocka_unit_test(redirects),
        cmocka_unit_test(location_shows_no_password),
        cmocka_unit_test(message_says_where_a_redirect_led),
        cmocka_unit_test(aborted_transfers_are_protocol_errors),
    };

    alarm(HANG_S);
    return cmocka_run_group_tests(tests, setup, teardown);
}
