/* SPDX-License-Identifier: MIT */
#ifndef RESULT_PROBE_OPTIONS_H
#define RESULT_PROBE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/* What the engine decides for a single check, in addition to the target's own options. */
struct probe_options {
    bool close_connection; /* no other check of this host is expected: do not keep the connection */
    int64_t fresh_since_us; /* ignore names looked up and connections opened before this time
                               (base/clock.h); 0: use all */
};

#endif
