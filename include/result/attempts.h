/* SPDX-License-Identifier: MIT */
#ifndef RESULT_ATTEMPTS_H
#define RESULT_ATTEMPTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/cause.h"

/* One attempt at a check, after which there was another one. */
struct attempt {
    enum cause cause;
    int status;            /* of a complete response, else 0 */
    char *message;         /* for users, not yet escaped; owned; NULL if plain OK */
    int64_t started_at_us; /* microseconds since 1970 */
    int64_t total_us;
};

/* Earlier attempts, the first one first. All zeros: none. */
struct attempts {
    struct attempt *items; /* owned */
    size_t count;
};

/* Appends a copy of the attempt, whose message the list then owns. */
void attempts_add(struct attempts *attempts, const struct attempt *attempt);

/* Frees everything; the list is then empty. */
void attempts_release(struct attempts *attempts);

#endif
