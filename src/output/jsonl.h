/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_JSONL_H
#define OUTPUT_JSONL_H

#include "format.h"

/*
 * Prints the result as one JSON object, on one line, without a newline: of jsonl, and of json's results.
 * It is made once for all formats of a run.
 */
void jsonl_print(struct format_context *context, struct text *out);

#endif
