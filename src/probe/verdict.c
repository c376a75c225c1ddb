/* SPDX-License-Identifier: MIT */
#include "probe/verdict.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/x509_vfy.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "output/escape.h"

/* A class, and the phrase that goes with it: written by the judge who finds it. */
struct finding {
    enum class class;
    bool names_location; /* the phrase says already where a redirect led */
    char phrase[512];
};

static struct finding find(enum class class, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static struct finding find(enum class class, const char *format, ...)
{
    struct finding finding = {.class = class};
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(finding.phrase, sizeof(finding.phrase), format, arguments);
    va_end(arguments);
    return finding;
}

/* libcurl's own words, for what has no better ones. */
static const char *detail(const struct outcome *outcome)
{
    return outcome->detail ? outcome->detail : curl_easy_strerror((CURLcode)outcome->code);
}

static double seconds(int64_t us)
{
    return (double)us / 1e6;
}

static struct finding judge_status(const struct outcome *outcome)
{
    int status = outcome->status;

    if (outcome->bot_wall && (status == 403 || status == 503))
        return find(CLASS_BLOCKED, "HTTP %d from a bot wall", status);
    if (status == 999)
        return find(CLASS_BLOCKED, "HTTP 999, which means that robots are not wanted");
    if (status == 429)
        return find(CLASS_RATE_LIMITED, "HTTP 429");
    if (status >= 500 && status <= 599)
        return find(CLASS_HTTP_5XX, "HTTP %d", status);
    if (status >= 400 && status <= 499)
        return find(CLASS_HTTP_4XX, "HTTP %d", status);
    if (status < 200 || status > 399)
        return find(CLASS_HTTP_STATUS, "HTTP %d", status);
    return find(CLASS_NONE, "%s", "");
}

static struct finding judge_timeout(const struct outcome *outcome)
{
    double time = seconds(outcome->total_us);

    switch (outcome->phase) {
    case PHASE_NONE:
    case PHASE_RESOLVE:
        return find(CLASS_DNS_TIMEOUT, "no answer from the name server within %.1f s", time);
    case PHASE_CONNECT: return find(CLASS_TIMEOUT_CONNECT, "no connection within %.1f s", time);
    case PHASE_TLS: return find(CLASS_TIMEOUT_TLS, "no TLS handshake within %.1f s", time);
    case PHASE_RESPONSE:
        return find(CLASS_TIMEOUT_RESPONSE, "no complete response header within %.1f s", time);
    default:
        return find(CLASS_TIMEOUT_BODY, "body not complete within %.1f s, %lld bytes received",
                    time, (long long)outcome->bytes);
    }
}

static struct finding judge_lookup(const struct outcome *outcome)
{
    switch (outcome->lookup) {
    case LOOKUP_FAILED: return find(CLASS_DNS_TIMEOUT, "the name servers could not answer");
    case LOOKUP_TIMEOUT: return judge_timeout(outcome);
    case LOOKUP_SHORTAGE:
        return find(CLASS_LOCAL, "cannot look up a name here: %s", strerror(outcome->os_error));
    default: return find(CLASS_DNS, "no such host");
    }
}

static bool is_shortage(int os_error)
{
    return os_error == EMFILE || os_error == ENFILE || os_error == ENOMEM || os_error == ENOBUFS ||
           os_error == EAGAIN;
}

/*
 * EADDRNOTAVAIL is what connect(2) says when all local ports are taken; but where there is no IPv6
 * it says so of each of its addresses.
 */
static struct finding judge_connect(const struct outcome *outcome)
{
    int os_error = outcome->os_error;

    if (is_shortage(os_error) || (os_error == EADDRNOTAVAIL && !outcome->tried_ipv6))
        return find(CLASS_LOCAL, "cannot connect from here: %s", strerror(os_error));
    if (os_error == ECONNREFUSED)
        return find(CLASS_REFUSED, "connection refused");
    if (os_error == ETIMEDOUT)
        return find(CLASS_TIMEOUT_CONNECT, "no connection: %s", strerror(os_error));
    if (os_error == ECONNRESET)
        return find(CLASS_RESET, "connection reset while connecting");
    return find(CLASS_UNREACHABLE, "%s", os_error ? strerror(os_error) : detail(outcome));
}

static void format_date(int64_t time_s, char *text, size_t size)
{
    time_t time = (time_t)time_s;
    struct tm date;

    gmtime_r(&time, &date);
    strftime(text, size, "%Y-%m-%d", &date);
}

static struct finding judge_certificate(const struct outcome *outcome)
{
    char date[32] = "";

    switch (outcome->verify_error) {
    case X509_V_OK:
    case X509_V_ERR_UNSPECIFIED: /* what libcurl leaves where it looked at the name alone */
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return find(CLASS_CERT_HOST, "the certificate is for another host");
    case X509_V_ERR_CERT_HAS_EXPIRED:
        if (outcome->cert_not_after)
            format_date(outcome->cert_not_after, date, sizeof(date));
        return find(CLASS_CERT_EXPIRED, "the certificate has expired%s%s", *date ? " on " : "",
                    date);
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return find(CLASS_CERT_NOT_YET_VALID, "the certificate is not yet valid");
    default:
        return find(CLASS_CERT_UNTRUSTED, "the certificate is not trusted: %s",
                    X509_verify_cert_error_string(outcome->verify_error));
    }
}

/* The connection was closed before the response was complete. */
static struct finding judge_end(const struct outcome *outcome)
{
    if (outcome->phase == PHASE_BODY)
        return find(CLASS_TRUNCATED, "body ended early, after %lld bytes",
                    (long long)outcome->bytes);
    if (outcome->begun)
        return find(CLASS_TRUNCATED, "connection closed within the response's headers");
    return find(CLASS_EMPTY, "connection closed without a response");
}

static bool says(const struct outcome *outcome, const char *words)
{
    return outcome->detail && strstr(outcome->detail, words);
}

/*
 * Whether the failure came from the system, with errno: libcurl may still hold that of the first
 * address it tried. "Recv failure: Connection reset by peer", "SSL_read: ..., errno 104".
 */
static bool is_of_the_system(const struct outcome *outcome)
{
    return outcome->os_error && (!outcome->detail || says(outcome, "failure: ") ||
                                 (says(outcome, "errno ") && !says(outcome, "errno 0")));
}

/*
 * A connection that broke while it was used. TLS has no errno of its own: an alert, such as the
 * one that demands a certificate, and an end without close_notify differ in libcurl's words only.
 */
static struct finding judge_broken(const struct outcome *outcome)
{
    bool in_body = outcome->phase == PHASE_BODY;

    if (outcome->connect_status >= 300)
        return find(CLASS_UNREACHABLE, "the proxy answered CONNECT with HTTP %d",
                    outcome->connect_status);
    if (says(outcome, "unexpected eof"))
        return judge_end(outcome);
    if (says(outcome, "getpeername") || (says(outcome, "SSL") && !is_of_the_system(outcome)))
        return find(CLASS_TLS, "%s", detail(outcome));
    if (!is_of_the_system(outcome))
        return find(CLASS_PROTOCOL, "%s", detail(outcome));
    if (is_shortage(outcome->os_error))
        return find(CLASS_LOCAL, "%s", strerror(outcome->os_error));
    if (outcome->os_error == ETIMEDOUT)
        return find(in_body ? CLASS_TIMEOUT_BODY : CLASS_TIMEOUT_RESPONSE, "%s",
                    strerror(outcome->os_error));
    if (outcome->os_error == ECONNRESET || outcome->os_error == EPIPE)
        return find(CLASS_RESET, "connection reset %s",
                    in_body ? "within the body" : "before the response was complete");
    return find(CLASS_UNREACHABLE, "%s", strerror(outcome->os_error));
}

/* A redirect that was not followed. Passwords are hidden before it is cut. */
static struct finding judge_location(enum class class, const struct outcome *outcome,
                                     const char *problem)
{
    char *location = outcome->location ? escape_hide_userinfo(outcome->location) : NULL;
    struct finding finding =
        find(class, "redirected to %.200s, %s", location ? location : "something long", problem);

    finding.names_location = true;
    free(location);
    return finding;
}

/* libcurl would not go on: a redirect, HTTP/0.9, or a URL that its parser had let pass. */
static struct finding judge_url(const struct outcome *outcome)
{
    bool is_malformed = outcome->code == CURLE_URL_MALFORMAT;

    if (outcome->phase == PHASE_DONE)
        return is_malformed ? judge_location(CLASS_PROTOCOL, outcome, "not a URL")
                            : judge_location(CLASS_REDIRECT_SCHEME, outcome, "not http or https");
    return is_malformed ? find(CLASS_BAD_INPUT, "not a URL: %s", detail(outcome))
                        : find(CLASS_PROTOCOL, "%s", detail(outcome));
}

/* There was no complete response. https://curl.se/libcurl/c/libcurl-errors.html */
static struct finding judge_failure(const struct outcome *outcome)
{
    switch (outcome->code) {
    case CURLE_ABORTED_BY_CALLBACK:
    case CURLE_WRITE_ERROR:
        if (outcome->refusal)
            return find(CLASS_PROTOCOL, "%s", outcome->refusal);
        return find(CLASS_CANCELLED, "interrupted");
    case CURLE_COULDNT_RESOLVE_HOST: return judge_lookup(outcome);
    case CURLE_COULDNT_RESOLVE_PROXY:
        if (outcome->lookup == LOOKUP_NO_NAME)
            return find(CLASS_DNS, "no such host: the proxy");
        return judge_lookup(outcome);
    case CURLE_COULDNT_CONNECT: return judge_connect(outcome);
    case CURLE_OPERATION_TIMEDOUT: return judge_timeout(outcome);
    case CURLE_PEER_FAILED_VERIFICATION: return judge_certificate(outcome);
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE: return judge_end(outcome);
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: return judge_broken(outcome);
    case CURLE_TOO_MANY_REDIRECTS:
        return find(CLASS_TOO_MANY_REDIRECTS, "more than %d redirect%s", outcome->redirects,
                    outcome->redirects == 1 ? "" : "s");
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_USE_SSL_FAILED: return find(CLASS_TLS, "%s", detail(outcome));
    case CURLE_SSL_CACERT_BADFILE:
        if (outcome->phase == PHASE_NONE && outcome->detail)
            return find(CLASS_LOCAL, "%s", outcome->detail);
        return find(CLASS_LOCAL, "no CA certificates on this machine (install ca-certificates)");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT: return judge_url(outcome);
    case CURLE_OUT_OF_MEMORY:
        if (outcome->phase == PHASE_RESPONSE)
            return find(CLASS_PROTOCOL, "a response header line of over 100 KiB");
        return find(CLASS_LOCAL, "out of memory");
#if LIBCURL_VERSION_NUM >= 0x080600
    case CURLE_TOO_LARGE: return find(CLASS_PROTOCOL, "a response header line of over 100 KiB");
#endif
    case CURLE_FAILED_INIT: return find(CLASS_LOCAL, "%s", detail(outcome));
    default: return find(CLASS_PROTOCOL, "%s", detail(outcome));
    }
}

/* The phrase, and where a redirect had led; NULL if memory is short. */
static char *phrase_of(const struct finding *finding, const struct outcome *outcome)
{
    char *phrase;

    if (!outcome->final_url || finding->names_location)
        return strdup(finding->phrase);
    if (asprintf(&phrase, "%s (redirected to %s)", finding->phrase, outcome->final_url) < 0)
        return NULL;
    return phrase;
}

void verdict_judge(const struct target *target, struct outcome *outcome, struct result *result)
{
    struct finding finding =
        outcome->code == CURLE_OK ? judge_status(outcome) : judge_failure(outcome);

    *result = (struct result){.target = target, .class = finding.class, .attempts = 1};
    if (finding.class != CLASS_NONE) {
        result->verdict = VERDICT_FAILED;
        result->message = phrase_of(&finding, outcome);
    }
    /* TLS 1.3's client is done before the server has said what it thinks of it. */
    if (finding.class == CLASS_TLS && outcome->phase == PHASE_RESPONSE)
        outcome->phase = PHASE_TLS;
    result->outcome = *outcome;
    *outcome = (struct outcome){0};
}

void verdict_without_probe(const struct target *target, enum class class, const char *message,
                           struct result *result)
{
    *result = (struct result){.target = target,
                              .verdict = VERDICT_FAILED,
                              .class = class,
                              .message = strdup(message)};
}

void result_release(struct result *result)
{
    free(result->message);
    attempts_release(&result->earlier);
    outcome_release(&result->outcome);
    *result = (struct result){0};
}

void result_follow(struct result *result, struct result *earlier)
{
    const struct attempt_note note = {.class = (int)earlier->class,
                                      .status = result_status(earlier),
                                      .message = earlier->message,
                                      .started_at_us = earlier->outcome.started_at_us,
                                      .total_us = earlier->outcome.total_us};

    result->attempts += earlier->attempts;
    result->earlier = earlier->earlier;
    attempts_add(&result->earlier, &note);
    earlier->earlier = (struct attempts){0};
    earlier->message = NULL;
    result_release(earlier);
}

bool verdict_is_shortage(const struct result *result)
{
    return result->class == CLASS_LOCAL && result->outcome.code != CURLE_SSL_CACERT_BADFILE;
}

int result_status(const struct result *result)
{
    return result->outcome.phase == PHASE_DONE ? result->outcome.status : 0;
}

const char *verdict_name(enum verdict verdict)
{
    return verdict == VERDICT_OK ? "OK" : "FAILED";
}

const char *class_name(enum class class)
{
#define CLASS_WORD(constant, word) [constant] = (word),
    static const char *const words[] = {CLASS_LIST(CLASS_WORD)};
#undef CLASS_WORD

    return words[class];
}

const char *phase_name(enum phase phase)
{
    static const char *const names[] = {
        [PHASE_NONE] = "-",   [PHASE_RESOLVE] = "dns",   [PHASE_CONNECT] = "tcp",
        [PHASE_TLS] = "tls",  [PHASE_RESPONSE] = "http", [PHASE_BODY] = "http",
        [PHASE_DONE] = "http"};

    return names[phase];
}
