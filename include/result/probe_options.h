/* SPDX-License-Identifier: MIT */
#ifndef RESULT_PROBE_OPTIONS_H
#define RESULT_PROBE_OPTIONS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Counts of a host's checks, which threads change. */
struct host_counts {
    atomic_size_t not_begun; /* that have not begun: by the engine */
    atomic_size_t stalled; /* whose connection the server does not serve for a while: by probe() */
};

/* What the engine decides for a single check, in addition to the target's own options. */
struct probe_options {
    bool close_connection; /* no other check of this host is expected: do not keep the connection */
    /* If no check of this host has not begun, or some are stalled, the connection is not kept. Borrowed until
       the check has ended; NULL: unknown. */
    struct host_counts *host;
    int64_t fresh_since_us; /* ignore names looked up and connections opened before this time
                               (base/clock.h); 0: use all */
};

#endif
