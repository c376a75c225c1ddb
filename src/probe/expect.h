/* SPDX-License-Identifier: MIT */
#ifndef PROBE_EXPECT_H
#define PROBE_EXPECT_H

#include "result/outcome.h"
#include "findings.h"

/*
 * What a check expects of an answer, and what is not so. Where nothing is expected nothing is done.
 */

/* Of a complete response: redirects, headers, content, latency, in this order. */
void expect_response(struct outcome *outcome, struct findings *findings);

/* Of the server's certificate, whatever came after it. */
void expect_certificate(const struct outcome *outcome, struct findings *findings);

#endif
