/* SPDX-License-Identifier: MIT */
#include "input/shard.h"

#include <stdint.h>

/* The low bits of the hash alone know too little of a name's beginning: all of it counts. */
static uint32_t hash(const char *text)
{
    uint64_t bits = UINT64_C(0xcbf29ce484222325);

    for (; *text; text++)
        bits = (bits ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return (uint32_t)(bits >> 32 ^ bits);
}

bool shard_holds(const struct shard *shard, const struct target *target)
{
    const char *text = *target->host ? target->host : target->key ? target->key : target->given;

    return shard->count <= 1 || hash(text) % shard->count == shard->index - 1;
}
