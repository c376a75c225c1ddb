/* SPDX-License-Identifier: MIT */
#include "transfer_callbacks.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "input/check.h"
#include "probe/alloc_monitor.h"

/* How much of a body is read to keep the connection usable; the rest is left alone. */
#define BODY_BYTES (64 * 1024)
/* What may come after the last chunk. */
#define TRAILER_BYTES ((size_t)64 * 1024)
/* All headers of a check, and the body of one redirect, which libcurl reads to its end. */
#define HEADER_BYTES ((size_t)256 * 1024)
#define REDIRECT_BODY_BYTES (128 * 1024)
/* What a server may send that is neither header nor body, as a chunk's extension. */
#define NOISE_BYTES ((uint64_t)16 * 1024)
/* What a decoder may want before it shows anything: 128 KiB (RFC 8878, section 3.1.1.2.4). */
#define DECODER_BYTES ((uint64_t)136 * 1024)
/* A longer Location is not kept to be shown: cut, it might show half a password. */
#define LOCATION_BYTES ((size_t)2000)

static curl_socket_t on_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer_state *watch = data;
    int fd;

    (void)purpose;
    watch->asked_again = watch->asked_again || watch->phase == PHASE_RESPONSE;
    watch->phase = PHASE_CONNECT;
    if (address->family == AF_INET6)
        memcpy(&watch->tried_ipv6, &address->addr, sizeof(watch->tried_ipv6));
    fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd >= 0) {
        watch->socket = fd;
        watch->shaken_not_after = 0;
        watch->is_fresh = true;
        return fd;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
        watch->shortage = errno;
    return CURL_SOCKET_BAD;
}

static int on_close(void *data, curl_socket_t fd)
{
    struct transfer_state *watch = data;

    if (watch->socket == fd)
        watch->socket = CURL_SOCKET_BAD;
    return close(fd);
}

static CURLcode on_tls(CURL *easy, void *ssl_ctx, void *data)
{
    struct transfer_state *watch = data;

    /* libcurl looks a name up with a handle of its own, which takes this callback over. */
    if (easy != watch->easy)
        return ca_store_use(watch->ca_store, ssl_ctx, &watch->doh_not_after);
    watch->phase = PHASE_TLS;
    return ca_store_use(watch->ca_store, ssl_ctx, &watch->shaken_not_after);
}

static void note_certificate(struct transfer_state *watch, int64_t not_after)
{
    if (not_after && (watch->cert_not_after == 0 || not_after < watch->cert_not_after))
        watch->cert_not_after = not_after;
}

void transfer_callbacks_note_handshake(struct transfer_state *watch)
{
    note_certificate(watch, watch->shaken_not_after);
}

/* A connection that is used again was shaken hands on before: what it showed then still counts. */
static void note_connection(struct transfer_state *watch, int local_port)
{
    const unsigned count = sizeof(watch->served) / sizeof(watch->served[0]);
    unsigned i = 0;

    while (i < count && watch->served[i].local_port != local_port)
        i++;
    if (i == count)
        i = watch->serving++ % count;
    if (watch->is_fresh || watch->served[i].local_port != local_port)
        watch->served[i] =
            (struct served){.local_port = local_port, .not_after = watch->shaken_not_after};
    watch->is_fresh = false;
    note_certificate(watch, watch->served[i].not_after);
}

/* The connection is there and the request about to be sent. */
static int on_request(void *data, char *remote_ip, char *local_ip, int remote_port, int local_port)
{
    struct transfer_state *watch = data;

    (void)remote_ip, (void)local_ip, (void)remote_port;
    watch->phase = PHASE_RESPONSE;
    watch->redirecting = false;
    note_connection(watch, local_port);
    return CURL_PREREQFUNC_OK;
}

static bool is_header(const char *line, size_t length, const char *name)
{
    size_t name_length = strlen(name);

    return length > name_length && line[name_length] == ':' &&
           strncasecmp(line, name, name_length) == 0;
}

/* "HTTP/1.1 200 OK": a response begins; after 1xx and redirects it is not the first. */
static void on_status_line(struct transfer_state *watch, const char *line, size_t length)
{
    const char *space = memchr(line, ' ', length);
    const char *end = line + length;

    watch->phase = PHASE_RESPONSE;
    watch->status = 0;
    watch->length = -1;
    while (space && space < end && *space == ' ')
        space++;
    for (int digits = 0; space && space < end && digits < 3 && isdigit((unsigned char)*space);
         digits++)
        watch->status = watch->status * 10 + (*space++ - '0');
    watch->body_bytes = 0;
    watch->has_location = watch->redirecting = watch->bot_wall = watch->has_retry_after = false;
    byte_buffer_clear(&watch->body);
    byte_buffer_clear(&watch->headers);
}

