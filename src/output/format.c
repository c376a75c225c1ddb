/* SPDX-License-Identifier: MIT */
#include "format.h"

#include "spool.h"

struct text *format_section(const struct format_context *context, size_t section)
{
    return spool_section(context->spool, section);
}

void format_copy_section(struct format_context *context, size_t section)
{
    spool_copy(context->spool, section, context->sink);
}

const char *format_place(const struct format_context *context)
{
    return context->totals->place ? context->totals->place : context->place;
}
