/* SPDX-License-Identifier: MIT */
#ifndef PROBE_FAILURE_TLS_H
#define PROBE_FAILURE_TLS_H

#include "failure_parts.h"

/* A certificate of the chain did not pass verification. */
struct failure failure_certificate(const struct outcome *outcome);

/* The TLS handshake failed. */
struct failure failure_handshake(const struct outcome *outcome);

/*
 * Whether the connection was lost after the server had requested a client certificate, before any
 * response. A server that rejects the certificate, or that there is none, sends an alert and closes
 * the connection. In TLS 1.3 the client has sent its request by then, and the end of the connection
 * can overtake the alert.
 */
bool failure_is_client_cert(const struct outcome *outcome);
struct failure failure_client_cert(const struct outcome *outcome);

#endif
