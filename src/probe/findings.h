/* SPDX-License-Identifier: MIT */
#ifndef PROBE_FINDINGS_H
#define PROBE_FINDINGS_H

#include <stdbool.h>

#include "base/cause.h"
#include "input/settings.h"
#include "result/verdict.h"

/*
 * What is wrong with an outcome, collected while it is judged: the worst verdict, the class of the
 * first finding with that verdict, and one message of all findings, that one first:
 * "500 Internal Server Error; content: no "pong" in the body". Begins with all zeros but check.
 */
struct findings {
    const struct check *check; /* borrowed; its --accept and --warn apply to each finding */
    enum verdict verdict;
    enum cause cause;
    char *message;         /* owned by the receiver; NULL if nothing was found */
    enum cause last_cause; /* class of the message's last part */
    bool names_location;   /* the message says where a redirect led */
};

/*
 * Adds a finding with the message of the format, unless --accept lists its class. Returns whether
 * it was added.
 */
bool findings_add(struct findings *findings, enum verdict verdict, enum cause cause,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
