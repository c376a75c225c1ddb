/* SPDX-License-Identifier: MIT */
#ifndef PROBE_FAILURE_CONNECTION_H
#define PROBE_FAILURE_CONNECTION_H

#include "failure_parts.h"

/* There was no connection. */
struct failure failure_connect(const struct outcome *outcome);

/* The connection was closed before the response was complete. */
struct failure failure_end(const struct outcome *outcome);

/* An established connection broke. */
struct failure failure_broken(const struct outcome *outcome);

/* An HTTP/2 or HTTP/3 stream was reset. */
struct failure failure_stream(const struct outcome *outcome);

#endif
