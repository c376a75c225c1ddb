/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_FORMAT_H
#define OUTPUT_FORMAT_H

#include <stdbool.h>
#include <stdio.h>

#include "input/format_names.h"
#include "result/result.h"

struct format_options {
    bool color;
    bool verbose;
    bool timestamp;
    size_t columns; /* of the terminal; 0: it is none */
};

/* An output format: format_text for the word "text" of FORMAT_LIST, and so on. */
struct format {
    /* Writes one result. Errors of the stream are left in it. Main thread. */
    void (*record)(FILE *file, const struct result *result, const struct format_options *options);
};

#define FORMAT_DECLARATION(name) extern const struct format format_##name;
FORMAT_LIST(FORMAT_DECLARATION)
#undef FORMAT_DECLARATION

#endif
