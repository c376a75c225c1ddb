/* SPDX-License-Identifier: MIT */
#include "failure_proxy.h"

#include <curl/curl.h>

#include "base/http_status.h"

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
struct failure failure_socks(const struct outcome *outcome)
{
    const char *reply = socks_reply(outcome->proxy_error);
    const char *proxy = outcome->proxy ? outcome->proxy : "";
    bool is_refused = outcome->proxy_error == CURLPX_REPLY_CONNECTION_REFUSED;

    if (reply)
        return failure_of(is_refused ? CAUSE_REFUSED : CAUSE_UNREACHABLE, "the proxy %s says: %s",
                          proxy, reply);
    switch (outcome->proxy_error) {
    case CURLPX_BAD_VERSION:
    case CURLPX_BAD_ADDRESS_TYPE:
        return failure_of(CAUSE_PROTOCOL, "the proxy %s does not speak this version of SOCKS",
                          proxy);
    case CURLPX_NO_AUTH:
        return failure_of(CAUSE_UNREACHABLE,
                          "the proxy %s requires another login (user and password)", proxy);
    case CURLPX_USER_REJECTED:
        return failure_of(CAUSE_UNREACHABLE, "the proxy %s rejects the user or the password",
                          proxy);
    case CURLPX_RESOLVE_HOST:
        return failure_of(CAUSE_UNREACHABLE, "the proxy %s cannot be used for IPv6 (SOCKS4)",
                          proxy);
    case CURLPX_CLOSED:
    case CURLPX_RECV_ADDRESS:
    case CURLPX_RECV_AUTH:
    case CURLPX_RECV_CONNECT:
    case CURLPX_RECV_REQACK:
    case CURLPX_SEND_AUTH:
    case CURLPX_SEND_CONNECT:
    case CURLPX_SEND_REQUEST:
        return failure_of(CAUSE_UNREACHABLE, "the proxy %s closed the connection", proxy);
    default:
        return failure_of(CAUSE_UNREACHABLE, "the proxy %s: %s", proxy,
                          failure_detail(outcome).text);
    }
}

/* Whether urlcheck or libcurl reached its limit first depends on how fast the headers come. */
struct failure failure_tunnel(const struct outcome *outcome)
{
    const char *proxy = outcome->proxy ? outcome->proxy : "";
    char status[HTTP_STATUS_TEXT_BYTES];

    if (outcome->connect_status >= 300)
        return failure_of(CAUSE_UNREACHABLE, "the proxy %s answered CONNECT with %s", proxy,
                          http_status_text(outcome->connect_status, status));
    if (outcome->abort_reason || failure_says(outcome, "Too large response headers") ||
        failure_says(outcome, "CONNECT response too large"))
        return failure_of(CAUSE_UNREACHABLE, "the proxy %s sent too long a response to CONNECT",
                          proxy);
    return failure_of(CAUSE_UNREACHABLE,
                      "the proxy %s closed the connection without a valid response to CONNECT",
                      proxy);
}
