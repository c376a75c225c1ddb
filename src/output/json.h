/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_JSON_H
#define OUTPUT_JSON_H

#include <jansson.h>

#include "input/target.h"

/* Values of JSON that more than one format has. All are new references; NULL if memory is short. */

/* Text from outside, made fit to be shown by escape (base/escape.h); null for NULL or "". */
json_t *json_text(char *(*escape)(const char *), const char *text);

/* {"file": ..., "line": ...} */
json_t *json_source(const struct source *source);

#endif
