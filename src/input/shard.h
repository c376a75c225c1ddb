/* SPDX-License-Identifier: MIT */
#ifndef INPUT_SHARD_H
#define INPUT_SHARD_H

#include <stdbool.h>

#include "input/settings.h"
#include "input/target.h"

/*
 * Whether a target is in that part of its list. Each target is in exactly one part, and all targets
 * of a host are in the same. The part is the host's FNV-1a hash, folded from 64 bits to 32, modulo
 * the number of parts: the same on all machines and in all versions. A target without a host is
 * hashed by its key.
 */
bool shard_includes(const struct shard *shard, const struct target *target);

#endif
