/* SPDX-License-Identifier: MIT */
#include "transfer_callbacks.h"

#include <ctype.h>
#include <errno.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/tcp.h>
#endif

#include "base/alloc.h"
#include "base/clock.h"
#include "base/error.h"
#include "input/check.h"
#include "probe/alloc_monitor.h"

/*
 * How the callbacks observe a transfer
 * ====================================
 * A transfer is one request and its response, or several if there are redirects. The callbacks
 * follow its phases:
 *
 *           on_socket()            on_tls()         on_request()         empty header line
 *     NONE ------------> CONNECT -----------> TLS --------------> RESPONSE -------------> BODY
 *       |                   |                                      ^ ^  |                  |
 *       |                   +-- http: on_request() ----------------+ |  | 1xx: the next    |
 *       +-- kept connection: on_request() -------------------------+ +--+ status line      |
 *                                                                  |                       |
 *                           redirect: on_request(), or on_socket() and so on --------------+
 *
 * on_header() gets each header line, of 1xx responses, redirects and trailers too. on_body() gets
 * the body, but not of redirects that libcurl follows. on_progress() is called after reads from the
 * socket and at least once a second, so that it can abort a transfer in which neither comes. But
 * libcurl may process HTTP/2 frames without calling it, for as long as they come fast enough:
 * therefore on_tls_record() does the same at each TLS record received.
 *
 * Limits. libcurl 7.88 itself limits the length of a header line (100 KiB), the headers of a
 * response to CONNECT (300 KiB), and HTTP/2's CONTINUATION frames and 1xx responses. Everything
 * else it reads until its timeout: more header lines, 1xx responses of HTTP/1, trailers and the
 * bodies of redirects, which the callbacks count; and chunk extensions, a proxy's body after CONNECT, and HTTP/2's PING, SETTINGS, WINDOW_UPDATE,
 * empty DATA and unknown frames. No callback gets these, and compressed data may decode
 * to nothing. Only the number of bytes that the socket
 * has received shows them: see is_to_be_aborted().
 */

/* Header lines after the last chunk. */
#define TRAILER_BYTES ((size_t)64 * 1024)
/* All header lines of a response and of the 1xx responses before it; libcurl has the same limit. */
#define HEADER_BYTES ((size_t)300 * 1024)
/* All header lines of a transfer. Some versions of libcurl apply HEADER_BYTES to that. */
#define ALL_HEADER_BYTES ((size_t)1024 * 1024)
/* The body of a redirect. Some programs send a whole page with it. */
#define REDIRECT_BODY_BYTES (1024 * 1024)
/*
 * Bytes received since the last byte of headers or decoded body. A decoder may need 128 KiB before it
 * produces output (Zstandard: RFC 8878, section 3.1.1.2.4), and a header line may have 100 KiB.
 */
#define OVERHEAD_BYTES ((uint64_t)256 * 1024)
/*
 * Reading the socket's counter is a system call. It is made in each tenth quiet call only; most
 * responses come before the first.
 */
#define QUIET_CALLS 10
/* A longer Location is not kept for messages: a part of it might show half of a password. */
#define LOCATION_BYTES ((size_t)2000)

/* How many bytes the connection has received so far; 0 if the system does not say. */
static uint64_t received_bytes(curl_socket_t fd)
{
#ifdef __linux__
    struct tcp_info info = {0};
    socklen_t size = sizeof(info);

    if (fd != CURL_SOCKET_BAD && getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0)
        return info.tcpi_bytes_received;
#else
    (void)fd;
#endif
    return 0;
}

/*
 * Whether the transfer is cancelled or overdue, or received too many bytes that are neither headers
 * nor body.
 */
static bool is_to_be_aborted(struct transfer_state *state)
{
    uint64_t received;

    state->is_overdue = clock_now_us() >= state->deadline_us;
    if (++state->quiet_calls % QUIET_CALLS == 0) {
        received = received_bytes(state->socket);
        if (state->quiet_calls == QUIET_CALLS)
            state->received_before_bytes = received;
        if (received > state->received_before_bytes + OVERHEAD_BYTES)
            state->abort_reason = "over 256 KiB received without any headers or body";
    }
    return state->abort_reason || state->is_overdue || atomic_load(state->cancelled);
}

