/* SPDX-License-Identifier: MIT */
#include "transfer_outcome.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "getinfo.h"
#include "transfer_callbacks.h"

/* A longer Location is not kept for messages: a part of it might show half of a password. */
#define LOCATION_BYTES ((size_t)2000)

static long get_long(CURL *easy, CURLINFO info)
{
    long number = 0;

    curl_easy_getinfo(easy, info, &number);
    return number;
}

static int64_t get_int64(CURL *easy, CURLINFO info)
{
    curl_off_t number = 0;

    curl_easy_getinfo(easy, info, &number);
    return number;
}

static const char *get_string(CURL *easy, CURLINFO info)
{
    const char *text = NULL;

    curl_easy_getinfo(easy, info, &text);
    return text ? text : "";
}

/* A copy without blanks at its end, which some of libcurl's texts have; NULL if it is empty. */
static char *copy(const char *text)
{
    size_t length = text ? strlen(text) : 0;

    while (length && strchr(" \r\n", text[length - 1]))
        length--;
    return length ? xstrndup(text, length) : NULL;
}

/*
 * Whether the transfer ended at a redirect that was received completely but that libcurl cannot
 * follow, or may not.
 */
static bool is_location_refused(const struct transfer_state *state, CURLcode code)
{
    return state->is_body_withheld ||
           (state->is_followed && state->phase == PHASE_BODY &&
            (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT));
}

/*
 * Whether the last redirect was followed. No callback tells that libcurl begins to do so; its count
 * does, which includes requests that it repeated without a redirect (after 417, for instance).
 */
static bool is_redirect_followed(const struct transfer_state *state)
{
    return !state->is_followed || state->phase != PHASE_BODY ||
           get_long(state->easy, CURLINFO_REDIRECT_COUNT) > state->follows_before;
}

/* The phase in which the request ended. */
static enum phase last_phase(const struct transfer_state *state, CURLcode code)
{
    if (code == CURLE_OK || code == CURLE_TOO_MANY_REDIRECTS || is_location_refused(state, code))
        return PHASE_DONE;
    if (state->phase == PHASE_NONE)
        return PHASE_RESOLVE;
    if (state->is_followed && state->phase == PHASE_BODY && is_redirect_followed(state))
        return PHASE_RESOLVE;
    return state->phase;
}

/*
 * The delay of Retry-After (RFC 9110, section 10.2.3). libcurl parses both of its forms, but
 * returns a redirect's delay for the next response too. Limited, so that sums do not overflow.
 */
static int64_t retry_after_us(const struct transfer_state *state)
{
    const int64_t longest_s = 1000000000;
    int64_t seconds = 0;

    if (state->has_retry_after)
        seconds = get_int64(state->easy, CURLINFO_RETRY_AFTER);
    if (seconds < 0)
        return 0;
    return (seconds < longest_s ? seconds : longest_s) * CLOCK_S;
}

static const char *http_version(CURL *easy)
{
    switch (get_long(easy, CURLINFO_HTTP_VERSION)) {
    case CURL_HTTP_VERSION_1_0: return "1.0";
    case CURL_HTTP_VERSION_1_1: return "1.1";
    case CURL_HTTP_VERSION_2_0: return "2";
    case CURL_HTTP_VERSION_3: return "3";
    default: return NULL;
    }
}

/* libcurl's times all count from the beginning of the request; 0: not reached. */
static void add_times(CURL *easy, int64_t read_on_us, struct outcome *outcome)
{
    int64_t total = get_int64(easy, CURLINFO_TOTAL_TIME_T) - read_on_us;
    int64_t resolved = get_int64(easy, CURLINFO_NAMELOOKUP_TIME_T);
    int64_t connected = get_int64(easy, CURLINFO_CONNECT_TIME_T);
    int64_t secured = get_int64(easy, CURLINFO_APPCONNECT_TIME_T);
    int64_t requested = get_int64(easy, CURLINFO_PRETRANSFER_TIME_T);
    int64_t responded = get_int64(easy, CURLINFO_STARTTRANSFER_TIME_T);

    outcome->resolve_us += resolved;
    outcome->connect_us += connected > resolved ? connected - resolved : 0;
    outcome->tls_us += secured > connected ? secured - connected : 0;
    outcome->processing_us += responded > requested ? responded - requested : 0;
    outcome->transfer_us += responded && total > responded ? total - responded : 0;
}

/*
 * Whether connect() failed because this machine has no IPv6, not because all ports are in use:
 * whether a UDP socket cannot be connected to the address either. That sends nothing and needs no
 * TCP port.
 */
static bool is_ipv6_unavailable(const struct sockaddr_in6 *address, int os_error)
{
    bool is_unavailable;
    int fd;

    if (address->sin6_family != AF_INET6 || os_error != EADDRNOTAVAIL)
        return false;
    fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno == EAFNOSUPPORT;
    /* EAGAIN: all UDP ports are in use as well. */
    is_unavailable =
        connect(fd, (const struct sockaddr *)address, sizeof(*address)) && errno != EAGAIN;
    close(fd);
    return is_unavailable;
}

