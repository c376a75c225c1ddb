/* SPDX-License-Identifier: MIT */
#ifndef PROBE_REPEATS_H
#define PROBE_REPEATS_H

#include "call.h"

/* Which requests are repeated within their check. */

/*
 * Whether the server rejected HEAD, with a status or by closing the connection, and the check does
 * not expect that. Servers reject HEAD with almost any status. But one that asks to wait is not
 * asked again at once.
 */
bool repeats_as_get(const struct call *call, const struct outcome *outcome);

/*
 * Whether the failure may be due to what an earlier request left on the connection, and the request
 * may be repeated: one with a method of its own or a body may not (RFC 9110, section 9.2.2).
 *
 * A server whose timer for idle connections ends sends 408, unasked: if a request is on its way, that
 * looks like its response (RFC 9110, section 15.5.9). An HTTP/2 server that is reloaded ends even a
 * new connection without a response (RFC 9113, section 6.8). A timeout is blamed on the connection
 * only if it was idle before: then the network may have forgotten it.
 */
bool repeats_on_new_connection(const struct call *call, const struct outcome *outcome);

#endif
