/* SPDX-License-Identifier: MIT */
#ifndef PROBE_TRANSFER_STATE_H
#define PROBE_TRANSFER_STATE_H

#include <curl/curl.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "auth_schemes.h"
#include "ca_store.h"
#include "decoder.h"
#include "easy_options.h"
#include "input/settings.h"
#include "result/outcome.h"

/* How many connections of a handle are remembered: it keeps one and uses one or two more. */
#define KNOWN_CONNECTIONS 4

/* The chains of the last handshakes. All zeros: there was none in this transfer. */
struct handshakes {
    struct chain server;
    struct chain proxy; /* an https proxy */
    struct chain doh;   /* the server of --doh-url; not used */
};

/*
 * What libcurl's callbacks observe of a transfer while it runs: how far it is, and what the server
 * sends. They also enforce limits, and abort the transfer if the server exceeds one. Used by one
 * thread at a time.
 */
struct transfer_state {
    /* Set by the owner before transfer_callbacks_install(), valid as long as the handle. */
    struct ca_stores ca_stores;
    const atomic_bool *cancelled; /* once it is true, the transfer is aborted */
    bool follow_redirects;
    struct easy_options *options; /* NULL: nothing is withheld from other origins (redirect.h) */

    /* Private to the callbacks, and kept for the handle's next transfers. */
    CURL *easy;
    curl_socket_t socket;     /* the socket opened last; CURL_SOCKET_BAD once it is closed */
    unsigned user_timeout_ms; /* its TCP_USER_TIMEOUT; 0: none is set */
    struct known_connection {
        int local_port; /* identifies it among the handle's connections */
        bool is_own;    /* opened by this transfer */
        struct chain_expiry cert;
    } connections[KNOWN_CONNECTIONS];
    unsigned next_connection;      /* to be overwritten next */
    struct handshakes *handshakes; /* owned by the owner; NULL: there was none yet */

    /* From here on, transfer_callbacks_begin() sets everything to zero; *handshakes too. */

    /* Set by the owner after each transfer_callbacks_begin(). */
    const struct check *check;
    bool used_head;     /* the method is HEAD */
    const char *url;    /* of the first request; borrowed */
    bool keeps_body;    /* as in struct request, or as the check judges it */
    bool keeps_headers; /* some, or counts them */
    /* Called from wait_from_us on, until there is a response; NULL. */
    void (*on_wait)(void *context, bool is_unserved);
    void *on_wait_context;
    int64_t wait_from_us;
    int64_t deadline_us;      /* when the transfer is aborted if libcurl has not ended it before */
    bool keeps_connection;    /* another check will use it */
    bool keeps_for_redirects; /* no other check will use it, but redirects within an origin */

    /* The result. */
    enum phase phase;
    int shortage_errno;               /* errno if this machine could not make a socket, 0 if none */
    int remote_port;                  /* of the last connection, or of the last try */
    struct sockaddr_in6 ipv6_address; /* the last IPv6 address connected to; family 0: none */
    struct chain_expiry cert;         /* of the certificate that expires first, of all chains */
    bool is_proxy_handshake;          /* the last handshake was with an https proxy */
    bool is_client_cert_requested;    /* in the last handshake; no response since */
    bool is_http1_chosen;             /* in the last handshake, by the server: ALPN, RFC 7301 */
    bool was_repeated;   /* a connection broke, and libcurl repeated the request on a new one */
    bool is_reused;      /* the last request was not the first one on its connection */
    bool is_idle_reused; /* and an earlier transfer had opened the connection */
    int complete_head_status;  /* of the last response with complete headers */
    int redirects;             /* that libcurl follows */
    long follows_before;       /* CURLINFO_REDIRECT_COUNT as the last of them came */
    char *location;            /* of the last redirect; owned */
    bool are_headers_withheld; /* from the last origin */
    bool is_body_withheld;     /* the transfer was aborted, as a redirect leads to another origin */
    bool has_enough;           /* no more of the response is needed, however the transfer ends */
    int64_t enough_us;        /* since when, if more is read to keep the connection; 0: it is not */
    bool is_overdue;          /* the transfer was aborted at deadline_us */
    const char *abort_reason; /* why it was aborted, as in struct outcome */

    /* The response being read. */
    int status;
    bool is_followed; /* it is a redirect that libcurl follows */
    bool bot_wall;
    bool has_retry_after;
    char *greeting;      /* as in struct outcome; owned */
    char *phrase;        /* as in struct outcome; owned */
    char *content_type;  /* owned; NULL: none */
    bool is_body_passed; /* libcurl passed on some of the body: it does not ignore it */
    char auth_schemes[AUTH_SCHEMES_BYTES]; /* that the server offers with 401, the proxy with 407 */
    bool is_compressed;                    /* as in struct outcome */
    bool is_decoder_open; /* the body has begun, and its compressed data has not ended */
    int64_t body_bytes;
    struct byte_buffer body; /* owned, as are the headers */
    struct byte_buffer headers;
    int64_t header_count; /* if keeps_headers */

    /* Private to the callbacks. */
    bool is_status_line_next; /* the next header line begins a response */
    bool has_location;
    bool closes_connection;  /* the response says so */
    bool marks_end;          /* of its body: it is chunked, or HTTP/2 */
    char encodings[64];      /* the values of Content-Encoding, if they are to be decoded */
    struct decoder *decoder; /* owned; NULL: none is needed, or none yet */
    int64_t content_length;  /* -1: none */
    bool is_new_connection;  /* since the last request */
    bool had_handshake;      /* *handshakes may not be all zeros */
    const void *ssl_ctx;     /* the SSL_CTX of the last handshake */
    bool is_body_dropped;    /* a redirect has made POST a GET */
    size_t header_lines;
    size_t header_bytes; /* since the last request */
    size_t all_header_bytes;
    size_t trailer_bytes;
    int64_t ignored_body_bytes;
    unsigned quiet_calls;           /* of transfer_limits_end() since the last headers or body */
    uint64_t received_before_bytes; /* received by the socket at QUIET_CALLS such calls */
};

#endif
