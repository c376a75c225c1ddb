/* SPDX-License-Identifier: MIT */
#ifndef RESULT_VERDICT_H
#define RESULT_VERDICT_H

#include "base/cause.h"

/*
 * From good to bad: a greater value is worse. FLAKY: failed, then passed a confirmation. UNKNOWN:
 * nothing is known of the URL, whatever else was seen: its class is one of cause_is_of_run().
 */
enum verdict {
    VERDICT_OK,
    VERDICT_WARN,
    VERDICT_FLAKY,
    VERDICT_FAILED,
    VERDICT_UNKNOWN,
    VERDICT_COUNT
};

/* The verdict if there was no response, for that reason: FAILED or UNKNOWN. */
enum verdict verdict_of_cause(enum cause cause);

/* The word for users: "OK", "WARN", "FLAKY", "FAILED", "UNKNOWN". Static. */
const char *verdict_name(enum verdict verdict);

#endif
