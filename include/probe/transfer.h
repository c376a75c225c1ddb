/* SPDX-License-Identifier: MIT */
#ifndef PROBE_TRANSFER_H
#define PROBE_TRANSFER_H

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "input/settings.h"
#include "probe/outcome.h"
#include "probe/trust.h"

/* A libcurl handle with its connection and its callbacks: one HTTP exchange, redirects included. */
struct transfer;

/* What all transfers of a run share; borrowed by each. */
struct transfer_setup {
    const struct check *check;
    struct trust *trust;
    struct curl_slist *headers; /* CURLOPT_HTTPHEADER */
    struct curl_slist *resolve; /* CURLOPT_RESOLVE, what the user said */
    atomic_bool cancelled;      /* once set, transfers end with CURLE_ABORTED_BY_CALLBACK */
};

/* What one exchange is to be. */
struct exchange {
    const char *url;
    const char *host_port; /* with addresses: "host:port" as CURLOPT_RESOLVE has it */
    const char *addresses; /* where to find it; NULL: libcurl finds out */
    int64_t max_time_us;
    bool get;  /* ask with GET although the check says HEAD */
    bool last; /* keep no connection: it would only cost a descriptor */
};

/* A transfer set up for setup->check, or NULL with errno ENOMEM. */
struct transfer *transfer_new(const struct transfer_setup *setup);
void transfer_free(struct transfer *transfer);

/*
 * Does the exchange and blocks until it has ended, at most max_time_us. Sets what it saw in
 * *outcome: all but lookup, started_at_us and total_us; what was there before is released.
 * After one that failed the transfer is of no more use: libcurl keeps its errno for the next.
 */
void transfer_run(struct transfer *transfer, const struct exchange *exchange,
                  struct outcome *outcome);

#endif
