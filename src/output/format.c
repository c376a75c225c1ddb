/* SPDX-License-Identifier: MIT */
#include "format.h"

#include "results/dedup.h"
#include "spool.h"

/* On a terminal with fewer columns, the reason has a line of its own. */
#define COLUMNS_WITH_REASON 100

struct text *format_section(const struct format_context *context, size_t section)
{
    return spool_section(context->spool, section);
}

void format_copy_section(struct format_context *context, size_t section)
{
    spool_copy(context->spool, section, context->sink);
}

size_t format_case_number(const struct format_context *context)
{
    struct format_shared *shared = context->shared;
    struct dedup **cases = &shared->cases[shared->order];

    if (!*cases)
        *cases = dedup_new();
    if (shared->number == 0)
        shared->number = dedup_add_numbered(*cases, shown_text(&shared->shown, SHOWN_CASE));
    return shared->number;
}

const char *format_result_place(const struct format_context *context, const struct result *result)
{
    return result->place || context->settings->merge ? result->place : context->place;
}

const char *format_place(const struct format_context *context)
{
    return context->totals->place ? context->totals->place : context->place;
}

const char *format_before_reason(const struct format_context *context)
{
    bool is_narrow = context->columns && context->columns < COLUMNS_WITH_REASON;

    return is_narrow ? "\n" FORMAT_INDENT : "  ";
}
