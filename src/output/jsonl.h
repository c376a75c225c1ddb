/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_JSONL_H
#define OUTPUT_JSONL_H

#include "format.h"

/*
 * The result as one JSON object, on one line, without a newline: of jsonl, and of json's results. It is
 * made once for all formats of a run; valid until the format's result() returns.
 */
const char *jsonl_text(struct format_context *context, const struct result *result);

#endif
