/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_WRITE_OUT_VARIABLES_H
#define OUTPUT_WRITE_OUT_VARIABLES_H

#include <jansson.h>

#include "format.h"
#include "input/write_out.h"

/* What the variables of --write-out stand for. All texts are escaped (base/escape.h). */

struct write_out_value {
    enum {
        VALUE_TEXT,
        VALUE_NUMBER,
        VALUE_STATUS, /* three digits */
        VALUE_SECONDS /* number is microseconds */
    } kind;
    int64_t number;
    char *text; /* owned; NULL: there is none */
};

/* The value of a variable, but not of those that are JSON, or of onerror. */
struct write_out_value write_out_value(const struct format_context *context,
                                       const struct result *result,
                                       enum write_out_variable variable);

/* The value of the first header of that name, of the last response; the caller frees it. NULL: none. */
char *write_out_header(const struct result *result, const char *name);

/* %{header_json}: {"name": ["value", ...], ...} of the last response, with names in lower case. */
json_t *write_out_header_json(const struct result *result);

/* %{json}: all variables, as in curl but without header_json, onerror and the parts of the URL. */
json_t *write_out_json(const struct format_context *context, const struct result *result);

#endif
