/* SPDX-License-Identifier: MIT */
#ifndef PROBE_JUDGE_H
#define PROBE_JUDGE_H

#include "input/target.h"
#include "result/result.h"

/*
 * Judges what was observed by what the target's check expects, and fills in *result. Moves *outcome
 * into it; *outcome is then empty. Any thread.
 */
void judge_outcome(const struct target *target, struct outcome *outcome, struct result *result);

#endif
