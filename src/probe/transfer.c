/* SPDX-License-Identifier: MIT */
#include "transfer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "probe/alloc_monitor.h"
#include "easy_options.h"
#include "transfer_callbacks.h"

#if LIBCURL_VERSION_NUM < 0x075000
#error "urlcheck needs libcurl 7.80.0 or later (CURLOPT_PREREQFUNCTION)"
#endif

/*
 * libcurl allocates one such buffer for each handle, and fills up to a hundred of them before it
 * calls back: what a flood may bring before it is seen.
 */
#define RECEIVE_BYTES 1024L

/* The handle, and what it serves. */
struct transfer {
    CURL *easy;
    char *asked; /* by the check that it is set up for, as there */
    struct easy_options setup;
    struct transfer_state watch;
    bool asks_get; /* although the check says HEAD */
    bool out_of_memory;
    struct curl_slist *pins;
    char *pinned; /* "host:port" whose addresses are in the handle's DNS cache for good */
    char error[CURL_ERROR_SIZE];
};

/* Short of memory is all that can be wrong with an option here: it is noted, and told later. */
#define SET(transfer, option, value)                                                               \
    do {                                                                                           \
        if (curl_easy_setopt((transfer)->easy, option, value))                                     \
            (transfer)->out_of_memory = true;                                                      \
    } while (0)

static void note_shortage(struct transfer *transfer, CURLcode code)
{
    if (code != CURLE_OK)
        transfer->out_of_memory = true;
}

/* What no check changes. */
static void set_up_bounds(struct transfer *transfer)
{
    SET(transfer, CURLOPT_NOSIGNAL, 1L);
    SET(transfer, CURLOPT_ERRORBUFFER, transfer->error);
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

void transfer_free(struct transfer *transfer)
{
    if (!transfer)
        return;
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->pins);
    easy_options_release(&transfer->setup);
    transfer_callbacks_release(&transfer->watch);
    free(transfer->pinned);
    free(transfer->asked);
    free(transfer);
}

struct transfer *transfer_new(const struct check *check, struct ca_store *ca_store,
                              const atomic_bool *cancelled)
{
    struct transfer *transfer = calloc(1, sizeof(*transfer));

    if (!transfer)
        return NULL;
    transfer->watch.ca_store = ca_store;
    transfer->watch.cancelled = cancelled;
    transfer->watch.follows = check->follow;
    transfer->asked = check->request_identity ? strdup(check->request_identity) : NULL;
    transfer->easy = curl_easy_init();
    if (transfer->easy) {
        note_shortage(transfer, transfer_callbacks_install(&transfer->watch, transfer->easy));
        set_up_bounds(transfer);
        note_shortage(transfer,
                      easy_options_apply(&transfer->setup, transfer->easy, check, ca_store));
    }
    if (!transfer->easy || transfer->out_of_memory ||
        (check->request_identity && !transfer->asked)) {
        transfer_free(transfer);
        errno = ENOMEM;
        return NULL;
    }
    return transfer;
}

bool transfer_serves(const struct transfer *transfer, const struct check *check)
{
    if (!transfer->asked || !check->request_identity)
        return transfer->asked == check->request_identity;
    return strcmp(transfer->asked, check->request_identity) == 0;
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

static void add_pins_of_user(struct transfer *transfer)
{
    for (const struct curl_slist *pin = transfer->setup.resolve; pin; pin = pin->next)
        add_pin(transfer, "", pin->data, NULL);
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
    /* The list takes the place of the user's, which may not have been read yet. */
    if (transfer->pinned)
        add_pin(transfer, "-", transfer->pinned, NULL);
    else
        add_pins_of_user(transfer);
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
    const struct check *check = exchange->check;

    transfer_callbacks_begin(&transfer->watch);
    transfer->watch.check = check;
    transfer->error[0] = '\0';
    if (transfer->asks_get != exchange->get)
        note_shortage(transfer, easy_options_set_method(transfer->easy, check, exchange->get));
    transfer->asks_get = exchange->get;
    note_shortage(transfer, easy_options_reset(transfer->easy, check));
    pin_addresses(transfer, exchange);
    SET(transfer, CURLOPT_FORBID_REUSE, exchange->last ? 1L : 0L);
    SET(transfer, CURLOPT_URL, exchange->url);
    SET(transfer, CURLOPT_TIMEOUT_MS, milliseconds(exchange->max_time_us));
    SET(transfer, CURLOPT_CONNECTTIMEOUT_MS,
        milliseconds(check->connect_timeout_us ? check->connect_timeout_us
                                               : exchange->max_time_us));
}

/* Whether libcurl ended at a redirect that came whole, but whose Location it cannot follow. */
static bool is_location_refused(const struct transfer *transfer, CURLcode code)
{
    return transfer->watch.redirecting && transfer->watch.phase == PHASE_BODY &&
           (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT);
}

/* The phase in which it ended. Nothing tells when libcurl goes on to a redirect's host. */
static enum phase last_phase(const struct transfer *transfer, CURLcode code)
{
    long followed = 0;

    if (code == CURLE_OK || code == CURLE_TOO_MANY_REDIRECTS || is_location_refused(transfer, code))
        return PHASE_DONE;
    curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_COUNT, &followed);
    if (transfer->watch.redirecting && transfer->watch.phase == PHASE_BODY &&
        followed >= transfer->watch.redirects)
        return PHASE_RESOLVE;
    return transfer->watch.phase == PHASE_NONE ? PHASE_RESOLVE : transfer->watch.phase;
}

