/* SPDX-License-Identifier: MIT */
#ifndef RESULT_SIGHTING_H
#define RESULT_SIGHTING_H

#include <stddef.h>
#include <stdint.h>

#include "base/cause.h"
#include "result/verdict.h"

/* What one place saw of a URL, in a merged result of several places (--merge). */
struct sighting {
    const char *place; /* borrowed; NULL: unknown */
    enum verdict verdict;
    enum cause cause;
    int64_t total_us;
    int64_t started_at_us; /* since 1970; 0: no check began, or unknown */
};

/* All zeros: the result is of one place alone. */
struct sightings {
    struct sighting *items; /* owned */
    size_t count;
};

#endif
