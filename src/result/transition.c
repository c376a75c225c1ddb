/* SPDX-License-Identifier: MIT */
#include "result/transition.h"

#include <stddef.h>
#include <string.h>

const char *change_name(enum change change)
{
    switch (change) {
    case CHANGE_NONE: break;
    case CHANGE_DOWN: return "down";
    case CHANGE_UP: return "up";
    case CHANGE_STILL_DOWN: return "still-down";
    case CHANGE_FLAPPING: return "flapping";
    case CHANGE_STEADY: return "steady";
    case CHANGE_WARNING: return "warning";
    }
    return NULL;
}

enum change change_find(const char *word)
{
    for (enum change change = CHANGE_DOWN; word && change <= CHANGE_WARNING; change++)
        if (strcmp(change_name(change), word) == 0)
            return change;
    return CHANGE_NONE;
}
