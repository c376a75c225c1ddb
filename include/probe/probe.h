/* SPDX-License-Identifier: MIT */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include <stdbool.h>

#include "base/error.h"
#include "input/target.h"
#include "result/probe_options.h"
#include "result/outcome.h"

/*
 * Asks URLs. A prober holds what checks share: idle connections, trusted certificates, names that
 * were looked up. Its functions may be called by any thread.
 */
struct prober;

/*
 * A prober for the given check, which it borrows, and at most lookups_max name lookups at once.
 * idle_max: how many connections, beside those of checks in flight, may wait for their host to come
 * again; 0: descriptors are dear, and none is held that need not be.
 * curl_global_init() has been called. NULL with the reason, which names what is wrong with the
 * check: a CA file that holds no certificate, for instance.
 */
struct prober *prober_new(const struct check *check, size_t lookups_max, size_t idle_max,
                          struct error *error);

/*
 * Asks the target's URL and says what was seen. What fails on a connection that an earlier check
 * had left is asked once more on one of its own. Blocks, at most for the check's max_time, and for
 * as long again each where name lookups must queue or it is asked once more. The caller releases
 * *outcome.
 */
void probe(struct prober *prober, const struct target *target, const struct probe_options *options,
           struct outcome *outcome);

/*
 * No probe goes on beyond time_us: what has not ended by then sees CURLE_ABORTED_BY_CALLBACK, as
 * after prober_cancel(), but at once. Before the first probe.
 */
void prober_end_at(struct prober *prober, int64_t time_us);

/* Ends all probes, those to come as well: they see CURLE_ABORTED_BY_CALLBACK, within a second. */
void prober_cancel(struct prober *prober);

/* Gives back what is held only to be quick, and is thrifty from now on: idle_max is 0. */
void prober_trim(struct prober *prober);

/*
 * Frees the prober; no probe may be running. Returns how many lookup threads still wait for a name
 * server that does not answer. They cannot be joined: with any left the process must end by
 * _exit(), as exit() would take from under them what they use.
 */
size_t prober_free(struct prober *prober);

#endif
