/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_DUMP_H
#define OUTPUT_DUMP_H

#include <stdio.h>

#include "input/target.h"

/*
 * Writes what would be checked as one line of JSON: {"url", "name", "source", "options"}, in
 * options all that is not as by default, by the options' names; times are in seconds, sizes in
 * bytes, secrets ***. For a target with a problem {"url", "source", "problem"}.
 * 0, or -1 with errno ENOMEM; errors of the stream are left in it.
 */
int dump_target(FILE *file, const struct target *target);

#endif
