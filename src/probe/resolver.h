/* SPDX-License-Identifier: MIT */
#ifndef PROBE_RESOLVER_H
#define PROBE_RESOLVER_H

#include <stddef.h>
#include <stdint.h>

#include "result/outcome.h"

/*
 * Looks up names, each once a run unless told otherwise, on a few threads of its own. libcurl's own
 * resolver starts a thread for each lookup, folds all failures into one, and cannot be left before
 * getaddrinfo(3) returns, which takes tens of seconds where a name server is silent.
 *
 * A lookup that has taken RESOLVER_SLOW_US no longer counts against the limit, as its name server
 * is silent and not overrun, so that slow names do not keep the others waiting.
 */
#define RESOLVER_SLOW_US INT64_C(250000)
/* How long it is believed that the name servers could not answer, or did not in time. */
#define RESOLVER_FAILED_US INT64_C(500000)

struct resolver;

/* Answers as getaddrinfo() does: this is what the tests put in its place. */
struct addrinfo;
typedef int resolver_ask(const char *name, const char *service, const struct addrinfo *hints,
                         struct addrinfo **addresses);

/* Lookups use ask (getaddrinfo), at most limit at once. NULL with errno. */
struct resolver *resolver_new(size_t limit, resolver_ask *ask);

/* What a lookup found. addresses: in the order to try, as CURLOPT_RESOLVE has them; owned. */
struct resolution {
    enum lookup lookup;
    int os_error;
    char *addresses;
    int64_t queued_us; /* how long it waited before the lookup began: this machine's doing */
};

/*
 * Looks up name in the address family (AF_UNSPEC, AF_INET, AF_INET6). Blocks until there is an
 * answer, at most patience_us from when the lookup begins, which is when the queue before it has
 * moved on; if that does not move, as no further thread is to be had, as long again: where the
 * system refused one, that ends as LOOKUP_SHORTAGE.
 *
 * An answer to what was asked before fresh_us does not count. A lookup that is still under way from
 * then, or that others have given up RESOLVER_FAILED_US ago or longer, is waited for as if it began
 * now: a name is never looked up twice at once. The caller frees addresses, which are set if lookup
 * is LOOKUP_FOUND.
 */
struct resolution resolver_lookup(struct resolver *resolver, const char *name, int family,
                                  int64_t patience_us, int64_t fresh_us);

/* Ends all lookups, those to come as well, as LOOKUP_TIMEOUT. */
void resolver_cancel(struct resolver *resolver);

/*
 * Joins the threads that have no lookup and frees the resolver. Returns how many still have one:
 * if any, the resolver is left as it is, for them to use.
 */
size_t resolver_free(struct resolver *resolver);

#endif
