/* SPDX-License-Identifier: MIT */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include "input/target.h"
#include "probe/prober.h"
#include "result/outcome.h"
#include "result/probe_options.h"

/*
 * Checks the target's URL and fills in *outcome, which the caller releases. A request that fails on
 * a reused connection is repeated once on a new one. Blocks, at most for the check's max_time, which
 * includes all repetitions, but not waiting for other name lookups. Any thread.
 */
void probe(struct prober *prober, const struct target *target, const struct probe_options *options,
           struct outcome *outcome);

#endif
