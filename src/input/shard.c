/* SPDX-License-Identifier: MIT */
#include "shard.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "base/environment.h"
#include "base/units.h"

/* The low bits of the hash depend too little on the beginning of the text: the high ones count too. */
static uint32_t hash(const char *text, size_t length)
{
    uint64_t bits = UINT64_C(0xcbf29ce484222325);

    for (const char *end = text + length; text < end; text++)
        bits = (bits ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return (uint32_t)(bits >> 32 ^ bits);
}

bool shard_includes(const struct shard *shard, const struct target *target)
{
    const char *text = *target->host ? target->host : target->key ? target->key : target->given;
    size_t length = strlen(text);

    /* "host." is the same host as "host". */
    if (*target->host && text[length - 1] == '.')
        length--;
    return shard->count <= 1 || hash(text, length) % shard->count == shard->index - 1;
}

/* The number that a variable holds. 0, or -1 with the reason. */
static int read_variable(const char *name, long *number, struct error *error)
{
    const char *value = environment_value(name), *end;

    if (!value)
        return error_set(error, "%s is not set", name);
    if (parse_number(value, 0, LONG_MAX, number, &end) || *end)
        return error_set(error, "%s is '%s', not a number", name, value);
    return 0;
}

/* The index of the first task of a Slurm job array, which has to have count tasks. */
static int find_slurm_base(size_t count, long *base, struct error *error)
{
    static const char tasks_name[] = "SLURM_ARRAY_TASK_COUNT";
    long tasks;

    if (environment_value(tasks_name)) {
        if (read_variable(tasks_name, &tasks, error))
            return -1;
        if ((size_t)tasks != count)
            return error_set(error, "%s is %ld, not %zu (submit the whole array)", tasks_name,
                             tasks, count);
    }
    return read_variable("SLURM_ARRAY_TASK_MIN", base, error);
}

int shard_find_index(size_t count, size_t *index, struct error *error)
{
    static const struct {
        const char *name;
        long base;
        bool is_slurm;
    } sources[] = {{.name = "JOB_COMPLETION_INDEX"},
                   {.name = "SLURM_ARRAY_TASK_ID", .is_slurm = true},
                   {.name = "AWS_BATCH_JOB_ARRAY_INDEX"},
                   {.name = "PARALLEL_SEQ", .base = 1}};
    const size_t source_count = sizeof(sources) / sizeof(sources[0]);
    size_t found = 0;
    long base, number;

    while (found < source_count && !environment_value(sources[found].name))
        found++;
    if (found == source_count)
        return error_set(error, "none of JOB_COMPLETION_INDEX, SLURM_ARRAY_TASK_ID, "
                                "AWS_BATCH_JOB_ARRAY_INDEX and PARALLEL_SEQ is set");
    base = sources[found].base;
    if (read_variable(sources[found].name, &number, error) ||
        (sources[found].is_slurm && find_slurm_base(count, &base, error)))
        return -1;
    if (number < base || (size_t)(number - base) >= count)
        return error_set(error, "%s is %ld, not from %ld to %zu", sources[found].name, number, base,
                         (size_t)base + count - 1);
    *index = (size_t)(number - base) + 1;
    return 0;
}
