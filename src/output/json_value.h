/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_JSON_VALUE_H
#define OUTPUT_JSON_VALUE_H

#include <jansson.h>

#include "base/text.h"
#include "input/target.h"

/*
 * What the JSON formats share. With memory from base/alloc.h, and with strings that are UTF-8, no
 * function of jansson that builds or prints a value fails. Values are new references.
 */

/* Makes jansson use xmalloc(). Call it before jansson is used; again is fine. */
void json_prepare(void);

/* Text from outside, escaped by a function of base/escape.h; null for NULL or "". */
json_t *json_text(char *(*escape)(const char *), const char *text);

/*
 * Results are printed member by member: a tree of jansson's takes eight times as long. `before` is what
 * precedes the value: JSON_KEY("name"), after a brace or the value before.
 */
#define JSON_KEY(name) "\"" name "\":"
#define JSON_NEXT(name) "," JSON_KEY(name)

/* Text from outside, escaped by a function of base/escape.h; null for NULL or "". */
void json_put_text(struct text *out, const char *before, char *(*escape)(const char *),
                   const char *text);

/* A date, as field_date(); null for 0. */
void json_put_date(struct text *out, const char *before, int64_t time_s, int64_t fraction_us);

/* Text that is escaped already, null for NULL or ""; seconds, null if the time is negative. */
void json_print_text_or_null(struct text *out, const char *escaped);
void json_print_seconds(struct text *out, int64_t time_us);

/* The same after `before`, and a whole number. They are inline as `before` is a literal: see text_add_all(). */
static inline void json_put_escaped(struct text *out, const char *before, const char *escaped)
{
    text_add(out, before);
    json_print_text_or_null(out, escaped);
}

static inline void json_put_seconds(struct text *out, const char *before, int64_t time_us)
{
    text_add(out, before);
    json_print_seconds(out, time_us);
}

static inline void json_put_number(struct text *out, const char *before, int64_t number)
{
    text_add(out, before);
    text_add_decimal(out, number, 0);
}

/* {"file": ..., "line": ...} */
json_t *json_source(const struct source *source);

/* Writes text that base/escape.h has escaped as a JSON string. */
void json_print_escaped(struct text *out, const char *escaped);

/* The same for text from outside, which is escaped by a function of base/escape.h first. */
void json_print_text(struct text *out, char *(*escape)(const char *), const char *text);

/* The value on one line; releases it. The caller frees the text. */
char *json_to_text(json_t *value);

/* Writes the value on one line, without a newline, and releases it. */
void json_print(struct text *out, json_t *value);

/* The same for an object, without its last brace: more members may follow, each after a comma. */
void json_print_open(struct text *out, json_t *object);

/* Writes the value as one line and releases it. */
void json_print_line(struct text *out, json_t *value);

#endif
