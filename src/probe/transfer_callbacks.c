/* SPDX-License-Identifier: MIT */
#include "transfer_callbacks.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/error.h"
#include "probe/alloc_monitor.h"
#include "response.h"
#include "transfer_limits.h"

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
 * response_on_header() gets each header line, of 1xx responses, redirects and trailers too.
 * response_on_body() gets the body, but not of redirects that libcurl follows. on_progress() is
 * called after reads from the socket and at least once a second, so that it can abort a transfer in
 * which neither comes. But libcurl may process HTTP/2 frames without calling it, for as long as they
 * come fast enough: therefore on_tls_record() does the same at each TLS record received.
 *
 * Limits. libcurl 7.88 itself limits the length of a header line (100 KiB), the headers of a
 * response to CONNECT (300 KiB), and HTTP/2's CONTINUATION frames and 1xx responses. Everything
 * else it reads until its timeout: more header lines, 1xx responses of HTTP/1, trailers and the
 * bodies of redirects, which the callbacks count; and chunk extensions, a proxy's body after
 * CONNECT, and HTTP/2's PING, SETTINGS, WINDOW_UPDATE, empty DATA and unknown frames. No callback
 * gets these, and compressed data may decode to nothing. Only the number of bytes that the socket
 * has received shows them: see transfer_limits_end().
 */

/* The port of an address; 0 for that of a Unix socket. */
static int port_of(const struct curl_sockaddr *address)
{
    if (address->family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)(const void *)&address->addr)->sin6_port);
    if (address->family == AF_INET)
        return ntohs(((const struct sockaddr_in *)(const void *)&address->addr)->sin_port);
    return 0;
}

static curl_socket_t on_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer_state *state = data;
    size_t size = address->addrlen;
    int fd;

    (void)purpose;
    state->was_repeated = state->was_repeated || state->phase == PHASE_RESPONSE;
    state->phase = PHASE_CONNECT;
    state->remote_port = port_of(address);
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
    state->user_timeout_ms = 0;
    state->is_client_cert_requested = state->is_http1_chosen = false;
    state->is_proxy_handshake = false;
    if (state->handshakes)
        state->handshakes->server = (struct chain){0};
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

static bool is_http1_chosen(const SSL *ssl)
{
    static const char http1[] = "http/1.1";
    const unsigned char *name;
    unsigned length;

    SSL_get0_alpn_selected(ssl, &name, &length);
    return length == sizeof(http1) - 1 && memcmp(name, http1, length) == 0;
}

/*
 * After the handshake with a proxy, CONNECT is sent, or on_request() is called. But if the certificate
 * is not the proxy's, TLS is shut down.
 */
static void on_tls_record_sent(struct transfer_state *state, const SSL *ssl)
{
    bool is_established = SSL_is_init_finished(ssl) && SSL_get_shutdown(ssl) == 0;

    state->is_http1_chosen = is_http1_chosen(ssl);
    if (state->is_proxy_handshake && state->phase == PHASE_TLS && is_established)
        state->phase = PHASE_CONNECT;
}

/* OpenSSL received or sent a record or a message. To end the transfer, the connection must end. */
static void on_tls_record(int is_sent, int version, int type, const void *bytes, size_t length,
                          SSL *ssl, void *data)
{
    struct transfer_state *state = data;

    (void)version;
    if (!is_sent && type == SSL3_RT_HANDSHAKE && length &&
        *(const unsigned char *)bytes == SSL3_MT_CERTIFICATE_REQUEST)
        state->is_client_cert_requested = true;
    if (is_sent && SSL_get_SSL_CTX(ssl) == state->ssl_ctx) /* of the last handshake */
        on_tls_record_sent(state, ssl);
    if (!is_sent && type == SSL3_RT_HEADER && transfer_limits_end(state, clock_recent_us()))
        shutdown(state->socket, SHUT_RDWR);
}

/*
 * Whether a handshake that begins is with the proxy. libcurl calls on_tls() for both, the proxy's and
 * the server's. Before, it sets the result of verification to "not verified" for the one that it is
 * about; the result of one that has ended is OK, or a particular error that is ignored.
 */
static bool is_with_proxy(CURL *easy)
{
    long result = X509_V_OK;

    curl_easy_getinfo(easy, CURLINFO_PROXY_SSL_VERIFYRESULT, &result);
    return result == X509_V_ERR_UNSPECIFIED;
}

static CURLcode on_tls(CURL *easy, void *ssl_ctx, void *data)
{
    struct transfer_state *state = data;

    if (!state->handshakes)
        state->handshakes = xcalloc(1, sizeof(*state->handshakes));
    state->had_handshake = true;
    /* For DNS over HTTPS libcurl uses a handle of its own, with the callback of this one. */
    if (easy != state->easy)
        return ca_store_use(state->ca_stores.of_servers, ssl_ctx, &state->handshakes->doh);
    state->phase = PHASE_TLS;
    state->ssl_ctx = ssl_ctx;
    state->is_proxy_handshake = is_with_proxy(easy);
    SSL_CTX_set_msg_callback(ssl_ctx, on_tls_record);
    SSL_CTX_set_msg_callback_arg(ssl_ctx, state);
    if (state->is_proxy_handshake)
        return ca_store_use(state->ca_stores.of_proxies, ssl_ctx, &state->handshakes->proxy);
    return ca_store_use(state->ca_stores.of_servers, ssl_ctx, &state->handshakes->server);
}

