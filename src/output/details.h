/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_DETAILS_H
#define OUTPUT_DETAILS_H

#include <stdio.h>

#include "format.h"

/*
 * The indented lines below a result of the text format. With --verbose: a hint, address and HTTP version,
 * the phases that took time, how HEAD and redirects went, earlier attempts. Without it only a hint,
 * for the first failures on a terminal (options->hints). Each line begins with DETAILS_INDENT, so that no
 * script takes it for a result.
 */
#define DETAILS_INDENT "        "

void details_print(FILE *file, const struct result *result, const struct format_options *options);

#endif
