/* SPDX-License-Identifier: MIT */
#include "transfer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/url_parts.h"
#include "easy_options.h"
#include "transfer_callbacks.h"

#if LIBCURL_VERSION_NUM < 0x075000
#error "urlcheck needs libcurl 7.80.0 or later (CURLOPT_PREREQFUNCTION)"
#endif

/*
 * How one request runs: prepare() sets what differs between requests, curl_easy_perform() calls the
 * callbacks (transfer_callbacks.c, which shows the phases), and fill_outcome() combines what they
 * observed with what libcurl says.
 */

/*
 * libcurl fills a buffer of this size up to a hundred times before it calls a callback. So this
 * bounds what a flood can bring before it is noticed, and the memory of a handle.
 */
#define RECEIVE_BYTES 1024L
/* libcurl ends a request in time except during some floods: then on_progress() does, this late. */
#define OVERTIME_US (100 * CLOCK_MS)

/* After this time without a response, on_wait() is called. */
#define WAIT_US (200 * CLOCK_MS)

struct transfer {
    struct easy_options options; /* with the handle */
    struct transfer_state state;
    char *request_identity; /* that of the check it was made for; NULL if the check has none */
    bool uses_get;          /* GET, although the check says HEAD */
    char *pinned; /* "host:port" whose addresses are in the handle's DNS cache; NULL: none */
    struct curl_slist *pins; /* the last list given to CURLOPT_RESOLVE */
    char error[CURL_ERROR_SIZE];
};

