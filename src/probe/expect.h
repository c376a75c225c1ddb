/* SPDX-License-Identifier: MIT */
#ifndef PROBE_EXPECT_H
#define PROBE_EXPECT_H

#include <stdbool.h>

#include "findings.h"
#include "result/outcome.h"

/* Compares an outcome with its check's expectations. Each difference is added to findings. */

/*
 * For a response: redirects, headers, content and latency, in this order. If it is not complete, what
 * was received of it is judged, and latency is not.
 */
void expect_response(struct outcome *outcome, struct findings *findings);

/* For the server's certificate, whether or not there was a response: --cert-expiry. */
void expect_certificate(const struct outcome *outcome, struct findings *findings);

/* Whether the status sends a client to another URL (RFC 9110, section 15.4). */
bool status_is_redirect(int status);

#endif
