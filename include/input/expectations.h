/* SPDX-License-Identifier: MIT */
#ifndef INPUT_EXPECTATIONS_H
#define INPUT_EXPECTATIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/cause.h"

/* The arguments of expectations that are read when they are judged, and checked long before. */

/*
 * What --accept and --warn list, commas between: statuses from 100 to 999 ("200", "200-299", both
 * ends included, "4xx"), and classes but those that are no answer: bad-input, local, deadline,
 * cancelled.
 */

/* 0; or -1 with the reason, which names the first wrong one. */
int statuses_check(const char *list, struct error *error);

/* Of a list that is right. */
bool statuses_hold_status(const char *list, int status);
bool statuses_hold_cause(const char *list, enum cause cause);

/*
 * --cert-expiry's "WARN[,FAIL]", times as elsewhere, but for a bare number, which is days; FAIL is
 * 0 where it is missing. 0; or -1 if one is no time, or FAIL is the longer.
 */
int expiry_parse(const char *text, int64_t *warn_us, int64_t *fail_us);

#endif
