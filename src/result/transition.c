/* SPDX-License-Identifier: MIT */
#include "result/transition.h"

#include <stddef.h>

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
