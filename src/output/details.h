/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_DETAILS_H
#define OUTPUT_DETAILS_H

#include "format.h"
#include "hint.h"

/*
 * The indented lines below a result of the text format. With --verbose: a hint, address and HTTP version,
 * the phases that took time, how HEAD and redirects went, earlier attempts. Without it only a hint,
 * for the first failures on a terminal: the format's state begins with a struct hint_log. Each line begins with
 * FORMAT_INDENT.
 */

void details_print(struct format_context *context, const struct result *result);

#endif
