/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_JSON_VALUE_H
#define OUTPUT_JSON_VALUE_H

#include <jansson.h>
#include <stdio.h>

#include "input/target.h"

/*
 * What the JSON formats share. With memory from base/alloc.h, and with strings that are UTF-8, no
 * function of jansson that builds or prints a value fails. Values are new references.
 */

/* Makes jansson use xmalloc(). Call it before jansson is used; again is fine. */
void json_prepare(void);

/* Text from outside, escaped by a function of base/escape.h; null for NULL or "". */
json_t *json_text(char *(*escape)(const char *), const char *text);

/* {"file": ..., "line": ...} */
json_t *json_source(const struct source *source);

/* Writes the text as a JSON string, escaped by a function of base/escape.h. */
void json_print_text(FILE *file, char *(*escape)(const char *), const char *text);

/* The value on one line; releases it. The caller frees the text. */
char *json_to_text(json_t *value);

/* Writes the value on one line, without a newline, and releases it. */
void json_print(FILE *file, json_t *value);

/* The same for an object, without its last brace: more members may follow, each after a comma. */
void json_print_open(FILE *file, json_t *object);

/* Writes the value as one line and releases it. */
void json_print_line(FILE *file, json_t *value);

#endif
