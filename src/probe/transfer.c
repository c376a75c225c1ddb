/* SPDX-License-Identifier: MIT */
#include "probe/transfer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/tcp.h>
#include <netinet/in.h>
#endif

#include "engine/clock.h"

#if LIBCURL_VERSION_NUM < 0x075000
#error "urlcheck needs libcurl 7.80.0 or later (CURLOPT_PREREQFUNCTION)"
#endif

/* How much of a body is read to keep the connection usable; the rest is left alone. */
#define BODY_BYTES (64 * 1024)
/* All headers of a check, and the body of one redirect, which libcurl reads to its end. */
#define HEADER_BYTES ((size_t)256 * 1024)
#define REDIRECT_BODY_BYTES (256 * 1024)
/* What a server may send that is neither header nor body, as a chunk's extension. */
#define NOISE_BYTES ((uint64_t)256 * 1024)
/* How many reads without header or body are taken for noise: then the bytes are counted. */
#define QUIET_READS 16
/* libcurl allocates one such buffer for each handle. */
#define RECEIVE_BYTES 4096L
/* How much of a Location is kept to be shown. */
#define LOCATION_BYTES ((size_t)2000)

/* The handle, and what its callbacks note of the exchange. */
struct transfer {
    CURL *easy;
    const struct transfer_setup *setup;
    bool asks_get; /* although the check says HEAD */
    bool out_of_memory;
    struct curl_slist *pins;
    char *pinned;           /* "host:port" whose addresses are in the handle's DNS cache for good */
    int64_t cert_not_after; /* of its last TLS handshake: it keeps one connection at most */
    char error[CURL_ERROR_SIZE];

    curl_socket_t socket; /* the one opened last; CURL_SOCKET_BAD once it is closed */
    enum phase phase;
    int shortage; /* errno of a socket that this machine could not make */
    size_t header_lines;
    size_t header_bytes;
    int64_t body_bytes; /* of the response being read */
    int status;         /* of the response being read */
    int whole_status;   /* of the last one whose headers came whole */
    bool has_location;
    bool redirecting; /* the response being read is a redirect that will be followed */
    int redirects;
    char *location; /* of the last redirect */
    int64_t length; /* Content-Length of the response being read, -1 if it has none */
    bool bot_wall;
    bool enough;         /* the body was left alone after BODY_BYTES */
    const char *refusal; /* why the exchange was given up, in words for people */
    unsigned quiet_reads;
    uint64_t quiet_since_bytes; /* received on the connection when the quiet began */
};

static curl_socket_t on_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *transfer = data;
    int fd;

    (void)purpose;
    transfer->phase = PHASE_CONNECT;
    fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd >= 0) {
        transfer->socket = fd;
        return fd;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
        transfer->shortage = errno;
    return CURL_SOCKET_BAD;
}

static int on_close(void *data, curl_socket_t fd)
{
    struct transfer *transfer = data;

    if (transfer->socket == fd)
        transfer->socket = CURL_SOCKET_BAD;
    return close(fd);
}

static CURLcode on_tls(CURL *easy, void *ssl_ctx, void *data)
{
    struct transfer *transfer = data;

    (void)easy;
    transfer->phase = PHASE_TLS;
    return trust_use(transfer->setup->trust, ssl_ctx, &transfer->cert_not_after);
}

/* The connection is there and the request about to be sent. */
static int on_request(void *data, char *remote_ip, char *local_ip, int remote_port, int local_port)
{
    struct transfer *transfer = data;

    (void)remote_ip, (void)local_ip, (void)remote_port, (void)local_port;
    transfer->phase = PHASE_RESPONSE;
    transfer->redirecting = false;
    return CURL_PREREQFUNC_OK;
}

static bool is_header(const char *line, size_t length, const char *name)
{
    size_t name_length = strlen(name);

    return length > name_length && line[name_length] == ':' &&
           strncasecmp(line, name, name_length) == 0;
}

/* "HTTP/1.1 200 OK": a response begins; after 1xx and redirects it is not the first. */
static void on_status_line(struct transfer *transfer, const char *line, size_t length)
{
    const char *space = memchr(line, ' ', length);

    transfer->phase = PHASE_RESPONSE;
    transfer->status = 0;
    transfer->length = -1;
    for (size_t i = 1; space && i <= 3 && space + i < line + length; i++) {
        if (space[i] >= '0' && space[i] <= '9')
            transfer->status = transfer->status * 10 + (space[i] - '0');
    }
    transfer->body_bytes = 0;
    transfer->has_location = false;
    transfer->redirecting = false;
    transfer->bot_wall = false;
}

