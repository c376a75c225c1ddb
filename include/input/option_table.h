/* SPDX-License-Identifier: MIT */
#ifndef INPUT_OPTION_TABLE_H
#define INPUT_OPTION_TABLE_H

#include <stddef.h>

#include "input/option.h"

/*
 * The table of all options. The command line, the attributes of list lines, the identity of checks,
 * help, man page, completions, --dump and --explain are all made from it: to add an option, add an
 * entry and, if its kind is not enough, a function in option_parsers.h.
 */
#define OPTION_SPECS_MAX 128

extern const struct option_spec option_specs[];
extern const size_t option_spec_count;

/* The heading of a section. */
const char *option_section_title(enum option_section section);

/* The option with that name, or NULL. */
const struct option_spec *option_find(const char *name, size_t length);

#endif