static curl_socket_t on_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer_state *state = data;
    size_t size = address->addrlen;
    int fd;

    (void)purpose;
    state->was_repeated = state->was_repeated || state->phase == PHASE_RESPONSE;
    state->phase = PHASE_CONNECT;
    if (address->family == AF_INET6) {
        if (size > sizeof(state->ipv6_address))
            size = sizeof(state->ipv6_address);
        state->ipv6_address = (struct sockaddr_in6){0};
        memcpy(&state->ipv6_address, &address->addr, size);
    }
    fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd < 0) {
        if (error_is_shortage(errno) || errno == ENOBUFS)
            state->shortage_errno = errno;
        return CURL_SOCKET_BAD;
    }
    state->socket = fd;
    state->is_client_cert_requested = false;
    state->handshake = (struct chain){0};
    state->is_new_connection = true;
    return fd;
}

static int on_close(void *data, curl_socket_t fd)
{
    struct transfer_state *state = data;

    if (state->socket == fd)
        state->socket = CURL_SOCKET_BAD;
    return close(fd);
}

/* OpenSSL received or sent a record or a message. To end the transfer, the connection must end. */
static void on_tls_record(int is_sent, int version, int type, const void *bytes, size_t length,
                          SSL *ssl, void *data)
{
    struct transfer_state *state = data;

    (void)version, (void)ssl;
    if (!is_sent && type == SSL3_RT_HANDSHAKE && length &&
        *(const unsigned char *)bytes == SSL3_MT_CERTIFICATE_REQUEST)
        state->is_client_cert_requested = true;
    if (!is_sent && type == SSL3_RT_HEADER && is_to_be_aborted(state))
        shutdown(state->socket, SHUT_RDWR);
}

static CURLcode on_tls(CURL *easy, void *ssl_ctx, void *data)
{
    struct transfer_state *state = data;

    /* For DNS over HTTPS libcurl uses a handle of its own, with the callback of this one. */
    if (easy != state->easy)
        return ca_store_use(state->ca_store, ssl_ctx, &state->doh_handshake);
    state->phase = PHASE_TLS;
    SSL_CTX_set_msg_callback(ssl_ctx, on_tls_record);
    SSL_CTX_set_msg_callback_arg(ssl_ctx, state);
    return ca_store_use(state->ca_store, ssl_ctx, &state->handshake);
}

static void note_certificate(struct transfer_state *state, const struct chain_expiry *cert)
{
    if (cert->not_after && (state->cert.not_after == 0 || cert->not_after < state->cert.not_after))
        state->cert = *cert;
}

void transfer_callbacks_note_handshake(struct transfer_state *state)
{
    note_certificate(state, &state->handshake.expiry);
}

/*
 * Whether the request is the first one on its connection. A reused connection has no handshake: the
 * certificates of its first request count again.
 */
static void note_connection(struct transfer_state *state, int local_port)
{
    struct known_connection *connection = NULL;

    for (unsigned i = 0; i < KNOWN_CONNECTIONS && !connection; i++) {
        if (state->connections[i].local_port == local_port)
            connection = &state->connections[i];
    }
    if (!connection || state->is_new_connection) {
        if (!connection)
            connection = &state->connections[state->next_connection++ % KNOWN_CONNECTIONS];
        *connection = (struct known_connection){.local_port = local_port,
                                                .is_own = state->is_new_connection,
                                                .cert = state->handshake.expiry};
    }
    state->is_reused = !state->is_new_connection;
    state->is_idle_reused = !connection->is_own;
    state->is_new_connection = false;
    note_certificate(state, &connection->cert);
}

/* Nothing of an earlier response may be taken for a part of the next one. */
static void forget_response(struct transfer_state *state)
{
    state->status = 0;
    state->content_length = -1;
    state->body_bytes = 0;
    state->has_location = state->is_followed = state->bot_wall = state->has_retry_after = false;
    state->is_compressed = state->is_decoder_open = false;
    state->encodings[0] = '\0';
    decoder_free(state->decoder);
    state->decoder = NULL;
    free(state->location);
    state->location = NULL;
    byte_buffer_clear(&state->body);
    byte_buffer_clear(&state->headers);
}

/* The connection is established, and libcurl is about to send the request. */
static int on_request(void *data, char *remote_ip, char *local_ip, int remote_port, int local_port)
{
    struct transfer_state *state = data;

    (void)remote_ip, (void)local_ip, (void)remote_port;
    state->phase = PHASE_RESPONSE;
    state->complete_head_status = 0;
    state->is_status_line_next = true;
    state->header_bytes = state->trailer_bytes = 0;
    state->redirect_body_bytes = 0;
    forget_response(state);
    note_connection(state, local_port);
    return CURL_PREREQFUNC_OK;
}

/* Aborts the transfer and blames the server. Returns what libcurl's data callbacks return then. */
static size_t abort_transfer(struct transfer_state *state, const char *reason)
{
    state->abort_reason = reason;
    return 0;
}

