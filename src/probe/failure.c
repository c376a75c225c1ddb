/* SPDX-License-Identifier: MIT */
#include "failure.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/units.h"
#include "failure_connection.h"
#include "failure_proxy.h"
#include "failure_tls.h"

static struct failure judge_timeout(const struct outcome *outcome)
{
    double time = us_to_seconds(outcome->total_us);

    switch (outcome->phase) {
    case PHASE_NONE:
    case PHASE_RESOLVE:
        return failure_of(CAUSE_DNS_TIMEOUT, "no answer from the name server within %.1f s", time);
    case PHASE_CONNECT:
        if (outcome->proxy)
            return failure_of(CAUSE_TIMEOUT_CONNECT,
                              "no connection through the proxy %s within %.1f s", outcome->proxy,
                              time);
        return failure_of(CAUSE_TIMEOUT_CONNECT, "no connection within %.1f s", time);
    case PHASE_TLS: return failure_of(CAUSE_TIMEOUT_TLS, "no TLS handshake within %.1f s", time);
    case PHASE_RESPONSE:
        return failure_of(CAUSE_TIMEOUT_RESPONSE, "no complete response header within %.1f s",
                          time);
    default:
        return failure_of(CAUSE_TIMEOUT_BODY,
                          "body not complete within %.1f s, %lld bytes received", time,
                          (long long)outcome->bytes);
    }
}

static struct failure judge_lookup(const struct outcome *outcome)
{
    switch (outcome->lookup) {
    case LOOKUP_NO_IPV4:
    case LOOKUP_NO_IPV6:
        return failure_of(CAUSE_DNS, "the %s%s has no %s address",
                          outcome->proxy ? "proxy " : "host", outcome->proxy ? outcome->proxy : "",
                          outcome->lookup == LOOKUP_NO_IPV4 ? "IPv4" : "IPv6");
    case LOOKUP_FAILED: return failure_of(CAUSE_DNS_TIMEOUT, "the name servers could not answer");
    case LOOKUP_TIMEOUT: return judge_timeout(outcome);
    case LOOKUP_NO_DOH: return failure_of(CAUSE_LOCAL, "%s", outcome->detail);
    case LOOKUP_SHORTAGE:
        return failure_of(CAUSE_LOCAL, "cannot look up names on this machine: %s",
                          strerror(outcome->os_error));
    default: break;
    }
    if (outcome->used_doh)
        return failure_of(CAUSE_DNS, "no address from the DoH server");
    if (outcome->proxy)
        return failure_of(CAUSE_DNS, "no such host: the proxy %s", outcome->proxy);
    return failure_of(CAUSE_DNS, "no such host");
}

/* A redirect that was not followed. Passwords are hidden before the URL is cut. */
static struct failure judge_location(enum cause cause, const struct outcome *outcome,
                                     const char *problem)
{
    char *location = outcome->location ? escape_hide_userinfo(outcome->location) : NULL;
    struct failure failure = failure_of(cause, "redirected to %.200s, %s",
                                        location ? location : "a very long URL", problem);

    failure.names_location = true;
    free(location);
    return failure;
}

/* The response does not begin as one, or is in a version of HTTP that does not exist. */
static struct failure judge_foreign(const struct outcome *outcome)
{
    if (!outcome->greeting)
        return failure_of(CAUSE_PROTOCOL, "%s", failure_detail(outcome).text);
    if (!*outcome->greeting)
        return failure_of(CAUSE_PROTOCOL, "the response is not HTTP: it does not begin with HTTP/");
    return failure_of(CAUSE_PROTOCOL, "the response is not HTTP: the server said %s",
                      outcome->greeting);
}

/* libcurl refused a redirect, an HTTP/0.9 response, or a URL that its URL parser had accepted. */
static struct failure judge_url(const struct outcome *outcome)
{
    bool is_malformed = outcome->code == CURLE_URL_MALFORMAT;

    if (outcome->phase == PHASE_DONE)
        return is_malformed ? judge_location(CAUSE_PROTOCOL, outcome, "not a URL")
                            : judge_location(CAUSE_REDIRECT_SCHEME, outcome, "not http or https");
    return is_malformed ? failure_of(CAUSE_BAD_INPUT, "not a URL: %s", failure_detail(outcome).text)
                        : judge_foreign(outcome);
}

static struct failure judge_abort(const struct outcome *outcome)
{
    if (!outcome->abort_reason)
        return failure_of(CAUSE_CANCELLED, "interrupted");
    return outcome->proxy ? failure_tunnel(outcome)
                          : failure_of(CAUSE_PROTOCOL, "%s", outcome->abort_reason);
}

/* An error in HTTP/2's own layer. */
static struct failure judge_http2(const struct outcome *outcome)
{
    if (outcome->phase == PHASE_BODY && !outcome->detail) /* GOAWAY: RFC 9113, section 6.8 */
        return failure_end(outcome);
    return failure_of(CAUSE_PROTOCOL, "%s", failure_detail(outcome).text);
}

