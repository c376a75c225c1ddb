/* SPDX-License-Identifier: MIT */
#ifndef INPUT_OPTION_CONFLICTS_H
#define INPUT_OPTION_CONFLICTS_H

#include "base/error.h"
#include "input/settings.h"

/*
 * Whether the options of a command line go together, which cannot be known before all have been read. 0,
 * or -1 with the reason, a sentence for users.
 */
int option_conflicts_validate(const struct settings *settings, struct error *error);

#endif
