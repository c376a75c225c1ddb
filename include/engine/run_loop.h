/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_RUN_LOOP_H
#define ENGINE_RUN_LOOP_H

#include "engine/run.h"

/*
 * Runs every target of a list through a check, many at once, and delivers exactly one result for
 * each job that was admitted. Blocks until that is done; after a signal or the deadline for at
 * most 1.6 s longer than the functions of the config take. With threads_left in the outcome, threads
 * still use the config and the jobs they check: neither may be freed.
 */
struct run_outcome run_loop(const struct run_config *config, struct list *list);

#endif
