/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_HINT_H
#define OUTPUT_HINT_H

#include <stddef.h>

#include "result/result.h"

/*
 * The usual reason for a result that is not plain OK, and what to do: that of its class (base/cause.h), or
 * a better one if the status or the request suggests it: http to a port that expects https, HTTP/1.1
 * to a server that speaks HTTP/2 only, HEAD. At most 90 ASCII characters. Static.
 */
const char *hint_for(const struct result *result);

/*
 * Hints without --verbose, for a terminal: only below the first failures, as results are printed as they
 * come and nobody knows how many will follow; and each hint once, as it explains all failures of its
 * kind. Begins with all zeros.
 */
#define HINTS_MAX 5

struct hint_log {
    const char *shown[HINTS_MAX];
    size_t count;
};

/* The hint for a result, which counts as shown then; NULL: none is to be shown. */
const char *hint_once(struct hint_log *log, const struct result *result);

#endif