static struct failure judge_redirects(const struct outcome *outcome)
{
    return failure_of(CAUSE_TOO_MANY_REDIRECTS, "more than %d redirect%s", outcome->redirects,
                      outcome->redirects == 1 ? "" : "s");
}

/* libcurl has this code for a long header line, too; if memory ran out, no phase is known. */
static struct failure judge_memory(const struct outcome *outcome)
{
    if (outcome->phase == PHASE_RESPONSE)
        return failure_of(CAUSE_PROTOCOL, "a response header line of over 100 KiB");
    return failure_of(CAUSE_LOCAL, "out of memory");
}

#if LIBCURL_VERSION_NUM >= 0x080600
static struct failure judge_too_large(const struct outcome *outcome)
{
    (void)outcome;
    return failure_of(CAUSE_PROTOCOL, "a response header line of over 100 KiB");
}
#endif

/* The words of ca_store, which may contain the name of a file. */
static struct failure judge_ca_file(const struct outcome *outcome)
{
    return failure_of(CAUSE_LOCAL, "%s",
                      outcome->detail ? outcome->detail : failure_detail(outcome).text);
}

static struct failure judge_tls(const struct outcome *outcome)
{
    return failure_of(CAUSE_TLS, "%s", failure_detail(outcome).text);
}

static struct failure judge_local(const struct outcome *outcome)
{
    return failure_of(CAUSE_LOCAL, "%s", failure_detail(outcome).text);
}

/* https://curl.se/libcurl/c/libcurl-errors.html */
static const struct {
    CURLcode code;
    struct failure (*judge)(const struct outcome *outcome);
} judges[] = {
    {CURLE_ABORTED_BY_CALLBACK, judge_abort},
    {CURLE_COULDNT_RESOLVE_HOST, judge_lookup},
    {CURLE_COULDNT_RESOLVE_PROXY, judge_lookup},
    {CURLE_PROXY, failure_socks},
    {CURLE_INTERFACE_FAILED, failure_connect},
    {CURLE_COULDNT_CONNECT, failure_connect},
    {CURLE_OPERATION_TIMEDOUT, judge_timeout},
    {CURLE_PEER_FAILED_VERIFICATION, failure_certificate},
    {CURLE_GOT_NOTHING, failure_end},
    {CURLE_PARTIAL_FILE, failure_end},
    {CURLE_SEND_ERROR, failure_broken},
    {CURLE_RECV_ERROR, failure_broken},
    {CURLE_HTTP2, judge_http2},
    {CURLE_HTTP2_STREAM, failure_stream},
    {CURLE_HTTP3, failure_stream},
    {CURLE_TOO_MANY_REDIRECTS, judge_redirects},
    {CURLE_SSL_CONNECT_ERROR, failure_handshake},
    {CURLE_SSL_CERTPROBLEM, judge_tls},
    {CURLE_SSL_CIPHER, judge_tls},
    {CURLE_SSL_PINNEDPUBKEYNOTMATCH, judge_tls},
    {CURLE_SSL_INVALIDCERTSTATUS, judge_tls},
    {CURLE_SSL_CLIENTCERT, judge_tls},
    {CURLE_USE_SSL_FAILED, judge_tls},
    {CURLE_SSL_CACERT_BADFILE, judge_ca_file},
    {CURLE_UNSUPPORTED_PROTOCOL, judge_url},
    {CURLE_URL_MALFORMAT, judge_url},
    {CURLE_OUT_OF_MEMORY, judge_memory},
#if LIBCURL_VERSION_NUM >= 0x080600
    {CURLE_TOO_LARGE, judge_too_large},
#endif
    {CURLE_READ_ERROR, judge_local}, /* from 8.11 on, of ~/.netrc; nothing else is read */
    {CURLE_FAILED_INIT, judge_local},
};

static struct failure judge_code(const struct outcome *outcome)
{
    if (outcome->is_body_withheld)
        return judge_location(CAUSE_REDIRECTED, outcome,
                              "another host, port or scheme, to which the body is not sent "
                              "(--location-trusted)");
    if (failure_is_client_cert(outcome))
        return failure_client_cert(outcome);
    for (size_t i = 0; i < sizeof(judges) / sizeof(judges[0]); i++) {
        if ((int)judges[i].code == outcome->code)
            return judges[i].judge(outcome);
    }
    return failure_of(CAUSE_PROTOCOL, "%s", failure_detail(outcome).text);
}

/* Says where the connection should have gone, if that is not the URL's host. */
static void name_peer(const struct outcome *outcome, struct failure *failure)
{
    if (!cause_is_of_server(failure->cause))
        return;
    if (outcome->unix_socket && outcome->phase == PHASE_CONNECT)
        failure_add(failure, " (socket %s)", outcome->unix_socket);
    else if (outcome->proxy && !strstr(failure->message, outcome->proxy))
        failure_add(failure, " (at the proxy %s)", outcome->proxy);
}

struct failure failure_judge(const struct outcome *outcome)
{
    struct failure failure = judge_code(outcome);

    name_peer(outcome, &failure);
    return failure;
}
