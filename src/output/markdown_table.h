/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_MARKDOWN_TABLE_H
#define OUTPUT_MARKDOWN_TABLE_H

#include "format.h"

/*
 * A table in GitHub Flavored Markdown (https://github.github.com/gfm/#tables-extension-), the worst
 * results first. All text from outside is in code spans: there, nothing is a link, a mention of a user
 * or HTML.
 */

/* The rows of a table are those of the first verdict here, then those of the second, ... */
extern const enum verdict markdown_order[VERDICT_COUNT];

/* A line with the counts and, if there are results, an empty line and the head of the table. */
void markdown_print_head(struct text *out, const struct format_context *context);

/* One line. */
void markdown_print_row(struct text *out, struct shown *shown);

/* Why results are missing, on one line. Not yet escaped. */
void markdown_print_trouble(struct text *out, const char *trouble);

#endif
