/* SPDX-License-Identifier: MIT */
#ifndef PROBE_ADDRESSES_H
#define PROBE_ADDRESSES_H

#include "call.h"

/*
 * The addresses that a check connects to, and why there are none. Both functions block for lookups,
 * at most until the check's deadline.
 */

/* Looks up the endpoint's addresses, if needed. False: the outcome says why there are none. */
bool addresses_find(struct call *call, struct outcome *outcome);

/*
 * After a transfer: if libcurl's own lookup failed, of a proxy, a redirect's host, or a name left to
 * libcurl, the outcome gets the reason, which libcurl does not tell.
 */
void addresses_explain_failure(struct call *call, struct outcome *outcome);

#endif