/* Aborts the transfer, as there is no memory for the response. */
static size_t abort_for_memory(void)
{
    alloc_monitor_note_failure();
    return 0;
}

static bool is_header(const char *line, size_t length, const char *name)
{
    size_t name_length = strlen(name);

    return length > name_length && line[name_length] == ':' &&
           strncasecmp(line, name, name_length) == 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/*
 * The status in "HTTP/1.1 200 OK" (RFC 9112, section 4); 0 if it is no such line. libcurl is laxer:
 * it takes "http/1.1 500" for a status of 200.
 */
static int parse_status(const char *line, size_t length)
{
    const char *end = line + length, *digits;
    int status = 0;

    if (length < 5 || memcmp(line, "HTTP/", 5) != 0)
        return 0;
    line += 5;
    while (line < end && (isdigit((unsigned char)*line) || *line == '.'))
        line++;
    if (line == end || *line != ' ')
        return 0;
    while (line < end && *line == ' ')
        line++;
    for (digits = line; line < end && isdigit((unsigned char)*line) && line < digits + 3; line++)
        status = status * 10 + (*line - '0');
    return line == digits + 3 ? status : 0;
}

/* The first line of a response. */
static const char *on_status_line(struct transfer_state *state, const char *line, size_t length)
{
    forget_response(state);
    state->is_status_line_next = false;
    state->is_client_cert_requested = false; /* the server did not insist on it */
    state->status = parse_status(line, length);
    return state->status ? NULL : "a status line that is not valid HTTP";
}

/* Whether the user requested an upgrade of the connection, with a header. */
static bool check_requests_upgrade(const struct check *check)
{
    for (size_t i = 0; i < check->headers.count; i++) {
        if (is_header(check->headers.items[i], strlen(check->headers.items[i]), "upgrade"))
            return true;
    }
    return false;
}

/* Whether libcurl requested an upgrade to HTTP/2, which it does without TLS only. */
static bool libcurl_requests_upgrade(const struct transfer_state *state)
{
    const char *scheme = NULL;

    curl_easy_getinfo(state->easy, CURLINFO_SCHEME, &scheme);
    return state->check->http_version == HTTP_2 && scheme && strcasecmp(scheme, "http") == 0;
}

/* The headers of the final response are complete. */
static void on_head(struct transfer_state *state)
{
    state->phase = PHASE_BODY;
    state->complete_head_status = state->status;
    state->is_followed = state->follow_redirects && state->has_location && state->status / 100 == 3;
    state->redirects += state->is_followed;
    if (state->is_followed)
        curl_easy_getinfo(state->easy, CURLINFO_REDIRECT_COUNT, &state->follows_before);
}

/*
 * After the headers of a 1xx response others follow; but what follows 101 is another protocol, and
 * libcurl would wait for its end.
 */
static const char *on_end_of_headers(struct transfer_state *state)
{
    if (state->status == 101 && check_requests_upgrade(state->check)) {
        on_head(state);
        state->has_enough = true;
    } else if (state->status == 101 && !libcurl_requests_upgrade(state)) {
        return "101 Switching Protocols, but no upgrade was requested";
    } else if (state->status / 100 == 1) {
        state->is_status_line_next = true;
    } else {
        on_head(state);
    }
    return NULL;
}

/* As libcurl, ignores an empty one. */
static void on_location(struct transfer_state *state, const char *value, size_t length)
{
    while (length && is_blank(*value))
        value++, length--;
    while (length && strchr("\r\n \t", value[length - 1]))
        length--;
    if (length == 0)
        return;
    free(state->location);
    state->location = length <= LOCATION_BYTES ? xstrndup(value, length) : NULL;
    state->has_location = true;
}

/* Moves *at behind the digits of a number; -1 if there are none, or too many. */
static int64_t parse_number(const char **at, const char *end)
{
    const char *first = *at;
    int64_t number = 0;

    for (; *at < end && isdigit((unsigned char)**at); ++*at) {
        int digit = **at - '0';

        if (number > (INT64_MAX - digit) / 10)
            return -1;
        number = number * 10 + digit;
    }
    return *at > first ? number : -1;
}

/*
 * Reads the value of Content-Length, which no NUL needs to end: a number, or the same number several
 * times with commas between (RFC 9110, section 8.6). With anything else, or if it differs from an
 * earlier one, the end of the body is unknown (RFC 9112, section 6.3). libcurl 7.88 takes "3aa" for
 * 3 and "0x3" for 0.
 */
static const char *on_content_length(struct transfer_state *state, const char *value, size_t length)
{
    static const char invalid[] = "an invalid Content-Length, or two different ones";
    const char *end = value + length;

    while (end > value && strchr("\r\n \t", end[-1]))
        end--;
    for (;;) {
        int64_t number;

        while (value < end && is_blank(*value))
            value++;
        number = parse_number(&value, end);
        if (number < 0 || (state->content_length >= 0 && state->content_length != number))
            return invalid;
        state->content_length = number;
        while (value < end && is_blank(*value))
            value++;
        if (value == end)
            return NULL;
        if (*value++ != ',')
            return invalid;
    }
}

/* Whether Content-Encoding lists a compression; some servers send "utf-8" or "none" in it. */
static bool is_compression(const char *value, size_t length)
{
    static const char *const names[] = {"gzip", "x-gzip", "deflate", "br", "zstd", "compress"};
    char text[64];
    char *rest = text, *name;

    snprintf(text, sizeof(text), "%.*s", (int)length, value);
    while ((name = strsep(&rest, ", \t\r\n"))) {
        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
            if (strcasecmp(name, names[i]) == 0)
                return true;
        }
    }
    return false;
}

