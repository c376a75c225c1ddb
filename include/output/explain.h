/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_EXPLAIN_H
#define OUTPUT_EXPLAIN_H

#include <stdio.h>

#include "input/target.h"

/*
 * Writes, on one line, the curl command that asks what the target asks: a POSIX shell runs it, and
 * it prints the status and the last URL. Secrets stand in it as they were given: those from files
 * as the file's name, others as they are. What curl has no word for is left out. The target has no
 * problem.
 * 0, or -1 with errno ENOMEM; errors of the stream are left in it.
 */
int explain_target(FILE *file, const struct target *target);

#endif
