/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_EXPLAIN_H
#define OUTPUT_EXPLAIN_H

#include <stdio.h>

#include "input/target.h"

/*
 * Writes, on one line, the curl command that sends the same requests: for a POSIX shell; it prints
 * the status and the last URL. A secret from a file or variable appears as that file or variable,
 * any other as it was given. Options that curl does not have are left out. The target has no problem.
 * Errors of the stream are left in it.
 */
void explain_target(FILE *file, const struct target *target);

#endif
