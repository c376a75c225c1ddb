/* SPDX-License-Identifier: MIT */
#ifndef PROBE_REPEATS_H
#define PROBE_REPEATS_H

#include "call.h"

/* Which requests are repeated within their check, if time is left. */

/*
 * Whether an https server may have ended a new connection because it speaks HTTP/2 only, and HTTP/2
 * is to be offered (RFC 9113, section 3.2). Such servers close or reset the connection, send frames of
 * HTTP/2, or find no common protocol in the TLS handshake. One that chose HTTP/1.1 there speaks it.
 */
bool repeats_with_http2(const struct call *call, const struct outcome *outcome);

/*
 * Whether the server rejected HEAD, with a status or by closing the connection, and the check does
 * not expect that. Servers reject HEAD with almost any status. But after Retry-After the
 * request is not repeated at once.
 */
bool repeats_as_get(const struct call *call, const struct outcome *outcome);

/*
 * Whether the failure may be due to what an earlier request left on the connection, and the request
 * may be repeated.
 *
 * A server whose timer for idle connections ends sends 408, unasked: if a request is on its way, that
 * looks like its response (RFC 9110, section 15.5.9). An HTTP/2 server that is reloaded ends even a
 * new connection without a response (RFC 9113, section 6.8). After a timeout, no time is left.
 */
bool repeats_on_new_connection(const struct call *call, const struct outcome *outcome);

#endif
