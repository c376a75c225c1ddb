/* SPDX-License-Identifier: MIT */
#ifndef PROBE_EXPECT_H
#define PROBE_EXPECT_H

#include "findings.h"
#include "result/outcome.h"

/* Compares an outcome with its check's expectations. Each difference is added to findings. */

/* For a complete response: redirects, headers, content and latency, in this order. */
void expect_response(struct outcome *outcome, struct findings *findings);

/* For the server's certificate, whether or not there was a response: --cert-expiry. */
void expect_certificate(const struct outcome *outcome, struct findings *findings);

#endif
