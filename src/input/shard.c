/* SPDX-License-Identifier: MIT */
#include "shard.h"

#include <stdint.h>
#include <string.h>

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
