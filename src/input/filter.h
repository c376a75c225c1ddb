/* SPDX-License-Identifier: MIT */
#ifndef INPUT_FILTER_H
#define INPUT_FILTER_H

#include <stdbool.h>

#include "input/settings.h"
#include "input/target.h"

/*
 * --include and --exclude: whether a target is to be checked. Its URL, with a scheme, or what is
 * shown of an item that cannot be checked, matches no expression of settings->exclude and, if there
 * are any, one of settings->include. If a search exceeds the limits of pattern_search(), the target
 * is checked.
 */
bool filter_includes(const struct settings *settings, const struct target *target);

#endif
