/* SPDX-License-Identifier: MIT */
#include "base/byte_buffer.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY ((size_t)4096)

static int reserve(struct byte_buffer *buffer, size_t needed)
{
    size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
    char *grown;

    if (needed <= buffer->capacity)
        return 0;
    while (capacity < needed)
        capacity *= 2;
    grown = realloc(buffer->bytes, capacity);
    if (!grown)
        return -1;
    buffer->bytes = grown;
    buffer->capacity = capacity;
    return 0;
}

int byte_buffer_append(struct byte_buffer *buffer, const char *bytes, size_t count,
                       size_t length_max)
{
    size_t left = buffer->length < length_max ? length_max - buffer->length : 0;

    if (count > left)
        count = left;
    if (reserve(buffer, buffer->length + count + 1))
        return -1;
    memcpy(buffer->bytes + buffer->length, bytes, count);
    buffer->length += count;
    return 0;
}

void byte_buffer_clear(struct byte_buffer *buffer)
{
    buffer->length = 0;
}

void byte_buffer_release(struct byte_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct byte_buffer){0};
}
