/* SPDX-License-Identifier: MIT */
#ifndef PROBE_REMARKS_H
#define PROBE_REMARKS_H

#include <stdbool.h>

#include "input/settings.h"
#include "probe/verdict.h"

/*
 * What there is to be said against an outcome, as it is found: the worst verdict, the class of the
 * first that is as bad, and all of them in one sentence: "HTTP 500; content: no 'pong' in it".
 */
struct remarks {
    const struct check *check; /* whose --accept and --warn decide what a class comes to */
    enum verdict verdict;
    enum class class;
    char *message;       /* owned; NULL where there is nothing, or memory was short */
    enum class last;     /* what the message ends with */
    bool names_location; /* it says already where a redirect led */
};

/*
 * Adds what may make the verdict WARN or FAILED. Whether it counts: what is accepted is no remark.
 */
bool remarks_add(struct remarks *remarks, enum verdict verdict, enum class class,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
