/* SPDX-License-Identifier: MIT */
#ifndef RESULT_TRANSFER_FACTS_H
#define RESULT_TRANSFER_FACTS_H

#include <stdint.h>

/*
 * What only --write-out prints of a transfer, the last one of a check: values of curl_easy_getinfo()
 * (https://curl.se/libcurl/c/curl_easy_getinfo.html). Numbers are 0 and texts NULL if unknown.
 */
struct transfer_facts {
    int64_t started_us; /* from the start of the check; the times below count from here */

    /* From the transfer's start until the end of a phase; of all redirects together. 0: not reached. */
    int64_t namelookup_us;
    int64_t connect_us;
    int64_t appconnect_us;
    int64_t pretransfer_us;
    int64_t starttransfer_us;
    int64_t redirect_us; /* of all steps but the last */

    int64_t connects; /* new connections */
    int64_t local_port;
    int64_t proxy_verify_result;
    int64_t header_count; /* of the last response */
    int64_t header_bytes; /* of all responses */
    int64_t request_bytes;
    int64_t download_bytes; /* of the body, as it was sent */
    int64_t upload_bytes;
    int64_t download_bytes_per_s;
    int64_t upload_bytes_per_s;

    /* Owned. */
    char *effective_url;
    char *redirect_url; /* where a redirect leads that was not followed */
    char *method;
    char *scheme;
    char *referer;
    char *local_ip;
};

/* NULL is fine. */
void transfer_facts_free(struct transfer_facts *facts);

#endif
