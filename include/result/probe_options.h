/* SPDX-License-Identifier: MIT */
#ifndef RESULT_PROBE_OPTIONS_H
#define RESULT_PROBE_OPTIONS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* What the engine decides for a single check, in addition to the target's own options. */
struct probe_options {
    bool close_connection; /* no other check of this host is expected: do not keep the connection */
    /* How many checks of this host have not begun, at any moment: if none, the connection is not kept.
       Borrowed until the check has ended; NULL: unknown. */
    const atomic_size_t *host_waiting;
    int64_t fresh_since_us; /* ignore names looked up and connections opened before this time
                               (base/clock.h); 0: use all */
};

#endif