static void on_end_of_headers(struct transfer_state *watch)
{
    if (watch->phase != PHASE_RESPONSE || watch->status / 100 == 1)
        return;
    watch->phase = PHASE_BODY;
    watch->whole_status = watch->status;
    watch->redirecting = watch->follows && watch->has_location && watch->status / 100 == 3;
    watch->redirects += watch->redirecting;
}

/* Gives the exchange up: it is the server's fault, and why. Callbacks return what this returns. */
static size_t refuse(struct transfer_state *watch, const char *why)
{
    watch->refusal = why;
    return 0;
}

static void on_location(struct transfer_state *watch, const char *value, size_t length)
{
    size_t blanks = 0;

    while (blanks < length && (value[blanks] == ' ' || value[blanks] == '\t'))
        blanks++;
    length -= blanks;
    while (length && strchr("\r\n \t", value[blanks + length - 1]))
        length--;
    free(watch->location);
    watch->location = length <= LOCATION_BYTES ? strndup(value + blanks, length) : NULL;
    watch->has_location = true;
}

/* A length that is no number, or differs from the one before, leaves the body's end unknown. */
static bool is_good_length(struct transfer_state *watch, const char *value)
{
    char *end;
    long long length;

    errno = 0;
    length = strtoll(value, &end, 10);
    if (errno || end == value || length < 0 || (watch->length >= 0 && watch->length != length))
        return false;
    watch->length = length;
    return true;
}

