/* SPDX-License-Identifier: MIT */
#ifndef STATE_NEEDS_H
#define STATE_NEEDS_H

#include <stdbool.h>

#include "state_internal.h"

/* The names of needs=, and whether the URLs with such a name are down (url_state_suppresses()). */
struct needs;

/*
 * All names that records of this run need. If no URL of this run has the name, its last state in the file
 * counts, if it is of the last hour before now_us, or of the last 2.5 intervals: if the line was removed while
 * it was down, nothing would be reported for ever. NULL with the reason. needs_free() frees it.
 */
struct needs *needs_new(struct state *state, int64_t now_us, struct error *error);

/* NULL is fine. */
void needs_free(struct needs *needs);

/* Whether what the record needs is down, and does not need the record itself, directly or not. */
bool needs_suppress(const struct needs *needs, const struct record *record);

/* A record of this run that needs a name which neither a URL of this run nor a recent one in the file has; or NULL. */
const struct record *needs_find_unknown(const struct needs *needs, const struct state *state);

#endif
