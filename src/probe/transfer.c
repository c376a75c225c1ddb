/* SPDX-License-Identifier: MIT */
#include "transfer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/url_parts.h"
#include "easy_options.h"
#include "input/check.h"
#include "transfer_callbacks.h"
#include "transfer_outcome.h"

#if LIBCURL_VERSION_NUM < 0x075000
#error "urlcheck needs libcurl 7.80.0 or later (CURLOPT_PREREQFUNCTION)"
#endif

/*
 * How one request runs: prepare() sets what differs between requests, curl_easy_perform() calls the
 * callbacks (transfer_callbacks.c, which shows the phases), and transfer_outcome_fill() combines
 * what they observed with what libcurl says.
 */

/*
 * One read of a TLS record or of most pages. While a request waits, the buffer is untouched memory,
 * which is not resident. libcurl fills it up to a hundred times before it calls a callback, so this
 * also bounds what a flood can bring before it is noticed.
 */
#define RECEIVE_BYTES (16 * 1024L)
/* libcurl ends a request in time except during some floods: then on_progress() does, this late. */
#define OVERTIME_US (100 * CLOCK_MS)

/*
 * After this time without a response, on_wait() is called: later than most hosts far away respond, and than
 * 64 handshakes take that begin at once.
 */
#define WAIT_US (500 * CLOCK_MS)

struct transfer {
    struct easy_options options; /* with the handle */
    struct transfer_state state;
    char *request_identity; /* that of the check it was made for; NULL if the check has none */
    bool uses_get;          /* GET, although the check says HEAD */
    char *pinned; /* "host:port" whose addresses are in the handle's DNS cache; NULL: none */
    struct curl_slist *pins; /* the last list given to CURLOPT_RESOLVE */
    CURLU *url;              /* of the request, parsed; libcurl borrows it */
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
    /* libcurl would use the CA store of an https proxy, which ca_store_use() sets, for servers too. */
    EASY_SET(options, CURLOPT_CA_CACHE_TIMEOUT, 0L);
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
    curl_url_cleanup(transfer->url);
    curl_slist_free_all(transfer->pins);
    easy_options_release(&transfer->options);
    transfer_callbacks_release(&transfer->state);
    free(transfer->state.handshakes);
    free(transfer->pinned);
    free(transfer->request_identity);
    free(transfer);
}

