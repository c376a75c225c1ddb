/* SPDX-License-Identifier: MIT */
#ifndef PROBE_PROBER_STATE_H
#define PROBE_PROBER_STATE_H

#include <stdatomic.h>
#include <stdint.h>

#include "ca_store_cache.h"
#include "handles.h"
#include "input/target.h"
#include "proxies.h"
#include "resolver.h"
#include "transfer.h"

/* What checks share. All parts may be used by any thread. */
struct prober {
    const struct check *check; /* the command line's; borrowed */
    struct proxies proxies;    /* of the command line's check */
    struct ca_store_cache *ca_stores;
    struct resolver *resolver;
    struct handles *handles; /* of idle transfers */
    atomic_bool cancelled;
    int64_t end_us; /* of all probes; CLOCK_NEVER: not set */
};

/* An idle transfer that serves the target; NULL: there is none. */
struct transfer *prober_take_transfer(struct prober *prober, const struct target *target);

/* A new transfer for the check; NULL: the outcome says why there is none. */
struct transfer *prober_make_transfer(struct prober *prober, const struct check *check,
                                      struct outcome *outcome);

#endif
