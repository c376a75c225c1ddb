/* SPDX-License-Identifier: MIT */
#ifndef PROBE_FAILURE_PROXY_H
#define PROBE_FAILURE_PROXY_H

#include "failure_parts.h"

/* A SOCKS proxy did not connect. */
struct failure failure_socks(const struct outcome *outcome);

/* An HTTP proxy did not open the tunnel that CONNECT requests. */
struct failure failure_tunnel(const struct outcome *outcome);

#endif
