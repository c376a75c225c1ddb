/* SPDX-License-Identifier: MIT */
#ifndef PROBE_LOOKUP_H
#define PROBE_LOOKUP_H

#include <stdint.h>

#include "result/outcome.h"

/* getaddrinfo(3), or a test's replacement for it. */
struct addrinfo;
typedef int getaddrinfo_function(const char *name, const char *service,
                                 const struct addrinfo *hints, struct addrinfo **addresses);

/* The answer to a lookup. */
struct resolution {
    enum lookup_status status;
    int os_error;    /* errno, for LOOKUP_SHORTAGE */
    char *addresses; /* for LOOKUP_FOUND, else NULL: in the order to try, separated by commas, IPv6
                          in brackets, as in CURLOPT_RESOLVE; owned by the receiver. NULL also if an
                          address has a scope (RFC 4007, of link-local addresses for instance), which
                          CURLOPT_RESOLVE cannot carry: then libcurl must look up the name itself */
    int64_t queued_us; /* how long the lookup waited before it began; set by the resolver */
};

/*
 * Looks up name in an address family (AF_UNSPEC, AF_INET, AF_INET6) and interprets the answer.
 * Blocks for as long as getaddrinfo(3) does: tens of seconds if a name server is silent. Any
 * thread.
 */
struct resolution lookup_name(getaddrinfo_function *get_addresses, const char *name, int family);

#endif