/* Gives the exchange up for want of memory. */
static size_t run_short(void)
{
    alloc_monitor_note_failure();
    return 0;
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

/* Keeps a header that is expected for those who judge it. What stands behind the body is none. */
static int keep_header(struct transfer_state *watch, const char *line, size_t length)
{
    if (watch->phase != PHASE_RESPONSE || !is_expected(&watch->check->expect_header, line, length))
        return 0;
    while (length && strchr("\r\n \t", line[length - 1]))
        length--;
    if (byte_buffer_append(&watch->headers, line, length, HEADER_BYTES))
        return -1;
    return byte_buffer_append(&watch->headers, "", 1, HEADER_BYTES);
}

static size_t on_header(char *line, size_t size, size_t count, void *data)
{
    struct transfer_state *watch = data;
    size_t length = size * count;

    watch->header_lines++;
    watch->header_bytes += length;
    overhead_guard_reset(&watch->noise);
    if (watch->header_bytes > HEADER_BYTES)
        return refuse(watch, "response headers of over 256 KiB");
    if (watch->phase == PHASE_BODY && !watch->redirecting &&
        (watch->trailer_bytes += length) > TRAILER_BYTES)
        return refuse(watch, "trailers of over 64 KiB");
    if (length >= 5 && memcmp(line, "HTTP/", 5) == 0)
        on_status_line(watch, line, length);
    else if (line[0] == '\r' || line[0] == '\n')
        on_end_of_headers(watch);
    else if (is_header(line, length, "location"))
        on_location(watch, line + 9, length - 9);
    else if (is_header(line, length, "content-length") && !is_good_length(watch, line + 15))
        return refuse(watch, "Content-Length is no number, or two differ");
    else if (is_header(line, length, "cf-mitigated"))
        watch->bot_wall = true;
    else if (is_header(line, length, "retry-after") && watch->phase == PHASE_RESPONSE)
        watch->has_retry_after = true;
    if (watch->check->expect_header.count && keep_header(watch, line, length))
        return run_short();
    return length;
}

/*
 * Until 8.2.0 libcurl, given a handle that had been used, wrote into freed memory when a response's
 * first header line began with a blank (https://github.com/curl/curl/pull/11103). With
 * CURLOPT_HEADER it shows each line to the body's callback before it does anything with it.
 */
static bool has_header_bug(void)
{
    return curl_version_info(CURLVERSION_NOW)->version_num < 0x080200;
}

/* A header line on its way to on_header(): refused if it is the one of the bug. */
static size_t guard_header(struct transfer_state *watch, const char *line, size_t length)
{
    if (watch->header_lines == 1 && (*line == ' ' || *line == '\t'))
        return refuse(watch, "the first header line begins with a blank");
    return length;
}

/* A part of a body that is to be looked into. */
static size_t on_content(struct transfer_state *watch, const char *bytes, size_t length)
{
    int64_t limit = watch->check->max_filesize;

    if (byte_buffer_append(&watch->body, bytes, length, (size_t)limit))
        return run_short();
    watch->enough = watch->body_bytes > limit;
    return watch->enough ? 0 : length;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
    struct transfer_state *watch = data;
    size_t length = size * count;

    /* The bodies of redirects are not shown: what comes then is the next response's header. */
    if (watch->phase == PHASE_RESPONSE || watch->redirecting)
        return guard_header(watch, bytes, length);
    overhead_guard_reset(&watch->noise);
    watch->body_bytes += (int64_t)length;
    if (check_judges_content(watch->check))
        return on_content(watch, bytes, length);
    watch->enough = watch->body_bytes > BODY_BYTES;
    return watch->enough ? 0 : length;
}

/*
 * Whether the server sends on and on, within the body, what no other callback is shown. A redirect's
 * body is shown to none; what a decoder makes nothing of is noise.
 */
static bool is_noisy(struct transfer_state *watch, curl_off_t body_bytes)
{
    return watch->phase == PHASE_BODY &&
           overhead_guard_exceeded(&watch->noise, watch->socket,
                                   watch->redirecting ? body_bytes : 0,
                                   watch->check->compressed ? DECODER_BYTES : NOISE_BYTES);
}

/* Called at least once a second, and at each read. A redirect's body is seen nowhere else. */
static int on_progress(void *data, curl_off_t total, curl_off_t now, curl_off_t up_total,
                       curl_off_t up_now)
{
    struct transfer_state *watch = data;

    (void)total, (void)up_total, (void)up_now;
    if (watch->redirecting && now > REDIRECT_BODY_BYTES)
        refuse(watch, "a redirect with a body of over 128 KiB");
    else if (is_noisy(watch, now))
        refuse(watch, watch->check->compressed ? "over 136 KiB that show no body"
                                               : "over 16 KiB that are neither header nor body");
    return watch->refusal || atomic_load(watch->cancelled);
}

CURLcode transfer_callbacks_install(struct transfer_state *watch, CURL *easy)
{
    unsigned failed = 0;

    watch->easy = easy;
    watch->socket = CURL_SOCKET_BAD;
    failed |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    failed |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, watch);
    failed |= curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    failed |= curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, watch);
    failed |= curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
    failed |= curl_easy_setopt(easy, CURLOPT_PREREQDATA, watch);
    failed |= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    failed |= curl_easy_setopt(easy, CURLOPT_HEADERDATA, watch);
    failed |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    failed |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, watch);
    failed |= curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    failed |= curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    failed |= curl_easy_setopt(easy, CURLOPT_XFERINFODATA, watch);
    if (ca_store_is_shared(watch->ca_store)) {
        failed |= curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls);
        failed |= curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, watch);
    }
    if (has_header_bug())
        failed |= curl_easy_setopt(easy, CURLOPT_HEADER, 1L);
    return failed ? CURLE_OUT_OF_MEMORY : CURLE_OK;
}

void transfer_callbacks_begin(struct transfer_state *watch)
{
    const struct transfer_state last = *watch;

    free(watch->location);
    byte_buffer_release(&watch->body);
    byte_buffer_release(&watch->headers);
    *watch = (struct transfer_state){.ca_store = last.ca_store,
                                     .cancelled = last.cancelled,
                                     .follows = last.follows,
                                     .easy = last.easy,
                                     .serving = last.serving,
                                     .socket = last.socket,
                                     .length = -1};
    memcpy(watch->served, last.served, sizeof(watch->served));
}

void transfer_callbacks_hand_over(struct transfer_state *watch, struct outcome *outcome)
{
    outcome->body = watch->body;
    outcome->headers = watch->headers;
    watch->body = watch->headers = (struct byte_buffer){0};
}

void transfer_callbacks_release(struct transfer_state *watch)
{
    free(watch->location);
    watch->location = NULL;
    byte_buffer_release(&watch->body);
    byte_buffer_release(&watch->headers);
}
