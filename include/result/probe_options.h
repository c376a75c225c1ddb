/* SPDX-License-Identifier: MIT */
#ifndef RESULT_PROBE_OPTIONS_H
#define RESULT_PROBE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/* How a target is to be asked this time, beside what its check says. */
struct probe_options {
    bool last; /* no other target of its host is known to come: no connection is kept */
    int64_t
        fresh_us; /* no name found before that time, and no old connection, is used; 0: all is */
};

#endif
