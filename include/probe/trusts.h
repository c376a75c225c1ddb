/* SPDX-License-Identifier: MIT */
#ifndef PROBE_TRUSTS_H
#define PROBE_TRUSTS_H

#include "probe/trust.h"

/* What the checks of a run trust: one struct trust for each CA file that any of them names. */
struct trusts;

/* NULL with errno ENOMEM. */
struct trusts *trusts_new(void);

/* Frees all of them too. NULL is fine. */
void trusts_free(struct trusts *trusts);

/*
 * The trust of a check, made by trust_new() at the first call for its CA file. It lives as long as
 * the trusts. NULL with the reason. Any thread.
 */
struct trust *trusts_get(struct trusts *trusts, const struct check *check, struct reason *reason);

#endif