/* Several headers, whose values make one list, or one. "identity" and nothing encode nothing. */
static void on_content_encoding(struct transfer_state *state, const char *value, size_t length)
{
    size_t used = strlen(state->encodings);

    while (length && is_blank(*value))
        value++, length--;
    while (length && strchr("\r\n \t", value[length - 1]))
        length--;
    if (length == 0 || (length == 8 && strncasecmp(value, "identity", length) == 0))
        return;
    if (state->check->compressed)
        snprintf(state->encodings + used, sizeof(state->encodings) - used, "%s%.*s",
                 used ? "," : "", (int)length, value);
    else
        state->is_compressed |= is_compression(value, length);
}

static bool is_expected(const struct pattern_list *expected, const char *line, size_t length)
{
    for (size_t i = 0; i < expected->count; i++) {
        const char *argument = expected->items[i]->argument; /* "Name: RE" */
        size_t name = strcspn(argument, ":");

        if (length > name && line[name] == ':' && strncasecmp(line, argument, name) == 0)
            return true;
    }
    return false;
}

/* Keeps a header that the check expects. 0, or -1 with errno ENOMEM. */
static int keep_header(struct transfer_state *state, const char *line, size_t length)
{
    if (!is_expected(&state->check->expect_header, line, length))
        return 0;
    while (length && strchr("\r\n \t", line[length - 1]))
        length--;
    if (byte_buffer_append(&state->headers, line, length, HEADER_BYTES))
        return -1;
    return byte_buffer_append(&state->headers, "", 1, HEADER_BYTES);
}

static size_t on_header(char *line, size_t size, size_t count, void *data)
{
    struct transfer_state *state = data;
    size_t length = size * count;
    const char *problem = NULL;

    state->header_lines++;
    state->header_bytes += length;
    state->all_header_bytes += length;
    state->quiet_calls = 0;
    if (state->header_bytes > HEADER_BYTES)
        return abort_transfer(state, "response headers of over 300 KiB");
    if (state->all_header_bytes > ALL_HEADER_BYTES)
        return abort_transfer(state, "redirects with headers of over 1 MiB in all");
    if (state->phase == PHASE_BODY) {
        state->trailer_bytes += length;
        return state->trailer_bytes > TRAILER_BYTES
                   ? abort_transfer(state, "trailers of over 64 KiB")
                   : length;
    }
    if (state->is_status_line_next)
        problem = on_status_line(state, line, length);
    else if (line[0] == '\r' || line[0] == '\n')
        problem = on_end_of_headers(state);
    else if (is_header(line, length, "location"))
        on_location(state, line + 9, length - 9);
    else if (is_header(line, length, "content-length"))
        problem = on_content_length(state, line + 15, length - 15);
    else if (is_header(line, length, "content-encoding"))
        on_content_encoding(state, line + 17, length - 17);
    else if (is_header(line, length, "cf-mitigated"))
        state->bot_wall = true;
    else if (is_header(line, length, "retry-after"))
        state->has_retry_after = true;
    if (problem)
        return abort_transfer(state, problem);
    if (state->check->expect_header.count && keep_header(state, line, length))
        return abort_for_memory();
    return state->has_enough ? 0 : length;
}

/*
 * Before 8.2.0 libcurl wrote into freed memory if the first header line of a response began with a
 * blank and the handle had been used before (https://github.com/curl/curl/pull/11103). With
 * CURLOPT_HEADER it passes each line to on_body() before it processes the line.
 */
static bool has_header_bug(void)
{
    return curl_version_info(CURLVERSION_NOW)->version_num < 0x080200;
}