struct transfer *transfer_new(const struct check *check, const struct ca_stores *ca_stores,
                              const atomic_bool *cancelled)
{
    struct transfer *transfer = xcalloc(1, sizeof(*transfer));

    transfer->state.ca_stores = *ca_stores;
    transfer->state.cancelled = cancelled;
    transfer->state.follow_redirects = check->follow;
    transfer->request_identity = check->request_identity ? xstrdup(check->request_identity) : NULL;
    transfer->url = curl_url();
    transfer->options.easy = curl_easy_init();
    if (!transfer->url || !transfer->options.easy)
        goto fail;
    transfer->options.code = transfer_callbacks_install(&transfer->state, transfer->options.easy);
    set_common_options(transfer);
    easy_options_apply(&transfer->options, check, ca_store_is_shared(ca_stores->of_servers));
    if (transfer->options.withholds_headers || transfer->options.withholds_body)
        transfer->state.options = &transfer->options;
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

/*
 * The network may have forgotten an idle connection: some firewalls then drop its packets without a
 * reply. If the server's system does not acknowledge the request in half of the time, the connection
 * is given up with ETIMEDOUT, and the request can be made on a new one in the other half. A server
 * that acknowledges it may take all of the time to respond.
 */
static void limit_idle_connection(struct transfer *transfer, const struct request *request)
{
#ifdef TCP_USER_TIMEOUT /* tcp(7) */
    struct transfer_state *state = &transfer->state;
    unsigned half_ms = 0; /* no limit */

    if (request->may_be_repeated)
        half_ms = (unsigned)(request->max_time_us / 2 / CLOCK_MS);
    /* The time that is left differs a little from check to check: that is not worth a system call. */
    if (state->socket == CURL_SOCKET_BAD || half_ms == state->user_timeout_ms ||
        (half_ms && half_ms < state->user_timeout_ms &&
         state->user_timeout_ms - half_ms <= half_ms / 8))
        return;
    setsockopt(state->socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &half_ms, sizeof(half_ms));
    state->user_timeout_ms = half_ms;
#else
    (void)transfer, (void)request;
#endif
}

/*
 * Given a text, libcurl parses it and makes a normalized text of it, for CURLINFO_EFFECTIVE_URL, which
 * takes as long as the parsing. Given a parsed URL, it does neither. The text is needed nevertheless:
 * libcurl 7.88 would return the first URL of the handle for all that it serves.
 */
static void set_url(struct transfer *transfer, const struct request *request)
{
    struct easy_options *options = &transfer->options;
    char *url = url_percent_encode(request->url);
    bool is_text_enough = request->check->write_out ||
                          curl_url_set(transfer->url, CURLUPART_URL, url, 0) != CURLUE_OK;

    EASY_SET(options, CURLOPT_URL, url);
    EASY_SET(options, CURLOPT_CURLU, is_text_enough ? NULL : transfer->url);
    free(url);
}

/* Sets the options that differ between requests. */
static void prepare(struct transfer *transfer, const struct request *request)
{
    const struct check *check = request->check;
    struct easy_options *options = &transfer->options;
    int64_t connect_time_us =
        check->connect_timeout_us ? check->connect_timeout_us : request->max_time_us;
    int64_t now_us = clock_now_us();

    transfer_callbacks_begin(&transfer->state);
    transfer->state.check = check;
    transfer->state.keeps_headers = check->write_out || check->expect_header.count;
    transfer->state.url = request->url;
    transfer->state.on_wait = request->on_wait;
    transfer->state.on_wait_context = request->context;
    transfer->state.wait_from_us = now_us + WAIT_US;
    transfer->state.deadline_us = now_us + request->max_time_us + OVERTIME_US;
    transfer->state.keeps_connection = !request->close_connection;
    transfer->state.keeps_for_redirects = request->close_connection && !request->new_connections;
    transfer->error[0] = '\0';
    if (transfer->uses_get != request->use_get)
        easy_options_set_method(options, check, request->use_get);
    transfer->uses_get = request->use_get;
    transfer->state.keeps_body = request->keeps_body || check_judges_content(check);
    transfer->state.used_head = check->head && !request->use_get;
    easy_options_restore(options, check);
    pin_addresses(transfer, request);
    limit_idle_connection(transfer, request);
    if (request->body) {
        EASY_SET(options, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_bytes);
        EASY_SET(options, CURLOPT_POSTFIELDS, request->body);
    }
    if (request->offer_http2)
        EASY_SET(options, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    EASY_SET(options, CURLOPT_FORBID_REUSE, request->close_connection ? 1L : 0L);
    set_url(transfer, request);
    EASY_SET(options, CURLOPT_TIMEOUT_MS, milliseconds(request->max_time_us));
    EASY_SET(options, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(connect_time_us));
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
    long proxy_error = 0;

    curl_easy_getinfo(transfer->options.easy, CURLINFO_PROXY_ERROR, &proxy_error);
    return code == CURLE_PROXY && proxy_error == CURLPX_RESOLVE_HOST &&
           !strstr(transfer->error, "not supported");
}

/* What the transfer's code means, with what the callbacks observed. */
static CURLcode settle_code(const struct transfer *transfer, CURLcode code)
{
    const struct transfer_state *state = &transfer->state;

    if (state->has_enough)
        code = CURLE_OK;
    if (code == CURLE_WRITE_ERROR && state->greeting)
        code = CURLE_UNSUPPORTED_PROTOCOL; /* as libcurl says where HTTP/0.9 is not allowed */
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
    /* In TLS through an https proxy, libcurl calls a rejected certificate a broken handshake. */
    if (code == CURLE_SSL_CONNECT_ERROR && transfer_callbacks_rejected(state))
        code = CURLE_PEER_FAILED_VERIFICATION;
    if (is_name_unresolved(transfer, code))
        code = CURLE_COULDNT_RESOLVE_HOST;
    return code;
}

void transfer_run(struct transfer *transfer, const struct request *request, struct outcome *outcome)
{
    struct transfer_state *state = &transfer->state;
    CURLcode code;

    prepare(transfer, request);
    code = transfer->options.code;
    if (code == CURLE_OK)
        code = curl_easy_perform(transfer->options.easy);
    code = settle_code(transfer, code);
    if (code == CURLE_COULDNT_RESOLVE_HOST)
        state->phase = PHASE_RESOLVE;
    transfer_callbacks_end(state);
    transfer_outcome_fill(state, code, transfer->error, outcome);
}
