/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_DUMP_H
#define OUTPUT_DUMP_H

#include <stdio.h>

#include "input/target.h"

/*
 * Writes what would be checked as one line of JSON: {"url", "name", "source", "options"}. "options"
 * has the options that differ from their defaults: times in seconds, sizes in bytes, secrets as ***.
 * For a target with a problem: {"url", "source", "problem"}. Errors of the stream are left in it.
 */
void dump_target(FILE *file, const struct target *target);

#endif
