/* SPDX-License-Identifier: MIT */
#ifndef STATE_NEEDS_H
#define STATE_NEEDS_H

#include <stdbool.h>

#include "state_internal.h"

/* The names of needs=, and whether the URLs with such a name are down (url_state_suppresses()). */
struct needs;

/*
 * All names that records of this run need. If no URL of this run has the name, its last state in the file
 * counts, unless it is older than 2.5 hours and than 2.5 of its usual intervals
 * (history_tables_read_interval()): if the line was removed while it was down, its dependents would never be
 * reported. NULL with the reason. needs_free() frees it.
 */
struct needs *needs_new(struct state *state, int64_t now_us, struct error *error);

/* NULL is fine. */
void needs_free(struct needs *needs);

/* Whether what the record needs is down, and does not need the record itself, directly or not. */
bool needs_suppress(const struct needs *needs, const struct record *record);

/*
 * A record of this run that needs a name which neither a URL of this run nor a recent one in the file has; or
 * NULL. is_old: the file has the name, but too old.
 */
const struct record *needs_find_unknown(const struct needs *needs, const struct state *state,
                                        bool *is_old);

#endif
