/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <errno.h>

#include "sink.h"
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

/* For spool_visit(). */
struct section_visit {
    struct format_context *context;
    section_visitor *visit;
    void *argument;
};

static bool visit_piece(void *visit, const char *bytes, size_t count)
{
    const struct section_visit *of = visit;

    of->visit(of->context, of->argument, bytes, count);
    return sink_settle(of->context->sink) == 0;
}

void format_visit_section(struct format_context *context, size_t section, section_visitor *visit,
                          void *argument)
{
    struct section_visit of = {context, visit, argument};

    if (spool_visit(context->spool, section, visit_piece, &of) && !context->sink->write_errno)
        context->sink->write_errno = errno;
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
