/* SPDX-License-Identifier: MIT */
#ifndef PROBE_REDIRECT_H
#define PROBE_REDIRECT_H

#include <stdbool.h>

#include "transfer_state.h"

/*
 * What a redirect to another origin (scheme, host or port: RFC 6454, section 4) gets of a check. libcurl
 * sends credentials to the first origin only; but headers of --header, bodies and, in versions like
 * 7.88, --cookie everywhere. They may be secrets too, and the server alone decides where a redirect
 * leads.
 */

/*
 * To be called when the headers of a redirect that libcurl follows are complete: decides which
 * headers the next request has. False: the next request would send the body to another origin.
 */
bool redirect_is_allowed(struct transfer_state *state);

/* Likewise: whether the redirect leads to the origin that sent it. False if memory runs out. */
bool redirect_stays(const struct transfer_state *state);

#endif