/*
 * RFC 9110, section 10.2.3; libcurl knows both forms, but keeps what a redirect said for the
 * response that comes after it. A longest, as sums are made of it.
 */
static int64_t retry_after_us(CURL *easy)
{
    const curl_off_t longest_s = 1000000000;
    curl_off_t seconds = 0;

    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
    if (seconds < 0)
        return 0;
    return (int64_t)(seconds < longest_s ? seconds : longest_s) * CLOCK_S;
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

/* A copy without blanks at its end, as some of libcurl's phrases have them. A shortage is noted. */
static char *copy(const char *text)
{
    size_t length = text ? strlen(text) : 0;

    char *copied;

    while (length && strchr(" \r\n", text[length - 1]))
        length--;
    if (length == 0)
        return NULL;
    copied = strndup(text, length);
    if (!copied)
        alloc_monitor_note_failure();
    return copied;
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

/*
 * Whether an IPv6 address cannot be reached for want of IPv6. To connect a socket of UDP sends
 * nothing, and takes none of the ports of TCP.
 */
static bool lacks_ipv6(const struct sockaddr_in6 *address, int os_error)
{
    bool lacks;
    int fd;

    if (address->sin6_family != AF_INET6 || os_error != EADDRNOTAVAIL)
        return false;
    fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno == EAFNOSUPPORT;
    /* EAGAIN: there is no port of UDP to be had, either. */
    lacks = connect(fd, (const struct sockaddr *)address, sizeof(*address)) && errno != EAGAIN;
    close(fd);
    return lacks;
}

/* Fills in all that is known after the exchange has ended with code. */
static void note(struct transfer *transfer, CURLcode code, struct outcome *outcome)
{
    CURL *easy = transfer->easy;
    const char *text = NULL;
    long number = 0;

    outcome->phase = last_phase(transfer, code);
    outcome->code = (int)code;
    outcome->refusal = transfer->watch.refusal;
    outcome->begun = transfer->watch.status != 0;
    outcome->status = transfer->watch.whole_status;
    outcome->bot_wall = transfer->watch.bot_wall;
    outcome->bytes = transfer->watch.body_bytes;
    transfer_callbacks_hand_over(&transfer->watch, outcome);
    outcome->http_version = http_version(easy);
    outcome->detail = code == CURLE_OK ? NULL : copy(transfer->error);
    if (is_location_refused(transfer, code))
        outcome->location = copy(transfer->watch.location);
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
    outcome->os_error = transfer->watch.shortage ? transfer->watch.shortage : (int)number;
    outcome->lacks_ipv6 = lacks_ipv6(&transfer->watch.tried_ipv6, outcome->os_error);
    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &outcome->verify_error);
    number = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &number);
    outcome->connect_status = (int)number;
    outcome->retry_after_us = transfer->watch.has_retry_after ? retry_after_us(easy) : 0;
    number = 0;
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &number);
    outcome->reused = number == 0 || transfer->watch.asked_again;
    number = 0;
    curl_easy_getinfo(easy, CURLINFO_REDIRECT_COUNT, &number);
    outcome->redirects = (int)number - is_location_refused(transfer, code);
    curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &text);
    if (number)
        outcome->final_url = copy(text);
    if (outcome->phase == PHASE_TLS)
        transfer_callbacks_note_handshake(&transfer->watch);
    outcome->cert_not_after = transfer->watch.cert_not_after;
    text = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &text);
    if (text && *text != '/')
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
    if (code == CURLE_WRITE_ERROR && transfer->watch.enough)
        code = CURLE_OK;
    /* libcurl lets a connection end within the headers, and takes 101 for an answer. */
    if (code == CURLE_OK && transfer->watch.phase != PHASE_BODY)
        code = transfer->watch.status == 101 ? CURLE_WEIRD_SERVER_REPLY : CURLE_PARTIAL_FILE;
    outcome_forget_owned(outcome);
    note(transfer, code, outcome);
    transfer->out_of_memory = false;
}
