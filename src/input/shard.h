/* SPDX-License-Identifier: MIT */
#ifndef INPUT_SHARD_H
#define INPUT_SHARD_H

#include <stdbool.h>

#include "base/error.h"
#include "input/settings.h"
#include "input/target.h"

/*
 * Whether a target is in that part of its list. Each target is in exactly one part, and all targets
 * of a host are in the same. The part is the host's FNV-1a hash, folded from 64 bits to 32, modulo
 * the number of parts: the same on all machines and in all versions. A target without a host is
 * hashed by its key.
 */
bool shard_includes(const struct shard *shard, const struct target *target);

/*
 * The index, from 1 to count, that a batch system has given to this process: from the first of these
 * variables that is set and not empty.
 *   JOB_COMPLETION_INDEX        Kubernetes Indexed Job: from 0
 *   SLURM_ARRAY_TASK_ID         Slurm job array: from SLURM_ARRAY_TASK_MIN
 *   AWS_BATCH_JOB_ARRAY_INDEX   AWS Batch array job: from 0
 *   PARALLEL_SEQ                GNU parallel: from 1
 * If Slurm says (SLURM_ARRAY_TASK_COUNT) that the array has another number of tasks, that is an error:
 * when only some tasks are submitted again, SLURM_ARRAY_TASK_MIN is another one.
 * 0; or -1 with the reason if none is set or the index is not in that range.
 */
int shard_find_index(size_t count, size_t *index, struct error *error);

#endif
