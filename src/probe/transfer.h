/* SPDX-License-Identifier: MIT */
#ifndef PROBE_TRANSFER_H
#define PROBE_TRANSFER_H

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "ca_store.h"
#include "input/settings.h"
#include "result/outcome.h"

/*
 * A libcurl handle with its connection and callbacks. It makes one request after the other,
 * redirects included. Used by one thread at a time.
 */
struct transfer;

struct request {
    const struct check *check; /* transfer_serves() it */
    const char *url;
    const char *host_port; /* "host:port" of addresses, as in CURLOPT_RESOLVE */
    const char *addresses; /* as in struct resolution; NULL: libcurl needs none */
    int64_t max_time_us;
    /* Called now and then while there is no response. is_unserved: the server may not serve the connection. */
    void (*on_wait)(void *context, bool is_unserved);
    void *context;
    const void *body; /* to send by POST instead of what the check says; NULL: none */
    size_t body_bytes;
    bool keeps_body;       /* the response's body is kept even if the check does not judge it */
    bool use_get;          /* GET, although the check says HEAD */
    bool offer_http2;      /* although the check says HTTP_AUTO; needs a new transfer */
    bool close_connection; /* after the request */
    bool new_connections;  /* redirects do not use the connection either */
    bool may_be_repeated;  /* if the connection breaks: see limit_idle_connection() */
};

/*
 * A transfer with the options of the check, of which it keeps nothing. It borrows the stores
 * and cancelled: once that is true, its requests end with CURLE_ABORTED_BY_CALLBACK. NULL if libcurl is
 * out of memory.
 */
struct transfer *transfer_new(const struct check *check, const struct ca_stores *ca_stores,
                              const atomic_bool *cancelled);

/* Closes its connection. NULL is fine. */
void transfer_free(struct transfer *transfer);

/*
 * Whether it was made for a check that requests the same way. It cannot be changed for another
 * check, as its connection and TLS session began with the options of the first.
 */
bool transfer_serves(const struct transfer *transfer, const struct check *check);

/*
 * Makes the request and blocks until it has ended, at most max_time_us. Fills in *outcome except
 * lookup, started_at_us and total_us, releases what it owned before, and adds the times of the
 * phases to those in it. After a failure, free the transfer: libcurl would keep its errno.
 */
void transfer_run(struct transfer *transfer, const struct request *request,
                  struct outcome *outcome);

#endif
