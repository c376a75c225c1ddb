/* SPDX-License-Identifier: MIT */
/* A table in Markdown, the worst results first. It has a section for each verdict. */
#include "markdown_table.h"

static void print_result(struct format_context *context, const struct result *result)
{
    markdown_print_row(format_section(context, result->verdict), context->shown);
}

static void end(struct format_context *context)
{
    markdown_print_head(context->out, context);
    for (size_t i = 0; i < VERDICT_COUNT; i++)
        format_copy_section(context, markdown_order[i]);
}

const struct format format_markdown = {.result = print_result,
                                       .end = end,
                                       .section_count = VERDICT_COUNT};
