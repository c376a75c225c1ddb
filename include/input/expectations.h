/* SPDX-License-Identifier: MIT */
#ifndef INPUT_EXPECTATIONS_H
#define INPUT_EXPECTATIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/cause.h"

/* Arguments of options about expectations. They are kept as texts and read when they are used. */

/*
 * A list for --accept and --warn: statuses from 100 to 999 ("200", "200-299" with both ends, "4xx")
 * and classes, separated by commas. The classes bad-input, local, deadline and cancelled, which say
 * nothing about a server, are not allowed.
 */

/* Whether a list is valid. 0; or -1 with the reason, which names the first wrong item. */
int statuses_check(const char *list, struct error *error);

/* Whether a valid list contains the status, or the class. */
bool statuses_hold_status(const char *list, int status);
bool statuses_hold_cause(const char *list, enum cause cause);

/*
 * Reads the "WARN[,FAIL]" of --cert-expiry. Both are times, but a number without a unit is days; a
 * missing FAIL is 0. 0; or -1 if one is not a time, is TIME_TOO_LONG_US (base/units.h), or FAIL is
 * longer than WARN.
 */
int expiry_parse(const char *text, int64_t *warn_us, int64_t *fail_us);

#endif
