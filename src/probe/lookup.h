/* SPDX-License-Identifier: MIT */
#ifndef PROBE_LOOKUP_H
#define PROBE_LOOKUP_H

#include "resolver.h"

/*
 * Asks the system for the addresses of a name, and says what its answer means. Blocks for as long
 * as the system does: tens of seconds where a name server is silent. For the resolver's threads.
 */
struct resolution lookup_ask(resolver_ask *ask_system, const char *name, int family);

#endif
