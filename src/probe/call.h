/* SPDX-License-Identifier: MIT */
#ifndef PROBE_CALL_H
#define PROBE_CALL_H

#include <stdbool.h>

#include "endpoint.h"
#include "prober_state.h"

/* One call of probe(). Used by one thread. */
struct call {
    struct prober *prober;
    const struct target *target;
    const struct check *check; /* the target's */
    const struct proxies *proxies;
    int64_t fresh_since_us;   /* as in struct probe_options */
    struct host_counts *host; /* as in struct probe_options */
    bool is_stalled;          /* counted in it */
    int64_t started_us;
    int64_t deadline_us;
    int64_t queued_us; /* waiting for other lookups: not counted as the URL's time */
    struct endpoint endpoint;
    char *addresses; /* of the endpoint; owned */
    struct transfer *transfer;
    struct request request;
};

/* Starts the clock of the check, once. */
void call_start_clock(struct call *call);

/* How much of the check's time is left, for whatever is done next; not positive: none. */
int64_t call_left_us(const struct call *call);

/* Whether the check failed because all probes were ended or cancelled. */
bool call_was_ended(const struct call *call, const struct outcome *outcome);

#endif
