/* SPDX-License-Identifier: MIT */
#include "probe/excerpt.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM ((size_t)4096)

static int make_room(struct excerpt *excerpt, size_t wanted)
{
    size_t room = excerpt->room ? excerpt->room : FIRST_ROOM;
    char *grown;

    if (wanted <= excerpt->room)
        return 0;
    while (room < wanted)
        room *= 2;
    grown = realloc(excerpt->bytes, room);
    if (!grown)
        return -1;
    excerpt->bytes = grown;
    excerpt->room = room;
    return 0;
}

int excerpt_add(struct excerpt *excerpt, const char *bytes, size_t count, size_t limit)
{
    size_t left = excerpt->length < limit ? limit - excerpt->length : 0;

    if (count > left)
        count = left;
    if (make_room(excerpt, excerpt->length + count + 1))
        return -1;
    memcpy(excerpt->bytes + excerpt->length, bytes, count);
    excerpt->length += count;
    return 0;
}

void excerpt_clear(struct excerpt *excerpt)
{
    excerpt->length = 0;
}

void excerpt_release(struct excerpt *excerpt)
{
    free(excerpt->bytes);
    *excerpt = (struct excerpt){0};
}
