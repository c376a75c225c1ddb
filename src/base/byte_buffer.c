/* SPDX-License-Identifier: MIT */
#include "base/byte_buffer.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM ((size_t)4096)

static int make_room(struct byte_buffer *buffer, size_t wanted)
{
    size_t room = buffer->room ? buffer->room : FIRST_ROOM;
    char *grown;

    if (wanted <= buffer->room)
        return 0;
    while (room < wanted)
        room *= 2;
    grown = realloc(buffer->bytes, room);
    if (!grown)
        return -1;
    buffer->bytes = grown;
    buffer->room = room;
    return 0;
}

int byte_buffer_append(struct byte_buffer *buffer, const char *bytes, size_t count, size_t limit)
{
    size_t left = buffer->length < limit ? limit - buffer->length : 0;

    if (count > left)
        count = left;
    if (make_room(buffer, buffer->length + count + 1))
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
