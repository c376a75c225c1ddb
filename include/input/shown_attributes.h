/* SPDX-License-Identifier: MIT */
#ifndef INPUT_SHOWN_ATTRIBUTES_H
#define INPUT_SHOWN_ATTRIBUTES_H

#include "input/check.h"

/*
 * Attributes as target->attributes and jsonl show them, of another run. Most say how a URL was checked, and
 * that is done; secrets are missing in them. needs= and maintenance= say what is done with the result, so
 * they are still to be applied. Returns a copy of the check with them, for struct target's own_check; NULL:
 * there are none, or none that is right.
 */
struct check *shown_attributes_apply(const char *attributes, const struct check *check);

#endif
