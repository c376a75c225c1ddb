/* SPDX-License-Identifier: MIT */
#ifndef PROBE_RESOLVER_H
#define PROBE_RESOLVER_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "lookup.h"

/*
 * Looks up names on threads of its own, each name once per run unless the caller needs a fresh
 * answer. libcurl's resolver starts a thread for each lookup, reports all failures as one error,
 * and cannot be left before getaddrinfo(3) returns, which takes tens of seconds if a name server is
 * silent. All functions except resolver_new() and resolver_free() may be called by any thread.
 */
struct resolver;

/* After this time a lookup no longer counts against the limit: its name server is silent. */
#define RESOLVER_SLOW_US (250 * CLOCK_MS)
/* For this time a failed or unanswered lookup is not repeated. */
#define RESOLVER_FAILED_US (500 * CLOCK_MS)

/*
 * At most limit lookups, apart from slow ones, run at the same time. They call get_addresses:
 * getaddrinfo(3), or a test's replacement.
 */
struct resolver *resolver_new(size_t limit, getaddrinfo_function *get_addresses);

/*
 * Looks up name in an address family (AF_UNSPEC, AF_INET, AF_INET6). The caller frees the answer's
 * addresses.
 *
 * Blocks until there is an answer, at most patience_us from when the lookup begins; time in the
 * queue does not count as long as the queue moves. If it cannot move because no thread is
 * available, the call ends patience_us after it began: as LOOKUP_SHORTAGE if the system refused a
 * thread, else as LOOKUP_TIMEOUT.
 *
 * An answer requested before fresh_since_us is not used. A lookup that still runs since then, or
 * that other callers gave up at least RESOLVER_FAILED_US ago, is waited for as if it began now:
 * there is never more than one lookup of a name at the same time.
 */
struct resolution resolver_lookup(struct resolver *resolver, const char *name, int family,
                                  int64_t patience_us, int64_t fresh_since_us);

/* Ends all calls of resolver_lookup(), now and from now on, as LOOKUP_TIMEOUT. */
void resolver_cancel(struct resolver *resolver);

/*
 * Call it once no other call is under way. If no lookup runs, joins the threads, frees the resolver
 * and returns 0. Else returns how many run: the resolver stays as it is, for their threads. NULL is
 * fine.
 */
size_t resolver_free(struct resolver *resolver);

#endif
