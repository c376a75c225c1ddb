/* SPDX-License-Identifier: MIT */
#ifndef PROBE_JUDGE_H
#define PROBE_JUDGE_H

#include "input/target.h"
#include "result/result.h"

/*
 * Judges the outcome, which it takes over, and fills *result with it. Cannot fail: where there is no
 * memory to say what was seen, that is the result: class local, without a message.
 */
void judge_outcome(const struct target *target, struct outcome *outcome, struct result *result);

#endif
