/* SPDX-License-Identifier: MIT */
#ifndef PROBE_TRANSFER_CALLBACKS_H
#define PROBE_TRANSFER_CALLBACKS_H

#include <curl/curl.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "input/settings.h"
#include "overhead_guard.h"
#include "result/outcome.h"
#include "ca_store.h"

/*
 * What libcurl's callbacks see of an exchange while it goes on: how far it has come, and what the
 * server sends. They keep its bounds, and give it up where the server goes beyond them.
 */
struct transfer_state {
    /* Set by the owner, who keeps what they point to for as long as the handle lives. */
    struct ca_store *ca_store;
    const atomic_bool *cancelled; /* once true, the exchange ends */
    bool follows;                 /* redirects are followed */
    const struct check
        *check; /* of this exchange, set after transfer_callbacks_begin(): what to keep */

    struct byte_buffer body; /* of the response being read; owned, as are the headers */
    struct byte_buffer headers;

    enum phase phase;
    int shortage; /* errno of a socket that this machine could not make, 0 if none */
    struct sockaddr_in6 tried_ipv6; /* the last that was connected to; family 0: none was */
    int64_t cert_not_after;         /* of the exchange, as in struct outcome */
    int64_t shaken_not_after;       /* the same of the last handshake alone */
    bool is_fresh;                  /* the connection was made since the last request */
    bool asked_again; /* a kept connection broke, and libcurl asked on another by itself */
    struct served {
        int local_port; /* what tells a handle's connections apart */
        int64_t not_after;
    } served[4]; /* the connections that it may have: one is kept, one or two in use */
    unsigned serving;
    int status;         /* of the response being read */
    int whole_status;   /* of the last one whose headers came whole */
    int64_t body_bytes; /* of the response being read */
    bool redirecting;   /* the response being read is a redirect that will be followed */
    int redirects;
    char *location; /* of the last redirect; owned */
    bool bot_wall;
    bool has_retry_after; /* the response being read does */
    bool enough;          /* the body was left alone, as no more of it is wanted */
    const char
        *refusal; /* why the exchange was given up, in words for people; NULL if it was not */

    /* For the callbacks alone. */
    CURL *easy;
    int64_t
        doh_not_after;    /* of the handshake with the server of --doh-url, which nobody asks for */
    curl_socket_t socket; /* the one opened last; CURL_SOCKET_BAD once it is closed */
    size_t header_lines;
    size_t header_bytes;
    size_t trailer_bytes;
    int64_t length; /* Content-Length of the response being read, -1 if it has none */
    bool has_location;
    struct overhead_guard noise;
};

/*
 * Sets the callbacks of a handle. The watch must live as long as the handle. CURLE_OK, or
 * CURLE_OUT_OF_MEMORY.
 */
CURLcode transfer_callbacks_install(struct transfer_state *watch, CURL *easy);

/* Forgets the last exchange, as another begins. */
void transfer_callbacks_begin(struct transfer_state *watch);

/* Counts the certificate of a handshake that no request came after. */
void transfer_callbacks_note_handshake(struct transfer_state *watch);

/* Hands the body and the headers over to an outcome that has none. */
void transfer_callbacks_hand_over(struct transfer_state *watch, struct outcome *outcome);

void transfer_callbacks_release(struct transfer_state *watch);

#endif