static void on_end_of_headers(struct transfer *transfer)
{
    const struct check *check = transfer->setup->check;

    if (transfer->phase != PHASE_RESPONSE || transfer->status / 100 == 1)
        return;
    transfer->phase = PHASE_BODY;
    transfer->whole_status = transfer->status;
    transfer->redirecting = check->follow && transfer->has_location && transfer->status / 100 == 3;
    transfer->redirects += transfer->redirecting;
}

/* Gives the exchange up: it is the server's fault, and why. Callbacks return what this returns. */
static size_t refuse(struct transfer *transfer, const char *why)
{
    transfer->refusal = why;
    return 0;
}

static void on_location(struct transfer *transfer, const char *value, size_t length)
{
    size_t blanks = 0;

    while (blanks < length && (value[blanks] == ' ' || value[blanks] == '\t'))
        blanks++;
    length -= blanks;
    while (length && strchr("\r\n \t", value[blanks + length - 1]))
        length--;
    free(transfer->location);
    transfer->location = strndup(value + blanks, length < LOCATION_BYTES ? length : LOCATION_BYTES);
    transfer->has_location = true;
}

/* A length that is no number, or differs from the one before, leaves the body's end unknown. */
static bool is_good_length(struct transfer *transfer, const char *value)
{
    char *end;
    long long length;

    errno = 0;
    length = strtoll(value, &end, 10);
    if (errno || end == value || length < 0 ||
        (transfer->length >= 0 && transfer->length != length))
        return false;
    transfer->length = length;
    return true;
}

