/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_JSONL_H
#define OUTPUT_JSONL_H

#include <jansson.h>

#include "result/result.h"

/* The object of a result, as jsonl and json print it: a new reference. place: where this run looks from. */
json_t *jsonl_object(const struct result *result, const char *place);

#endif