/* What is known of the connection, and why the transfer failed. */
static void fill_connection(const struct transfer_state *state, CURLcode code, const char *error,
                            struct outcome *outcome)
{
    CURL *easy = state->easy;
    const char *remote_ip = get_string(easy, CURLINFO_PRIMARY_IP);
    bool in_proxy_handshake = state->is_proxy_handshake && state->phase == PHASE_TLS;
    const struct bad_certificate *rejected = NULL;

    if (code == CURLE_PEER_FAILED_VERIFICATION)
        rejected = transfer_callbacks_rejected(state);
    outcome->abort_reason = state->abort_reason;
    if (code == CURLE_SSL_CACERT_BADFILE)
        outcome->detail = ca_store_problem(in_proxy_handshake ? state->ca_stores.of_proxies
                                                              : state->ca_stores.of_servers);
    else
        outcome->detail = code == CURLE_OK ? NULL : copy(error);
    outcome->os_error =
        state->shortage_errno ? state->shortage_errno : (int)get_long(easy, CURLINFO_OS_ERRNO);
    outcome->ipv6_unavailable = is_ipv6_unavailable(&state->ipv6_address, outcome->os_error);
    outcome->in_proxy_handshake = in_proxy_handshake;
    outcome->verify_error = rejected             ? rejected->error
                            : in_proxy_handshake ? get_long(easy, CURLINFO_PROXY_SSL_VERIFYRESULT)
                                                 : get_long(easy, CURLINFO_SSL_VERIFYRESULT);
    outcome->proxy_error = (int)get_long(easy, CURLINFO_PROXY_ERROR);
    outcome->connect_status = (int)get_long(easy, CURLINFO_HTTP_CONNECTCODE);
    outcome->reused_connection = state->is_reused;
    outcome->idle_connection = state->is_idle_reused;
    outcome->was_repeated = state->was_repeated;
    memccpy(outcome->remote_ip, *remote_ip == '/' ? "" : remote_ip, '\0',
            sizeof(outcome->remote_ip) - 1); /* '/': the path of a Unix socket */
    outcome->remote_port = state->remote_port;
    outcome->cert_not_after = state->cert.not_after;
    outcome->cert_name = copy(state->cert.name);
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        outcome->cert_hosts = copy(transfer_callbacks_hosts(state));
    if (rejected) {
        outcome->bad_certificate = xmalloc(sizeof(*outcome->bad_certificate));
        *outcome->bad_certificate = *rejected;
    }
    outcome->client_cert_requested = state->is_client_cert_requested;
    outcome->http1_chosen = state->is_http1_chosen;
    outcome->has_client_cert = state->check->cert;
}

/* What is known of the last response. Moves its body and headers to the outcome. */
static void fill_response(struct transfer_state *state, struct outcome *outcome)
{
    outcome->used_head = state->used_head;
    outcome->response_started = state->status != 0;
    outcome->status = state->complete_head_status;
    outcome->are_headers_withheld = state->are_headers_withheld;
    outcome->is_body_withheld = state->is_body_withheld;
    outcome->bot_wall = state->bot_wall;
    outcome->auth_schemes = copy(state->auth_schemes);
    outcome->retry_after_us = retry_after_us(state);
    outcome->http_version = http_version(state->easy);
    outcome->bytes = state->body_bytes;
    outcome->is_compressed = state->is_compressed;
    outcome->greeting = state->greeting;
    outcome->phrase = state->phrase;
    outcome->content_type = state->content_type;
    state->greeting = state->phrase = state->content_type = NULL;
    outcome->body = state->body;
    outcome->headers = state->headers;
    state->body = state->headers = (struct byte_buffer){0};
}

static void fill_transfer(const struct transfer_state *state, struct outcome *outcome)
{
    outcome->transfer = getinfo_facts(state->easy);
    outcome->transfer->header_count = state->header_count;
}

void transfer_outcome_fill(struct transfer_state *state, CURLcode code, const char *error,
                           struct outcome *outcome)
{
    CURL *easy = state->easy;
    bool is_refused = is_location_refused(state, code);
    int redirects = state->redirects - !is_redirect_followed(state);

    outcome_release_owned(outcome);
    outcome->phase = last_phase(state, code);
    outcome->code = (int)code;
    if (outcome->phase == PHASE_TLS && !state->is_proxy_handshake)
        transfer_callbacks_note_handshake(state);
    fill_connection(state, code, error, outcome);
    fill_response(state, outcome);
    /* libcurl has counted a redirect that it cannot follow. */
    outcome->redirects = redirects - (is_refused && !state->is_body_withheld);
    outcome->final_url = redirects ? copy(get_string(easy, CURLINFO_EFFECTIVE_URL)) : NULL;
    if (is_refused && state->location && strlen(state->location) <= LOCATION_BYTES)
        outcome->location = copy(state->location);
    if (state->enough_us)
        outcome->read_on_us = clock_now_us() - state->enough_us;
    add_times(easy, outcome->read_on_us, outcome);
    if (state->check->write_out && state->check->write_out->needs & WRITE_OUT_TRANSFER)
        fill_transfer(state, outcome);
}