/* Sets the options that are the same for all checks. */
static void set_common_options(struct transfer *transfer)
{
    struct easy_options *options = &transfer->options;

    EASY_SET(options, CURLOPT_NOSIGNAL, 1L);
    EASY_SET(options, CURLOPT_ERRORBUFFER, transfer->error);
    EASY_SET(options, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    EASY_SET(options, CURLOPT_BUFFERSIZE, RECEIVE_BYTES);
    EASY_SET(options, CURLOPT_MAXCONNECTS, 1L);
    /* The resolver keeps the names. libcurl would search its own cache at each request. */
    EASY_SET(options, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
#if LIBCURL_VERSION_NUM >= 0x075700
    EASY_SET(options, CURLOPT_QUICK_EXIT, 1L);
#endif
#if LIBCURL_VERSION_NUM >= 0x075500
    EASY_SET(options, CURLOPT_PROTOCOLS_STR, "http,https");
    EASY_SET(options, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
    EASY_SET(options, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    EASY_SET(options, CURLOPT_REDIR_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

void transfer_free(struct transfer *transfer)
{
    if (!transfer)
        return;
    curl_easy_cleanup(transfer->options.easy);
    curl_slist_free_all(transfer->pins);
    easy_options_release(&transfer->options);
    transfer_callbacks_release(&transfer->state);
    free(transfer->pinned);
    free(transfer->request_identity);
    free(transfer);
}

struct transfer *transfer_new(const struct check *check, struct ca_store *ca_store,
                              const atomic_bool *cancelled)
{
    struct transfer *transfer = xcalloc(1, sizeof(*transfer));

    transfer->state.ca_store = ca_store;
    transfer->state.cancelled = cancelled;
    transfer->state.follow_redirects = check->follow;
    transfer->request_identity = check->request_identity ? xstrdup(check->request_identity) : NULL;
    transfer->options.easy = curl_easy_init();
    if (!transfer->options.easy)
        goto fail;
    transfer->options.code = transfer_callbacks_install(&transfer->state, transfer->options.easy);
    set_common_options(transfer);
    easy_options_apply(&transfer->options, check, ca_store);
    if (transfer->options.code == CURLE_OK)
        return transfer;
fail:
    transfer_free(transfer);
    return NULL;
}

bool transfer_serves(const struct transfer *transfer, const struct check *check)
{
    if (!transfer->request_identity || !check->request_identity)
        return transfer->request_identity == check->request_identity;
    return strcmp(transfer->request_identity, check->request_identity) == 0;
}

/* Appends to transfer->pins: "host:port:addresses" adds to the DNS cache, "-host:port" removes. */
static void add_pin(struct transfer *transfer, const char *pin)
{
    struct curl_slist *longer = curl_slist_append(transfer->pins, pin);

    if (longer)
        transfer->pins = longer;
    else
        transfer->options.code = CURLE_OUT_OF_MEMORY;
}

/*
 * Puts the addresses into the handle's DNS cache, where they stay until the handle serves another
 * host. https://curl.se/libcurl/c/CURLOPT_RESOLVE.html
 */
static void pin_addresses(struct transfer *transfer, const struct request *request)
{
    const struct curl_slist *resolve = transfer->options.resolve;
    char *pin;

    if (!request->addresses ||
        (transfer->pinned && strcmp(transfer->pinned, request->host_port) == 0))
        return;
    curl_slist_free_all(transfer->pins);
    transfer->pins = NULL;
    if (transfer->pinned) {
        pin = xasprintf("-%s", transfer->pinned);
        add_pin(transfer, pin);
        free(pin);
    }
    /*
     * This list replaces the one of --resolve, which libcurl has not read before the first request.
     */
    for (; resolve && !transfer->pinned; resolve = resolve->next)
        add_pin(transfer, resolve->data);
    pin = xasprintf("%s:%s", request->host_port, request->addresses);
    add_pin(transfer, pin);
    free(pin);
    EASY_SET(&transfer->options, CURLOPT_RESOLVE, transfer->pins);
    free(transfer->pinned);
    transfer->pinned = xstrdup(request->host_port);
}

static long milliseconds(int64_t us)
{
    return us < CLOCK_MS ? 1L : (long)(us / CLOCK_MS);
}

/* Sets the options that differ between requests. */
static void prepare(struct transfer *transfer, const struct request *request)
{
    const struct check *check = request->check;
    struct easy_options *options = &transfer->options;
    int64_t connect_time_us =
        check->connect_timeout_us ? check->connect_timeout_us : request->max_time_us;
    char *url = url_percent_encode(request->url);

    transfer_callbacks_begin(&transfer->state);
    transfer->state.check = check;
    transfer->state.on_wait = request->on_wait;
    transfer->state.on_wait_context = request->context;
    transfer->state.wait_from_us = clock_now_us() + WAIT_US;
    transfer->state.deadline_us = clock_now_us() + request->max_time_us + OVERTIME_US;
    transfer->error[0] = '\0';
    if (transfer->uses_get != request->use_get)
        easy_options_set_method(options, check, request->use_get);
    transfer->uses_get = request->use_get;
    easy_options_restore(options, check);
    pin_addresses(transfer, request);
    EASY_SET(options, CURLOPT_FORBID_REUSE, request->close_connection ? 1L : 0L);
    EASY_SET(options, CURLOPT_URL, url);
    EASY_SET(options, CURLOPT_TIMEOUT_MS, milliseconds(request->max_time_us));
    EASY_SET(options, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(connect_time_us));
    free(url);
}

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

/* Whether libcurl ended at a redirect that was received completely but that it cannot follow. */
static bool is_location_refused(const struct transfer *transfer, CURLcode code)
{
    return transfer->state.is_followed && transfer->state.phase == PHASE_BODY &&
           (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT);
}

/*
 * Whether the last redirect was followed. No callback tells that libcurl begins to do so; its count
 * does, which includes requests that it repeated without a redirect (after 417, for instance).
 */
static bool is_redirect_followed(const struct transfer *transfer)
{
    const struct transfer_state *state = &transfer->state;

    return !state->is_followed || state->phase != PHASE_BODY ||
           get_long(transfer->options.easy, CURLINFO_REDIRECT_COUNT) > state->follows_before;
}

/* The phase in which the request ended. */
static enum phase last_phase(const struct transfer *transfer, CURLcode code)
{
    const struct transfer_state *state = &transfer->state;

    if (code == CURLE_OK || code == CURLE_TOO_MANY_REDIRECTS || is_location_refused(transfer, code))
        return PHASE_DONE;
    if (state->phase == PHASE_NONE)
        return PHASE_RESOLVE;
    if (state->is_followed && state->phase == PHASE_BODY && is_redirect_followed(transfer))
        return PHASE_RESOLVE;
    return state->phase;
}

/*
 * The delay of Retry-After (RFC 9110, section 10.2.3). libcurl parses both of its forms, but
 * returns a redirect's delay for the next response too. Limited, so that sums do not overflow.
 */
static int64_t retry_after_us(const struct transfer *transfer)
{
    const int64_t longest_s = 1000000000;
    int64_t seconds = 0;

    if (transfer->state.has_retry_after)
        seconds = get_int64(transfer->options.easy, CURLINFO_RETRY_AFTER);
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
static void add_times(CURL *easy, struct outcome *outcome)
{
    int64_t total = get_int64(easy, CURLINFO_TOTAL_TIME_T);
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

/* Fills in what is known after the request has ended with code. */
/* What is known of the connection, and why the transfer failed. */
static void fill_connection(const struct transfer *transfer, CURLcode code, struct outcome *outcome)
{
    CURL *easy = transfer->options.easy;
    const struct transfer_state *state = &transfer->state;
    const char *remote_ip = get_string(easy, CURLINFO_PRIMARY_IP);

    outcome->abort_reason = state->abort_reason;
    if (code == CURLE_SSL_CACERT_BADFILE)
        outcome->detail = ca_store_problem(state->ca_store);
    else
        outcome->detail = code == CURLE_OK ? NULL : copy(transfer->error);
    outcome->os_error =
        state->shortage_errno ? state->shortage_errno : (int)get_long(easy, CURLINFO_OS_ERRNO);
    outcome->ipv6_unavailable = is_ipv6_unavailable(&state->ipv6_address, outcome->os_error);
    outcome->verify_error = get_long(easy, CURLINFO_SSL_VERIFYRESULT);
    outcome->proxy_error = (int)get_long(easy, CURLINFO_PROXY_ERROR);
    outcome->connect_status = (int)get_long(easy, CURLINFO_HTTP_CONNECTCODE);
    outcome->reused_connection = state->is_reused;
    outcome->idle_connection = state->is_idle_reused;
    outcome->was_repeated = state->was_repeated;
    snprintf(outcome->remote_ip, sizeof(outcome->remote_ip), "%s",
             *remote_ip == '/' ? "" : remote_ip); /* '/': the path of a Unix socket */
    outcome->cert_not_after = state->cert.not_after;
    outcome->cert_name = copy(state->cert.name);
    if (code == CURLE_PEER_FAILED_VERIFICATION && state->handshake.has_bad) {
        outcome->bad_certificate = xmalloc(sizeof(*outcome->bad_certificate));
        *outcome->bad_certificate = state->handshake.bad;
    }
    outcome->client_cert_requested = state->is_client_cert_requested;
    outcome->has_client_cert = state->check->cert;
}

/* What is known of the last response. Moves its body and headers to the outcome. */
static void fill_response(struct transfer *transfer, struct outcome *outcome)
{
    struct transfer_state *state = &transfer->state;

    outcome->used_head = state->check->head && !transfer->uses_get;
    outcome->response_started = state->status != 0;
    outcome->status = state->complete_head_status;
    outcome->bot_wall = state->bot_wall;
    outcome->retry_after_us = retry_after_us(transfer);
    outcome->http_version = http_version(transfer->options.easy);
    outcome->bytes = state->body_bytes;
    outcome->is_compressed = state->is_compressed;
    outcome->body = state->body;
    outcome->headers = state->headers;
    state->body = state->headers = (struct byte_buffer){0};
}

static void fill_outcome(struct transfer *transfer, CURLcode code, struct outcome *outcome)
{
    CURL *easy = transfer->options.easy;
    bool is_refused = is_location_refused(transfer, code);
    int redirects = transfer->state.redirects - !is_redirect_followed(transfer);

    outcome_release_owned(outcome);
    outcome->phase = last_phase(transfer, code);
    outcome->code = (int)code;
    if (outcome->phase == PHASE_TLS)
        transfer_callbacks_note_handshake(&transfer->state);
    fill_connection(transfer, code, outcome);
    fill_response(transfer, outcome);
    outcome->redirects = redirects - is_refused;
    outcome->final_url = redirects ? copy(get_string(easy, CURLINFO_EFFECTIVE_URL)) : NULL;
    if (is_refused)
        outcome->location = copy(transfer->state.location);
    add_times(easy, outcome);
}

/*
 * Whether a complete body has compressed data without an end, which was cut off when the server, or
 * a cache, stored it. 206 sends a part of it, as requested.
 */
static bool is_decoding_cut(const struct transfer_state *state)
{
    return state->is_decoder_open && !state->has_enough && state->status != 206;
}

/*
 * Whether libcurl could not look up the host for a SOCKS proxy that takes only addresses. It says
 * the same if a SOCKS4 proxy cannot take the address, as it is IPv6.
 */
static bool is_name_unresolved(const struct transfer *transfer, CURLcode code)
{
    return code == CURLE_PROXY &&
           get_long(transfer->options.easy, CURLINFO_PROXY_ERROR) == CURLPX_RESOLVE_HOST &&
           !strstr(transfer->error, "not supported");
}

void transfer_run(struct transfer *transfer, const struct request *request, struct outcome *outcome)
{
    struct transfer_state *state = &transfer->state;
    CURLcode code;

    prepare(transfer, request);
    code = transfer->options.code;
    if (code == CURLE_OK)
        code = curl_easy_perform(transfer->options.easy);
    if (code == CURLE_WRITE_ERROR && state->has_enough)
        code = CURLE_OK;
    /* on_tls_record() can only end the connection, which gives another code. */
    if (code != CURLE_OK && state->abort_reason)
        code = CURLE_ABORTED_BY_CALLBACK;
    else if (code != CURLE_OK && state->is_overdue)
        code = CURLE_OPERATION_TIMEDOUT;
    /* libcurl gave up repeating the request, and the last response is no redirect. */
    if (code == CURLE_TOO_MANY_REDIRECTS && !state->is_followed)
        code = CURLE_OK;
    /* libcurl accepts a connection that ends within the headers. */
    if (code == CURLE_OK && (state->phase != PHASE_BODY || is_decoding_cut(state)))
        code = CURLE_PARTIAL_FILE;
    if (is_name_unresolved(transfer, code)) {
        code = CURLE_COULDNT_RESOLVE_HOST;
        state->phase = PHASE_RESOLVE;
    }
    transfer_callbacks_end(state);
    fill_outcome(transfer, code, outcome);
}
