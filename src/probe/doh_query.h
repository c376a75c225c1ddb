/* SPDX-License-Identifier: MIT */
#ifndef PROBE_DOH_QUERY_H
#define PROBE_DOH_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "result/outcome.h"

/* The longest name (RFC 1035, section 2.3.4) with the header, type and class. */
#define DOH_QUERY_BYTES (12 + 255 + 4)

/* A query of DNS over HTTPS: the body of a POST request with this type (RFC 8484, section 4.1). */
struct doh_query {
    size_t length;
    unsigned char bytes[DOH_QUERY_BYTES];
};
#define DOH_MEDIA_TYPE "application/dns-message"

/* Makes a query for the IPv6 or IPv4 addresses of a name. 0, or -1: DNS cannot hold the name. */
int doh_query_make(struct doh_query *query, const char *name, bool is_ipv6);

/*
 * What the answer says: LOOKUP_FOUND: there is such an address; LOOKUP_NO_NAME: there is none, or no
 * such name; LOOKUP_FAILED: the server could not look it up; LOOKUP_NONE: the bytes are no answer to
 * the query.
 */
enum lookup_status doh_query_read_answer(const struct doh_query *query, const void *answer,
                                         size_t length);

#endif