/* Of the last handshake with the server or the proxy; all zeros if there was none. */
static const struct chain *chain_of(const struct transfer_state *state, bool is_proxy)
{
    static const struct chain none;

    if (!state->handshakes)
        return &none;
    return is_proxy ? &state->handshakes->proxy : &state->handshakes->server;
}

static void note_certificate(struct transfer_state *state, const struct chain_expiry *cert)
{
    if (cert->not_after && (state->cert.not_after == 0 || cert->not_after < state->cert.not_after))
        state->cert = *cert;
}

void transfer_callbacks_note_handshake(struct transfer_state *state)
{
    note_certificate(state, &chain_of(state, false)->expiry);
}

const char *transfer_callbacks_hosts(const struct transfer_state *state)
{
    return chain_of(state, state->is_proxy_handshake)->hosts;
}

const struct bad_certificate *transfer_callbacks_rejected(const struct transfer_state *state)
{
    bool is_proxy = state->is_proxy_handshake;
    bool is_insecure = is_proxy ? state->check->proxy_insecure : state->check->insecure;
    const struct chain *chain = chain_of(state, is_proxy);

    return state->phase == PHASE_TLS && chain->has_bad && !is_insecure ? &chain->bad : NULL;
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
                                                .cert = chain_of(state, false)->expiry};
    }
    state->is_reused = !state->is_new_connection;
    state->is_idle_reused = !connection->is_own;
    state->is_new_connection = false;
    note_certificate(state, &connection->cert);
}

/* The connection is established, and libcurl is about to send the request. */
static int on_request(void *data, char *remote_ip, char *local_ip, int remote_port, int local_port)
{
    struct transfer_state *state = data;

    (void)remote_ip, (void)local_ip;
    state->phase = PHASE_RESPONSE;
    state->remote_port = remote_port;
    state->complete_head_status = 0;
    state->is_status_line_next = true;
    state->header_bytes = state->trailer_bytes = 0;
    state->ignored_body_bytes = 0;
    response_forget(state);
    note_connection(state, local_port);
    return CURL_PREREQFUNC_OK;
}

/*
 * Before 8.2.0 libcurl wrote into freed memory if the first header line of a response began with a
 * blank and the handle had been used before (https://github.com/curl/curl/pull/11103). With
 * CURLOPT_HEADER it passes each line to response_on_body() before it processes the line.
 */
static bool has_header_bug(void)
{
    return curl_version_info(CURLVERSION_NOW)->version_num < 0x080200;
}

/*
 * Whether nothing shows that the server serves the connection: it has completed no TLS handshake, and no
 * response has come over it. The system accepts connections that the server has not got to yet.
 */
static bool is_unserved(const struct transfer_state *state)
{
    return state->phase < PHASE_RESPONSE || (!state->is_reused && !state->ssl_ctx);
}

static int on_progress(void *data, curl_off_t total, curl_off_t body_bytes, curl_off_t up_total,
                       curl_off_t up_now)
{
    struct transfer_state *state = data;
    int64_t now_us = clock_recent_us();

    (void)total, (void)up_total, (void)up_now;
    transfer_limits_note_body(state, body_bytes);
    if (state->on_wait && state->phase < PHASE_BODY && now_us >= state->wait_from_us)
        state->on_wait(state->on_wait_context, is_unserved(state));
    return transfer_limits_end(state, now_us);
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
    failed |= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, response_on_header);
    failed |= curl_easy_setopt(easy, CURLOPT_HEADERDATA, state);
    failed |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, response_on_body);
    failed |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, state);
    failed |= curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    failed |= curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    failed |= curl_easy_setopt(easy, CURLOPT_XFERINFODATA, state);
    if (ca_store_is_shared(state->ca_stores.of_servers)) {
        failed |= curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls);
        failed |= curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, state);
    }
    if (has_header_bug())
        failed |= curl_easy_setopt(easy, CURLOPT_HEADER, 1L);
    return failed ? CURLE_OUT_OF_MEMORY : CURLE_OK;
}

void transfer_callbacks_begin(struct transfer_state *state)
{
    const size_t kept = offsetof(struct transfer_state, check);

    transfer_callbacks_release(state);
    if (state->had_handshake)
        *state->handshakes = (struct handshakes){0};
    memset((char *)state + kept, 0, sizeof(*state) - kept);
    state->content_length = -1;
    for (unsigned i = 0; i < KNOWN_CONNECTIONS; i++)
        state->connections[i].is_own = false;
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
    free(state->phrase);
    free(state->greeting);
    free(state->content_type);
    state->location = state->phrase = state->greeting = state->content_type = NULL;
    byte_buffer_release(&state->body);
    byte_buffer_release(&state->headers);
}
