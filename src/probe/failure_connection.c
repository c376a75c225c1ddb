/* SPDX-License-Identifier: MIT */
#include "failure_connection.h"

#include <errno.h>
#include <string.h>

#include "failure_proxy.h"

/* Why connect(2) failed. errno's own words for these two do not say what to look at. */
static const char *connect_words(int os_error)
{
    switch (os_error) {
    case EPERM: return "a firewall of this machine forbids it";
    case EINVAL: return "not an address to connect to";
    default: return strerror(os_error);
    }
}

/* No connection to the proxy. */
static struct failure connect_to_proxy(const struct outcome *outcome)
{
    int os_error = outcome->os_error;

    if (os_error == ECONNREFUSED)
        return failure_of(CAUSE_REFUSED, "refused by the proxy %s", outcome->proxy);
    if (os_error == ETIMEDOUT)
        return failure_of(CAUSE_TIMEOUT_CONNECT, "no connection to the proxy %s: %s",
                          outcome->proxy, connect_words(os_error));
    if (os_error == ECONNRESET)
        return failure_of(CAUSE_RESET, "connection reset by the proxy %s", outcome->proxy);
    return failure_of(CAUSE_UNREACHABLE, "no connection to the proxy %s: %s", outcome->proxy,
                      os_error ? connect_words(os_error) : failure_detail(outcome).text);
}

struct failure failure_connect(const struct outcome *outcome)
{
    int os_error = outcome->os_error;

    /* connect(2): EADDRNOTAVAIL means that all local ports are in use; but it is also the error for
       any IPv6 address on a machine without IPv6. */
    if (failure_is_shortage(os_error) || (os_error == EADDRNOTAVAIL && !outcome->ipv6_unavailable))
        return failure_of(CAUSE_LOCAL, "cannot connect from this machine: %s", strerror(os_error));
    if (outcome->proxy)
        return connect_to_proxy(outcome);
    if (os_error == ECONNREFUSED)
        return failure_of(CAUSE_REFUSED, "connection refused");
    if (os_error == ETIMEDOUT)
        return failure_of(CAUSE_TIMEOUT_CONNECT, "no connection: %s", strerror(os_error));
    if (os_error == ECONNRESET)
        return failure_of(CAUSE_RESET, "connection reset while connecting");
    return failure_of(CAUSE_UNREACHABLE, "%s",
                      os_error ? connect_words(os_error) : failure_detail(outcome).text);
}

/* The connection was closed before the response was complete. */
struct failure failure_end(const struct outcome *outcome)
{
    if (outcome->phase == PHASE_BODY)
        return failure_of(CAUSE_TRUNCATED, "body ended early, after %lld bytes",
                          (long long)outcome->bytes);
    if (outcome->response_started)
        return failure_of(CAUSE_TRUNCATED, "connection closed in the middle of the headers");
    return failure_of(CAUSE_EMPTY, "connection closed without a response");
}

/*
 * An established connection broke. For TLS there is no errno: a fatal alert and an end without
 * close_notify differ only in libcurl's words.
 */
struct failure failure_broken(const struct outcome *outcome)
{
    bool in_body = outcome->phase == PHASE_BODY;
    int os_error = failure_os_error(outcome);

    if (outcome->connect_status >= 300 ||
        (outcome->phase == PHASE_CONNECT && outcome->proxy && !failure_is_shortage(os_error)))
        return failure_tunnel(outcome);
    if (failure_says(outcome, "unexpected eof"))
        return failure_end(outcome);
    if (failure_says(outcome, "Too large response headers")) /* some versions add up redirects */
        return failure_of(CAUSE_PROTOCOL,
                          "response headers of over 300 KiB, with those of redirects");
    /* libcurl's words for EPIPE and the like on a socket of TLS */
    if (failure_says(outcome, "getpeername"))
        return failure_of(CAUSE_RESET, "connection reset before the response was complete");
    if (failure_says(outcome, "SSL") && !os_error)
        return failure_of(CAUSE_TLS, "%s", failure_detail(outcome).text);
    /* The server refused the stream after it had begun to answer, and libcurl has no words for it. */
    if (!os_error && !outcome->detail && in_body && outcome->http_version &&
        *outcome->http_version >= '2')
        return failure_end(outcome);
    if (!os_error)
        return failure_of(CAUSE_PROTOCOL, "%s", failure_detail(outcome).text);
    if (failure_is_shortage(os_error))
        return failure_of(CAUSE_LOCAL, "%s", strerror(os_error));
    if (os_error == ETIMEDOUT)
        return failure_of(in_body ? CAUSE_TIMEOUT_BODY : CAUSE_TIMEOUT_RESPONSE, "%s",
                          strerror(os_error));
    if (os_error == ECONNRESET || os_error == EPIPE)
        return failure_of(CAUSE_RESET, "connection reset %s",
                          in_body ? "in the middle of the body"
                                  : "before the response was complete");
    return failure_of(CAUSE_UNREACHABLE, "%s", strerror(os_error));
}

/*
 * A stream was reset: RFC 9113, section 5.4.2. If headers, body and reset arrive together, libcurl
 * 7.88 passes nothing on but the reset, so the phase does not tell how far the response came. An
 * error in the protocol may have been found by libcurl itself, in the headers for instance.
 */
struct failure failure_stream(const struct outcome *outcome)
{
    if (outcome->phase == PHASE_BODY)
        return failure_end(outcome);
    if (failure_says(outcome, "PROTOCOL_ERROR"))
        return failure_of(CAUSE_PROTOCOL, "%s", failure_detail(outcome).text);
    return failure_of(CAUSE_TRUNCATED,
                      "the server reset the stream before the response was complete");
}
