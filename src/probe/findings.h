/* SPDX-License-Identifier: MIT */
#ifndef PROBE_FINDINGS_H
#define PROBE_FINDINGS_H

#include <stdbool.h>

#include "input/settings.h"
#include "result/result.h"

/*
 * What there is to be said against an outcome, as it is found: the worst verdict, the class of the
 * first that is as bad, and all of them in one sentence: "HTTP 500; content: no 'pong' in it".
 */
struct findings {
    const struct check *check; /* whose --accept and --warn decide what a class comes to */
    enum verdict verdict;
    enum cause cause;
    char *message;       /* owned; NULL where there is nothing, or memory was short */
    enum cause last;     /* what the message ends with */
    bool names_location; /* it says already where a redirect led */
};

/*
 * Adds what may make the verdict WARN or FAILED. Whether it counts: what is accepted is no remark.
 */
bool findings_add(struct findings *findings, enum verdict verdict, enum cause cause,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
