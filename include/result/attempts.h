/* SPDX-License-Identifier: MIT */
#ifndef RESULT_ATTEMPTS_H
#define RESULT_ATTEMPTS_H

#include <stddef.h>
#include <stdint.h>

/* What an attempt came to that was followed by another. */
struct attempt_note {
    int cause;     /* enum class */
    int status;    /* of a complete response, else 0 */
    char *message; /* a phrase for people, not yet escaped; owned; NULL where memory was short */
    int64_t started_at_us; /* microseconds since 1970 */
    int64_t total_us;
};

/* In their order. Owned by a result. */
struct attempts {
    struct attempt_note *notes;
    size_t count;
};

/* Appends the note, whose message it takes over. Short of memory it is dropped. */
void attempts_add(struct attempts *attempts, const struct attempt_note *note);
void attempts_release(struct attempts *attempts);

#endif