static size_t on_header(char *line, size_t size, size_t count, void *data)
{
    struct transfer *transfer = data;
    size_t length = size * count;

    transfer->header_lines++;
    transfer->header_bytes += length;
    transfer->quiet_reads = 0;
    if (transfer->header_bytes > HEADER_BYTES)
        return refuse(transfer, "response headers of over 256 KiB");
    if (length >= 5 && memcmp(line, "HTTP/", 5) == 0)
        on_status_line(transfer, line, length);
    else if (line[0] == '\r' || line[0] == '\n')
        on_end_of_headers(transfer);
    else if (is_header(line, length, "location"))
        on_location(transfer, line + 9, length - 9);
    else if (is_header(line, length, "content-length") && !is_good_length(transfer, line + 15))
        return refuse(transfer, "Content-Length is no number, or two differ");
    else if (is_header(line, length, "cf-mitigated"))
        transfer->bot_wall = true;
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
static size_t guard_header(struct transfer *transfer, const char *line, size_t length)
{
    if (transfer->header_lines == 1 && (*line == ' ' || *line == '\t'))
        return refuse(transfer, "the first header line begins with a blank");
    return length;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
    struct transfer *transfer = data;
    size_t length = size * count;

    /* The bodies of redirects are not shown: what comes then is the next response's header. */
    if (transfer->phase == PHASE_RESPONSE || transfer->redirecting)
        return guard_header(transfer, bytes, length);
    transfer->quiet_reads = 0;
    transfer->body_bytes += (int64_t)length;
    transfer->enough = transfer->body_bytes > BODY_BYTES;
    return transfer->enough ? 0 : length;
}

/* How many bytes a connection has received, 0 if that cannot be told. */
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

/* Whether the server sends on and on what no other callback is shown. */
static bool is_noisy(struct transfer *transfer)
{
    uint64_t received;

    if (++transfer->quiet_reads < QUIET_READS)
        return false;
    received = received_bytes(transfer->socket);
    if (transfer->quiet_reads == QUIET_READS)
        transfer->quiet_since_bytes = received;
    return received > transfer->quiet_since_bytes + NOISE_BYTES;
}

/* Called at least once a second, and at each read. A redirect's body is seen nowhere else. */
static int on_progress(void *data, curl_off_t total, curl_off_t now, curl_off_t up_total,
                       curl_off_t up_now)
{
    struct transfer *transfer = data;

    (void)total, (void)up_total, (void)up_now;
    if (transfer->redirecting && now > REDIRECT_BODY_BYTES)
        refuse(transfer, "a redirect with a body of over 256 KiB");
    else if (is_noisy(transfer))
        refuse(transfer, "over 256 KiB that are neither header nor body");
    return transfer->refusal || atomic_load(&transfer->setup->cancelled);
}

/* Short of memory is all that can be wrong with an option here: it is noted, and told at the end. */
#define SET(transfer, option, value)                                                               \
    do {                                                                                           \
        if (curl_easy_setopt((transfer)->easy, option, value))                                     \
            (transfer)->out_of_memory = true;                                                      \
    } while (0)

/* The callbacks, and the bounds that no check changes. */
static void set_up_bounds(struct transfer *transfer)
{
    SET(transfer, CURLOPT_NOSIGNAL, 1L);
    SET(transfer, CURLOPT_ERRORBUFFER, transfer->error);
    SET(transfer, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    SET(transfer, CURLOPT_OPENSOCKETDATA, transfer);
    SET(transfer, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    SET(transfer, CURLOPT_CLOSESOCKETDATA, transfer);
    SET(transfer, CURLOPT_PREREQFUNCTION, on_request);
    SET(transfer, CURLOPT_PREREQDATA, transfer);
    SET(transfer, CURLOPT_HEADERFUNCTION, on_header);
    SET(transfer, CURLOPT_HEADERDATA, transfer);
    SET(transfer, CURLOPT_WRITEFUNCTION, on_body);
    SET(transfer, CURLOPT_WRITEDATA, transfer);
    if (has_header_bug())
        SET(transfer, CURLOPT_HEADER, 1L);
    SET(transfer, CURLOPT_NOPROGRESS, 0L);
    SET(transfer, CURLOPT_XFERINFOFUNCTION, on_progress);
    SET(transfer, CURLOPT_XFERINFODATA, transfer);
    SET(transfer, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(transfer, CURLOPT_BUFFERSIZE, RECEIVE_BYTES);
    SET(transfer, CURLOPT_MAXCONNECTS, 1L);
    /* What is found is found once a run, by the resolver; what libcurl keeps it walks each time. */
    SET(transfer, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
#if LIBCURL_VERSION_NUM >= 0x075700
    SET(transfer, CURLOPT_QUICK_EXIT, 1L);
#endif
#if LIBCURL_VERSION_NUM >= 0x075500
    SET(transfer, CURLOPT_PROTOCOLS_STR, "http,https");
    SET(transfer, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
    SET(transfer, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    SET(transfer, CURLOPT_REDIR_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static void set_up_trust(struct transfer *transfer, const struct check *check)
{
    SET(transfer, CURLOPT_SSL_VERIFYPEER, check->insecure ? 0L : 1L);
    SET(transfer, CURLOPT_SSL_VERIFYHOST, check->insecure ? 0L : 2L);
    if (trust_is_shared(transfer->setup->trust)) {
        SET(transfer, CURLOPT_CAINFO, NULL);
        SET(transfer, CURLOPT_CAPATH, NULL);
        SET(transfer, CURLOPT_SSL_CTX_FUNCTION, on_tls);
        SET(transfer, CURLOPT_SSL_CTX_DATA, transfer);
    } else if (check->ca_file || check->ca_path) {
        SET(transfer, CURLOPT_CAINFO, check->ca_file);
        SET(transfer, CURLOPT_CAPATH, check->ca_path);
    }
}

static void set_method(struct transfer *transfer, const struct check *check, bool get)
{
    transfer->asks_get = get;
    if (check->head && !get)
        SET(transfer, CURLOPT_NOBODY, 1L);
    else
        SET(transfer, CURLOPT_HTTPGET, 1L);
    SET(transfer, CURLOPT_CUSTOMREQUEST, check->request);
}

/* What is asked, and which way. */
static void set_up_request(struct transfer *transfer, const struct check *check)
{
    static const long http[] = {[HTTP_1_1] = CURL_HTTP_VERSION_1_1, [HTTP_2] = CURL_HTTP_VERSION_2};
    static const long ip[] = {[IP_ANY] = CURL_IPRESOLVE_WHATEVER,
                              [IP_4] = CURL_IPRESOLVE_V4,
                              [IP_6] = CURL_IPRESOLVE_V6};
    set_method(transfer, check, false);
    SET(transfer, CURLOPT_USERAGENT, check->user_agent);
    SET(transfer, CURLOPT_HTTPHEADER, transfer->setup->headers);
    SET(transfer, CURLOPT_FOLLOWLOCATION, check->follow ? 1L : 0L);
    SET(transfer, CURLOPT_MAXREDIRS, check->max_redirects);
    SET(transfer, CURLOPT_HTTP_VERSION, http[check->http_version]);
    SET(transfer, CURLOPT_IPRESOLVE, ip[check->ip_version]);
    SET(transfer, CURLOPT_RESOLVE, transfer->setup->resolve);
    if (check->proxy)
        SET(transfer, CURLOPT_PROXY, check->proxy);
    if (check->no_proxy)
        SET(transfer, CURLOPT_NOPROXY, check->no_proxy);
}

static void forget_last_exchange(struct transfer *transfer)
{
    transfer->phase = PHASE_NONE;
    transfer->shortage = 0;
    transfer->header_lines = transfer->header_bytes = 0;
    transfer->body_bytes = 0;
    transfer->status = transfer->whole_status = 0;
    transfer->has_location = transfer->redirecting = false;
    transfer->redirects = 0;
    transfer->bot_wall = transfer->enough = false;
    free(transfer->location);
    transfer->location = NULL;
    transfer->refusal = NULL;
    transfer->quiet_reads = 0;
    transfer->length = -1;
    transfer->error[0] = '\0';
}

void transfer_free(struct transfer *transfer)
{
    if (!transfer)
        return;
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->pins);
    free(transfer->location);
    free(transfer->pinned);
    free(transfer);
}

struct transfer *transfer_new(const struct transfer_setup *setup)
{
    struct transfer *transfer = calloc(1, sizeof(*transfer));

    if (!transfer)
        return NULL;
    transfer->setup = setup;
    transfer->socket = CURL_SOCKET_BAD;
    transfer->easy = curl_easy_init();
    if (transfer->easy) {
        set_up_bounds(transfer);
        set_up_trust(transfer, setup->check);
        set_up_request(transfer, setup->check);
    }
    if (!transfer->easy || transfer->out_of_memory) {
        transfer_free(transfer);
        errno = ENOMEM;
        return NULL;
    }
    return transfer;
}

/* Appends format's text to transfer->pins. */
static void add_pin(struct transfer *transfer, const char *prefix, const char *host_port,
                    const char *addresses)
{
    struct curl_slist *longer = NULL;
    char *pin;

    if (asprintf(&pin, "%s%s%s%s", prefix, host_port, addresses ? ":" : "",
                 addresses ? addresses : "") >= 0) {
        longer = curl_slist_append(transfer->pins, pin);
        free(pin);
    }
    if (longer)
        transfer->pins = longer;
    else
        transfer->out_of_memory = true;
}

/*
 * Puts the addresses into the handle's DNS cache, where they stay until the handle serves another
 * host. https://curl.se/libcurl/c/CURLOPT_RESOLVE.html
 */
static void pin_addresses(struct transfer *transfer, const struct exchange *exchange)
{
    if (!exchange->addresses ||
        (transfer->pinned && strcmp(transfer->pinned, exchange->host_port) == 0))
        return;
    curl_slist_free_all(transfer->pins);
    transfer->pins = NULL;
    if (transfer->pinned)
        add_pin(transfer, "-", transfer->pinned, NULL);
    add_pin(transfer, "", exchange->host_port, exchange->addresses);
    SET(transfer, CURLOPT_RESOLVE, transfer->pins);
    free(transfer->pinned);
    transfer->pinned = strdup(exchange->host_port);
    if (!transfer->pinned)
        transfer->out_of_memory = true;
}

static long milliseconds(int64_t us)
{
    return us < CLOCK_MS ? 1L : (long)(us / CLOCK_MS);
}

/* Readies the handle for the exchange. */
static void prepare(struct transfer *transfer, const struct exchange *exchange)
{
    const struct check *check = transfer->setup->check;

    forget_last_exchange(transfer);
    if (transfer->asks_get != exchange->get)
        set_method(transfer, check, exchange->get);
    pin_addresses(transfer, exchange);
    SET(transfer, CURLOPT_URL, exchange->url);
    SET(transfer, CURLOPT_TIMEOUT_MS, milliseconds(exchange->max_time_us));
    SET(transfer, CURLOPT_CONNECTTIMEOUT_MS,
        milliseconds(check->connect_timeout_us ? check->connect_timeout_us
                                               : exchange->max_time_us));
}

/* Whether libcurl ended at a redirect that came whole, but which it would not follow. */
static bool is_redirect_refused(const struct transfer *transfer, CURLcode code)
{
    return transfer->redirecting && transfer->phase == PHASE_BODY &&
           (code == CURLE_TOO_MANY_REDIRECTS || code == CURLE_UNSUPPORTED_PROTOCOL ||
            code == CURLE_URL_MALFORMAT);
}

/* The phase in which it ended. Nothing tells when libcurl goes on to a redirect's host. */
static enum phase last_phase(const struct transfer *transfer, CURLcode code)
{
    long followed = 0;

    if (code == CURLE_OK || is_redirect_refused(transfer, code))
        return PHASE_DONE;
    curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_COUNT, &followed);
    if (transfer->redirecting && transfer->phase == PHASE_BODY && followed >= transfer->redirects)
        return PHASE_RESOLVE;
    return transfer->phase == PHASE_NONE ? PHASE_RESOLVE : transfer->phase;
}

static int http_version(CURL *easy)
{
    long version = CURL_HTTP_VERSION_NONE;

    curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
    switch (version) {
    case CURL_HTTP_VERSION_1_0: return 10;
    case CURL_HTTP_VERSION_1_1: return 11;
    case CURL_HTTP_VERSION_2_0: return 20;
    case CURL_HTTP_VERSION_3: return 30;
    default: return 0;
    }
}

/* A copy without blanks at its end, as some of libcurl's phrases have them. */
static char *copy(const char *text)
{
    size_t length = text ? strlen(text) : 0;

    while (length && strchr(" \r\n", text[length - 1]))
        length--;
    return length ? strndup(text, length) : NULL;
}

static int64_t time_of(CURL *easy, CURLINFO info)
{
    curl_off_t us = 0;

    curl_easy_getinfo(easy, info, &us);
    return us;
}

/* libcurl's times all count from the beginning; one that was not reached is 0. */
static void note_times(CURL *easy, struct outcome *outcome)
{
    int64_t total = time_of(easy, CURLINFO_TOTAL_TIME_T);
    int64_t resolved = time_of(easy, CURLINFO_NAMELOOKUP_TIME_T);
    int64_t connected = time_of(easy, CURLINFO_CONNECT_TIME_T);
    int64_t secured = time_of(easy, CURLINFO_APPCONNECT_TIME_T);
    int64_t asked = time_of(easy, CURLINFO_PRETRANSFER_TIME_T);
    int64_t answered = time_of(easy, CURLINFO_STARTTRANSFER_TIME_T);

    outcome->resolve_us += resolved;
    outcome->connect_us += connected > resolved ? connected - resolved : 0;
    outcome->tls_us += secured > connected ? secured - connected : 0;
    outcome->processing_us += answered > asked ? answered - asked : 0;
    outcome->transfer_us += answered && total > answered ? total - answered : 0;
}

/* Fills in all that is known after the exchange has ended with code. */
static void note(struct transfer *transfer, CURLcode code, struct outcome *outcome)
{
    CURL *easy = transfer->easy;
    const char *text = NULL;
    long number = 0;

    outcome->phase = last_phase(transfer, code);
    outcome->code = (int)code;
    outcome->refusal = transfer->refusal;
    outcome->status = transfer->whole_status;
    outcome->bot_wall = transfer->bot_wall;
    outcome->bytes = transfer->body_bytes;
    outcome->http_version = http_version(easy);
    outcome->detail = code == CURLE_OK ? NULL : copy(transfer->error);
    if (is_redirect_refused(transfer, code) && code != CURLE_TOO_MANY_REDIRECTS)
        outcome->location = copy(transfer->location);
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
    outcome->os_error = transfer->shortage ? transfer->shortage : (int)number;
    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &outcome->verify_error);
    number = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &number);
    outcome->connect_status = (int)number;
    number = 0;
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &number);
    outcome->reused = number == 0;
    number = 0;
    curl_easy_getinfo(easy, CURLINFO_REDIRECT_COUNT, &number);
    outcome->redirects = (int)number;
    curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &text);
    if (number)
        outcome->final_url = copy(text);
    if (text && strncasecmp(text, "https:", 6) == 0 && outcome->phase >= PHASE_TLS)
        outcome->cert_not_after = transfer->cert_not_after;
    text = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &text);
    if (text)
        snprintf(outcome->remote_ip, sizeof(outcome->remote_ip), "%s", text);
    note_times(easy, outcome);
}

void transfer_run(struct transfer *transfer, const struct exchange *exchange,
                  struct outcome *outcome)
{
    CURLcode code = CURLE_OUT_OF_MEMORY;

    prepare(transfer, exchange);
    if (!transfer->out_of_memory)
        code = curl_easy_perform(transfer->easy);
    if (code == CURLE_WRITE_ERROR && transfer->enough)
        code = CURLE_OK;
    /* libcurl lets a connection end within the headers, and takes 101 for an answer. */
    if (code == CURLE_OK && transfer->phase != PHASE_BODY)
        code = transfer->status == 101 ? CURLE_WEIRD_SERVER_REPLY : CURLE_PARTIAL_FILE;
    free(outcome->detail);
    free(outcome->location);
    free(outcome->final_url);
    outcome->detail = outcome->location = outcome->final_url = NULL;
    note(transfer, code, outcome);
    transfer->out_of_memory = false;
}
