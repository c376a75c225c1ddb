/* SPDX-License-Identifier: MIT */
#ifndef PROBE_TRANSFER_H
#define PROBE_TRANSFER_H

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "input/settings.h"
#include "result/outcome.h"
#include "ca_store.h"

/* A libcurl handle with its connection and its callbacks: one HTTP exchange, redirects included. */
struct transfer;

/* What one exchange is to be. */
struct exchange {
    const struct check *check; /* such that transfer_serves() it */
    const char *url;
    const char *host_port; /* with addresses: "host:port" as CURLOPT_RESOLVE has it */
    const char *addresses; /* where to find it; NULL: libcurl finds out */
    int64_t max_time_us;
    bool get;  /* ask with GET although the check says HEAD */
    bool last; /* keep no connection: it would only cost a descriptor */
};

/*
 * A transfer set up for the check, of which it keeps nothing; it borrows the trust, and cancelled:
 * once that is set, its exchanges end with CURLE_ABORTED_BY_CALLBACK. NULL with errno ENOMEM.
 */
struct transfer *transfer_new(const struct check *check, struct ca_store *ca_store,
                              const atomic_bool *cancelled);
void transfer_free(struct transfer *transfer);

/*
 * Whether it was set up for that check, or one that asks the same. There is no setting it up for
 * another: what the other trusts, its connection and its TLS session were not made under.
 */
bool transfer_serves(const struct transfer *transfer, const struct check *check);

/*
 * Does the exchange and blocks until it has ended, at most max_time_us. Sets what it saw in
 * *outcome: all but lookup, started_at_us and total_us; what was there before is released.
 * After one that failed the transfer is of no more use: libcurl keeps its errno for the next.
 */
void transfer_run(struct transfer *transfer, const struct exchange *exchange,
                  struct outcome *outcome);

#endif