/* Takes decoded bytes of the body. False: no more are needed, or there is no memory for them. */
static bool take_body(void *data, const char *bytes, size_t length)
{
    struct transfer_state *state = data;
    int64_t limit = check_body_bytes(state->check);

    state->quiet_calls = 0;
    state->body_bytes += (int64_t)length;
    if (check_judges_content(state->check) &&
        byte_buffer_append(&state->body, bytes, length, (size_t)limit))
        return abort_for_memory();
    state->has_enough = state->body_bytes > limit;
    return !state->has_enough;
}

/* As on_body(), for a body with a Content-Encoding. */
static size_t on_encoded_body(struct transfer_state *state, const char *bytes, size_t length)
{
    enum decoder_status status;

    if (!state->decoder)
        state->decoder = decoder_new(state->encodings, take_body, state);
    if (!state->decoder)
        return abort_transfer(state, "a Content-Encoding that was not requested");
    status = decoder_feed(state->decoder, bytes, length);
    state->is_decoder_open = status == DECODER_MORE;
    state->has_enough |= status == DECODER_SURPLUS; /* which browsers ignore */
    switch (status) {
    case DECODER_INVALID:
        return abort_transfer(state, "a body that is not in the format of its Content-Encoding");
    case DECODER_NO_MEMORY: return abort_for_memory();
    case DECODER_SURPLUS:
    case DECODER_STOPPED: return 0;
    default: return length;
    }
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
    struct transfer_state *state = data;
    size_t length = size * count;

    /* A header line, because of CURLOPT_HEADER: see has_header_bug(). */
    if (state->phase == PHASE_RESPONSE || state->is_followed)
        return state->header_lines == 1 && is_blank(*bytes)
                   ? abort_transfer(state, "the first header line begins with a blank")
                   : length;
    if (state->encodings[0])
        return on_encoded_body(state, bytes, length);
    return take_body(state, bytes, length) ? length : 0;
}

static int on_progress(void *data, curl_off_t total, curl_off_t body_bytes, curl_off_t up_total,
                       curl_off_t up_now)
{
    struct transfer_state *state = data;

    (void)total, (void)up_total, (void)up_now;
    /* on_body() does not get this body. */
    if (state->is_followed && body_bytes > state->redirect_body_bytes) {
        state->redirect_body_bytes = body_bytes;
        state->quiet_calls = 0;
    }
    if (state->redirect_body_bytes > REDIRECT_BODY_BYTES)
        abort_transfer(state, "a redirect with a body of over 1 MiB");
    if (state->on_wait && state->phase < PHASE_BODY && clock_now_us() >= state->wait_from_us)
        state->on_wait(state->on_wait_context);
    return is_to_be_aborted(state);
}

CURLcode transfer_callbacks_install(struct transfer_state *state, CURL *easy)
{
    unsigned failed = 0;

    state->easy = easy;
    state->socket = CURL_SOCKET_BAD;
    failed |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    failed |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, state);
    failed |= curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    failed |= curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, state);
    failed |= curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
    failed |= curl_easy_setopt(easy, CURLOPT_PREREQDATA, state);
    failed |= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    failed |= curl_easy_setopt(easy, CURLOPT_HEADERDATA, state);
    failed |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    failed |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, state);
    failed |= curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    failed |= curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    failed |= curl_easy_setopt(easy, CURLOPT_XFERINFODATA, state);
    if (ca_store_is_shared(state->ca_store)) {
        failed |= curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls);
        failed |= curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, state);
    }
    if (has_header_bug())
        failed |= curl_easy_setopt(easy, CURLOPT_HEADER, 1L);
    return failed ? CURLE_OUT_OF_MEMORY : CURLE_OK;
}

void transfer_callbacks_begin(struct transfer_state *state)
{
    struct transfer_state next = {.ca_store = state->ca_store,
                                  .cancelled = state->cancelled,
                                  .follow_redirects = state->follow_redirects,
                                  .easy = state->easy,
                                  .next_connection = state->next_connection,
                                  .socket = state->socket,
                                  .content_length = -1};

    memcpy(next.connections, state->connections, sizeof(next.connections));
    for (unsigned i = 0; i < KNOWN_CONNECTIONS; i++)
        next.connections[i].is_own = false;
    transfer_callbacks_release(state);
    *state = next;
}

void transfer_callbacks_end(struct transfer_state *state)
{
    decoder_free(state->decoder);
    state->decoder = NULL;
}

void transfer_callbacks_release(struct transfer_state *state)
{
    transfer_callbacks_end(state);
    free(state->location);
    state->location = NULL;
    byte_buffer_release(&state->body);
    byte_buffer_release(&state->headers);
}
