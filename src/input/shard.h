/* SPDX-License-Identifier: MIT */
#ifndef INPUT_SHARD_H
#define INPUT_SHARD_H

#include <stdbool.h>

#include "input/settings.h"
#include "input/target.h"

/*
 * Whether a target is of that part of its list. Each target is of exactly one part, and all of a
 * host's are of the same: the part is the host's FNV-1a hash, its 64 bits folded to 32, modulo the
 * count of parts, on any machine and in any version. What has no host is hashed as it was given.
 */
bool shard_holds(const struct shard *shard, const struct target *target);

#endif
