/* SPDX-License-Identifier: MIT */
#include "failure.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/x509_vfy.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/escape.h"
#include "base/units.h"
#include "curl_words.h"

static struct failure fail(enum cause cause, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static struct failure fail(enum cause cause, const char *format, ...)
{
    struct failure failure = {.cause = cause};
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(failure.message, sizeof(failure.message), format, arguments);
    va_end(arguments);
    return failure;
}

/* libcurl's description, in words for people. */
static const char *detail(const struct outcome *outcome)
{
    return curl_words(outcome->detail ? outcome->detail
                                      : curl_easy_strerror((CURLcode)outcome->code));
}

static struct failure judge_timeout(const struct outcome *outcome)
{
    double time = us_to_seconds(outcome->total_us);

    switch (outcome->phase) {
    case PHASE_NONE:
    case PHASE_RESOLVE:
        return fail(CAUSE_DNS_TIMEOUT, "no answer from the name server within %.1f s", time);
    case PHASE_CONNECT: return fail(CAUSE_TIMEOUT_CONNECT, "no connection within %.1f s", time);
    case PHASE_TLS: return fail(CAUSE_TIMEOUT_TLS, "no TLS handshake within %.1f s", time);
    case PHASE_RESPONSE:
        return fail(CAUSE_TIMEOUT_RESPONSE, "no complete response header within %.1f s", time);
    default:
        return fail(CAUSE_TIMEOUT_BODY, "body not complete within %.1f s, %lld bytes received",
                    time, (long long)outcome->bytes);
    }
}

static struct failure judge_lookup(const struct outcome *outcome)
{
    switch (outcome->lookup) {
    case LOOKUP_NO_IPV4:
    case LOOKUP_NO_IPV6:
        return fail(CAUSE_DNS, "the %s%s has no %s address", outcome->proxy ? "proxy " : "host",
                    outcome->proxy ? outcome->proxy : "",
                    outcome->lookup == LOOKUP_NO_IPV4 ? "IPv4" : "IPv6");
    case LOOKUP_FAILED: return fail(CAUSE_DNS_TIMEOUT, "the name servers could not answer");
    case LOOKUP_TIMEOUT: return judge_timeout(outcome);
    case LOOKUP_SHORTAGE:
        return fail(CAUSE_LOCAL, "cannot look up names on this machine: %s",
                    strerror(outcome->os_error));
    default: break;
    }
    if (outcome->used_doh)
        return fail(CAUSE_DNS, "no address from the DoH server");
    if (outcome->proxy)
        return fail(CAUSE_DNS, "no such host: the proxy %s", outcome->proxy);
    return fail(CAUSE_DNS, "no such host");
}

/* Whether a socket call failed because this machine ran out of something: ports, for instance. */
static bool is_socket_shortage(int os_error)
{
    return error_is_shortage(os_error) || os_error == ENOBUFS || os_error == EAGAIN ||
           os_error == EADDRINUSE;
}

static struct failure judge_connect(const struct outcome *outcome)
{
    int os_error = outcome->os_error;

    /* connect(2): EADDRNOTAVAIL means that all local ports are in use; but it is also the error for
       any IPv6 address on a machine without IPv6. */
    if (is_socket_shortage(os_error) || (os_error == EADDRNOTAVAIL && !outcome->ipv6_unavailable))
        return fail(CAUSE_LOCAL, "cannot connect from this machine: %s", strerror(os_error));
    if (os_error == ECONNREFUSED)
        return fail(CAUSE_REFUSED, "connection refused");
    if (os_error == ETIMEDOUT)
        return fail(CAUSE_TIMEOUT_CONNECT, "no connection: %s", strerror(os_error));
    if (os_error == ECONNRESET)
        return fail(CAUSE_RESET, "connection reset while connecting");
    return fail(CAUSE_UNREACHABLE, "%s", os_error ? strerror(os_error) : detail(outcome));
}

/* What a SOCKS proxy replied (RFC 1928, section 6); NULL: it did not get that far. */
static const char *socks_reply(int proxy_error)
{
    switch (proxy_error) {
    case CURLPX_REPLY_GENERAL_SERVER_FAILURE: return "general failure";
    case CURLPX_REPLY_NOT_ALLOWED: return "not allowed by its rules";
    case CURLPX_REPLY_NETWORK_UNREACHABLE: return "network is unreachable";
    case CURLPX_REPLY_HOST_UNREACHABLE: return "host is unreachable";
    case CURLPX_REPLY_CONNECTION_REFUSED: return "connection refused";
    case CURLPX_REPLY_TTL_EXPIRED: return "no connection (TTL expired)";
    case CURLPX_REPLY_COMMAND_NOT_SUPPORTED: return "command not supported";
    case CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED:
        return "addresses of this type (IPv4, IPv6 or names) are not supported";
    case CURLPX_UNKNOWN_FAIL: /* SOCKS4 */
    case CURLPX_REPLY_UNASSIGNED: return "a failure with an unknown code";
    case CURLPX_REQUEST_FAILED: return "request rejected or failed"; /* SOCKS4 */
    case CURLPX_IDENTD:
    case CURLPX_IDENTD_DIFFER: return "rejected by its check of the local user (identd)";
    default: return NULL;
    }
}

/* A SOCKS proxy did not connect: https://curl.se/libcurl/c/CURLINFO_PROXY_ERROR.html */
static struct failure judge_socks(const struct outcome *outcome)
{
    const char *reply = socks_reply(outcome->proxy_error);
    const char *proxy = outcome->proxy ? outcome->proxy : "";
    bool is_refused = outcome->proxy_error == CURLPX_REPLY_CONNECTION_REFUSED;

    if (reply)
        return fail(is_refused ? CAUSE_REFUSED : CAUSE_UNREACHABLE, "the proxy %s says: %s", proxy,
                    reply);
    switch (outcome->proxy_error) {
    case CURLPX_BAD_VERSION:
    case CURLPX_BAD_ADDRESS_TYPE:
        return fail(CAUSE_PROTOCOL, "the proxy %s does not speak this version of SOCKS", proxy);
    case CURLPX_NO_AUTH:
        return fail(CAUSE_UNREACHABLE, "the proxy %s requires another login (user and password)",
                    proxy);
    case CURLPX_USER_REJECTED:
        return fail(CAUSE_UNREACHABLE, "the proxy %s rejects the user or the password", proxy);
    case CURLPX_RESOLVE_HOST:
        return fail(CAUSE_UNREACHABLE, "the proxy %s cannot be used for IPv6 (SOCKS4)", proxy);
    case CURLPX_CLOSED:
    case CURLPX_RECV_ADDRESS:
    case CURLPX_RECV_AUTH:
    case CURLPX_RECV_CONNECT:
    case CURLPX_RECV_REQACK:
    case CURLPX_SEND_AUTH:
    case CURLPX_SEND_CONNECT:
    case CURLPX_SEND_REQUEST:
        return fail(CAUSE_UNREACHABLE, "the proxy %s closed the connection", proxy);
    default: return fail(CAUSE_UNREACHABLE, "the proxy %s: %s", proxy, detail(outcome));
    }
}

/* Which certificate did not pass: "certificate" is the server's own. */
static void name_certificate(const struct bad_certificate *bad, char *text, size_t size)
{
    if (!bad || bad->depth == 0)
        snprintf(text, size, "certificate");
    else
        snprintf(text, size, "%s certificate '%s'", bad->is_root ? "root" : "intermediate",
                 bad->name);
}

static void format_date(int64_t seconds, char date[32])
{
    time_t time = (time_t)seconds;
    struct tm tm;

    strftime(date, 32, "%Y-%m-%d", gmtime_r(&time, &tm));
}

/* The chain ends at a certificate that is not trusted, or whose issuer is missing. */
static struct failure judge_issuer(const struct outcome *outcome, const char *which)
{
    const struct bad_certificate *bad = outcome->bad_certificate;

    if (outcome->verify_error == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT)
        return fail(CAUSE_CERT_UNTRUSTED,
                    "the certificate is not trusted: self-signed certificate");
    if (!bad)
        return fail(CAUSE_CERT_UNTRUSTED,
                    "the certificate is not trusted: its issuer is not known");
    if (bad->is_root)
        return fail(CAUSE_CERT_UNTRUSTED,
                    "the certificate is not trusted: its %s is not known here", which);
    return fail(
        CAUSE_CERT_UNTRUSTED,
        "the certificate is not trusted: '%s', the issuer of %s%s, is neither known here nor "
        "sent by the server",
        bad->issuer, bad->depth ? "its " : "the ", which);
}

static struct failure judge_certificate(const struct outcome *outcome)
{
    const struct bad_certificate *bad = outcome->bad_certificate;
    char which[CERTIFICATE_NAME_BYTES + 32];
    char date[32];

    name_certificate(bad, which, sizeof(which));
    switch (outcome->verify_error) {
    case X509_V_OK:
    case X509_V_ERR_UNSPECIFIED: /* libcurl leaves these two if only the name is wrong */
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return fail(CAUSE_CERT_HOST, "the certificate is for another host");
    case X509_V_ERR_CERT_HAS_EXPIRED:
        if (!bad)
            return fail(CAUSE_CERT_EXPIRED, "a certificate has expired");
        format_date(bad->not_after, date);
        return fail(CAUSE_CERT_EXPIRED, "the %s expired on %s", which, date);
    case X509_V_ERR_CERT_NOT_YET_VALID:
        if (!bad)
            return fail(CAUSE_CERT_NOT_YET_VALID, "a certificate is not yet valid");
        format_date(bad->not_before, date);
        return fail(CAUSE_CERT_NOT_YET_VALID, "the %s is not yet valid, but from %s on", which,
                    date);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: return judge_issuer(outcome, which);
    default:
        return fail(CAUSE_CERT_UNTRUSTED, "the %s is not trusted: %s", which,
                    curl_words(X509_verify_cert_error_string(outcome->verify_error)));
    }
}

/* The connection was closed before the response was complete. */
static struct failure judge_end(const struct outcome *outcome)
{
    if (outcome->phase == PHASE_BODY)
        return fail(CAUSE_TRUNCATED, "body ended early, after %lld bytes",
                    (long long)outcome->bytes);
    if (outcome->response_started)
        return fail(CAUSE_TRUNCATED, "connection closed in the middle of the headers");
    return fail(CAUSE_EMPTY, "connection closed without a response");
}

static bool says(const struct outcome *outcome, const char *words)
{
    return outcome->detail && strstr(outcome->detail, words);
}

/*
 * Whether os_error belongs to this failure; it may be left from the first address that libcurl
 * tried. libcurl's description shows it: "Recv failure: Connection reset by peer", "SSL_read: ...,
 * errno 104".
 */
static bool is_os_error_current(const struct outcome *outcome)
{
    return outcome->os_error && (!outcome->detail || says(outcome, "failure: ") ||
                                 (says(outcome, "errno ") && !says(outcome, "errno 0")));
}

/*
 * An established connection broke. For TLS there is no errno: a fatal alert and an end without
 * close_notify differ only in libcurl's words.
 */
static struct failure judge_broken(const struct outcome *outcome)
{
    bool in_body = outcome->phase == PHASE_BODY;
    int os_error = is_os_error_current(outcome) ? outcome->os_error : 0;

    if (outcome->connect_status >= 300)
        return fail(CAUSE_UNREACHABLE, "the proxy %s answered CONNECT with HTTP %d",
                    outcome->proxy ? outcome->proxy : "", outcome->connect_status);
    if (outcome->phase == PHASE_CONNECT && outcome->proxy && !is_socket_shortage(os_error))
        return fail(CAUSE_UNREACHABLE, "the proxy %s closed the connection without a response",
                    outcome->proxy);
    if (says(outcome, "unexpected eof"))
        return judge_end(outcome);
    if (says(outcome, "Too large response headers")) /* some versions add up redirects */
        return fail(CAUSE_PROTOCOL, "response headers of over 300 KiB, with those of redirects");
    /* libcurl's words for EPIPE and the like on a socket of TLS */
    if (says(outcome, "getpeername"))
        return fail(CAUSE_RESET, "connection reset before the response was complete");
    if (says(outcome, "SSL") && !os_error)
        return fail(CAUSE_TLS, "%s", detail(outcome));
    /* The server refused the stream after it had begun to answer, and libcurl has no words for it. */
    if (!os_error && !outcome->detail && in_body && outcome->http_version &&
        *outcome->http_version >= '2')
        return judge_end(outcome);
    if (!os_error)
        return fail(CAUSE_PROTOCOL, "%s", detail(outcome));
    if (is_socket_shortage(os_error))
        return fail(CAUSE_LOCAL, "%s", strerror(os_error));
    if (os_error == ETIMEDOUT)
        return fail(in_body ? CAUSE_TIMEOUT_BODY : CAUSE_TIMEOUT_RESPONSE, "%s",
                    strerror(os_error));
    if (os_error == ECONNRESET || os_error == EPIPE)
        return fail(CAUSE_RESET, "connection reset %s",
                    in_body ? "in the middle of the body" : "before the response was complete");
    return fail(CAUSE_UNREACHABLE, "%s", strerror(os_error));
}

/*
 * A stream was reset: RFC 9113, section 5.4.2. If headers, body and reset arrive together, libcurl
 * 7.88 passes nothing on but the reset, so the phase does not tell how far the response came. An
 * error in the protocol may have been found by libcurl itself, in the headers for instance.
 */
static struct failure judge_stream(const struct outcome *outcome)
{
    if (outcome->phase == PHASE_BODY)
        return judge_end(outcome);
    if (says(outcome, "PROTOCOL_ERROR"))
        return fail(CAUSE_PROTOCOL, "%s", detail(outcome));
    return fail(CAUSE_TRUNCATED, "the server reset the stream before the response was complete");
}

/*
 * The TLS handshake failed. If the connection was cut off in it, whether by an end or a reset, and
 * which call of this side noticed it, depends on which packet arrived first: all are one failure.
 */
static struct failure judge_handshake(const struct outcome *outcome)
{
    int os_error = is_os_error_current(outcome) ? outcome->os_error : 0;

    if (is_socket_shortage(os_error))
        return fail(CAUSE_LOCAL, "%s", strerror(os_error));
    if (os_error == ETIMEDOUT)
        return fail(CAUSE_TIMEOUT_TLS, "no TLS handshake: %s", strerror(os_error));
    if (says(outcome, "SSL_ERROR_SYSCALL") || says(outcome, "unexpected eof") ||
        says(outcome, "SSL_ERROR_ZERO_RETURN") || says(outcome, "failure: "))
        return fail(CAUSE_RESET, "connection closed in the middle of the TLS handshake");
    return fail(CAUSE_TLS, "%s", detail(outcome));
}

/*
 * Whether the connection was lost after the server had requested a client certificate, before any
 * response. A server that rejects the certificate, or that there is none, sends an alert and closes
 * the connection. In TLS 1.3 the client has sent its request by then, and the end of the connection
 * can overtake the alert.
 */
static bool is_client_cert_rejected(const struct outcome *outcome)
{
    int os_error = is_os_error_current(outcome) ? outcome->os_error : 0;

    return outcome->client_cert_requested && !is_socket_shortage(os_error) &&
           os_error != ETIMEDOUT &&
           (outcome->code == CURLE_SSL_CONNECT_ERROR || outcome->code == CURLE_SEND_ERROR ||
            outcome->code == CURLE_RECV_ERROR);
}

static struct failure judge_client_cert(const struct outcome *outcome)
{
    if (!outcome->has_client_cert)
        return fail(CAUSE_TLS, "the server wants a client certificate (--cert)");
    if (says(outcome, "alert"))
        return fail(CAUSE_TLS, "%s", detail(outcome));
    return fail(CAUSE_TLS, "connection closed after the client certificate was sent");
}

/* A redirect that was not followed. Passwords are hidden before the URL is cut. */
static struct failure judge_location(enum cause cause, const struct outcome *outcome,
                                     const char *problem)
{
    char *location = outcome->location ? escape_hide_userinfo(outcome->location) : NULL;
    struct failure failure =
        fail(cause, "redirected to %.200s, %s", location ? location : "a very long URL", problem);

    failure.names_location = true;
    free(location);
    return failure;
}

/* libcurl refused a redirect, an HTTP/0.9 response, or a URL that its URL parser had accepted. */
static struct failure judge_url(const struct outcome *outcome)
{
    bool is_malformed = outcome->code == CURLE_URL_MALFORMAT;

    if (outcome->phase == PHASE_DONE)
        return is_malformed ? judge_location(CAUSE_PROTOCOL, outcome, "not a URL")
                            : judge_location(CAUSE_REDIRECT_SCHEME, outcome, "not http or https");
    return is_malformed ? fail(CAUSE_BAD_INPUT, "not a URL: %s", detail(outcome))
                        : fail(CAUSE_PROTOCOL, "%s", detail(outcome));
}

/* https://curl.se/libcurl/c/libcurl-errors.html */
struct failure failure_judge(const struct outcome *outcome)
{
    if (is_client_cert_rejected(outcome))
        return judge_client_cert(outcome);
    switch (outcome->code) {
    case CURLE_ABORTED_BY_CALLBACK:
        return outcome->abort_reason ? fail(CAUSE_PROTOCOL, "%s", outcome->abort_reason)
                                     : fail(CAUSE_CANCELLED, "interrupted");
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return judge_lookup(outcome);
    case CURLE_PROXY: return judge_socks(outcome);
    case CURLE_INTERFACE_FAILED:
    case CURLE_COULDNT_CONNECT: return judge_connect(outcome);
    case CURLE_OPERATION_TIMEDOUT: return judge_timeout(outcome);
    case CURLE_PEER_FAILED_VERIFICATION: return judge_certificate(outcome);
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE: return judge_end(outcome);
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: return judge_broken(outcome);
    case CURLE_HTTP2:
        if (outcome->phase == PHASE_BODY && !outcome->detail) /* GOAWAY: RFC 9113, section 6.8 */
            return judge_end(outcome);
        return fail(CAUSE_PROTOCOL, "%s", detail(outcome));
    case CURLE_HTTP2_STREAM:
    case CURLE_HTTP3: return judge_stream(outcome);
    case CURLE_TOO_MANY_REDIRECTS:
        return fail(CAUSE_TOO_MANY_REDIRECTS, "more than %d redirect%s", outcome->redirects,
                    outcome->redirects == 1 ? "" : "s");
    case CURLE_SSL_CONNECT_ERROR: return judge_handshake(outcome);
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_USE_SSL_FAILED: return fail(CAUSE_TLS, "%s", detail(outcome));
    case CURLE_SSL_CACERT_BADFILE: /* the words of ca_store, which may hold a file's name */
        return fail(CAUSE_LOCAL, "%s", outcome->detail ? outcome->detail : detail(outcome));
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT: return judge_url(outcome);
    case CURLE_OUT_OF_MEMORY:
        /*
         * libcurl returns this code for a long header line, too; if memory ran out, no phase is
         * known.
         */
        if (outcome->phase == PHASE_RESPONSE)
            return fail(CAUSE_PROTOCOL, "a response header line of over 100 KiB");
        return fail(CAUSE_LOCAL, "out of memory");
#if LIBCURL_VERSION_NUM >= 0x080600
    case CURLE_TOO_LARGE: return fail(CAUSE_PROTOCOL, "a response header line of over 100 KiB");
#endif
    case CURLE_READ_ERROR: /* from 8.11 on, of ~/.netrc; urlcheck makes libcurl read nothing else */
    case CURLE_FAILED_INIT: return fail(CAUSE_LOCAL, "%s", detail(outcome));
    default: return fail(CAUSE_PROTOCOL, "%s", detail(outcome));
    }
}
