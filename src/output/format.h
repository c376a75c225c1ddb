/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_FORMAT_H
#define OUTPUT_FORMAT_H

#include <stdbool.h>
#include <stdio.h>

#include "input/format_names.h"
#include "result/result.h"

/* How a sink wants its records. */
struct style {
    bool color;
    bool verbose;
};

/*
 * A format: how results become records. Errors of the stream are left in it, for the sink to find.
 * record() returns 0, or -1 with errno ENOMEM; it has then written nothing.
 */
struct format {
    int (*record)(FILE *file, const struct result *result, const struct style *style);
};

#define FORMAT_DECLARATION(name) extern const struct format format_##name;
FORMAT_LIST(FORMAT_DECLARATION)
#undef FORMAT_DECLARATION

#endif
