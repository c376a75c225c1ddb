/* SPDX-License-Identifier: MIT */
/*
 * A badge for https://shields.io/badges/endpoint-badge, which allows no other members:
 *
 *     red            a URL is FAILED
 *     yellow         some are WARN, FLAKY or UNKNOWN, or urlcheck has had trouble of its own
 *     brightgreen    all are OK
 *     lightgrey      nothing is known
 */
#include "format.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "json_value.h"

static void print_result(struct format_context *context, const struct result *result)
{
    (void)context;
    (void)result;
}

static void print_badge(struct text *out, const char *message, const char *color)
{
    json_print_line(out, json_pack("{si ss ss ss}", "schemaVersion", 1, "label", "urls", "message",
                                   message, "color", color));
}

/* "37 of 40 up", "37 of 40 up, 2 unknown", "37 of 40 up, with errors" */
static char *message_of(const struct totals *totals)
{
    const struct stats *stats = totals->stats;
    size_t up = stats->ok + stats->warned + stats->flaky, known = up + stats->failed;
    const char *errors = totals->lesser_trouble ? ", with errors" : "";

    if (stats->unknown)
        return xasprintf("%zu of %zu up, %zu unknown%s", up, known, stats->unknown, errors);
    return xasprintf("%zu of %zu up%s", up, known, errors);
}

static void end(struct format_context *context)
{
    const struct totals *totals = context->totals;
    const struct stats *stats = totals->stats;
    bool all_ok = stats->ok == stats_done(stats) && !totals->lesser_trouble;
    char *message;

    if (stats_done(stats) == stats->unknown) {
        print_badge(context->out, stats->unknown || totals->lesser_trouble ? "unknown" : "no URLs",
                    "lightgrey");
        return;
    }
    message = message_of(totals);
    if (stats->failed)
        print_badge(context->out, message, "red");
    else
        print_badge(context->out, message, all_ok ? "brightgreen" : "yellow");
    free(message);
}

static bool trouble(struct format_context *context)
{
    print_badge(context->out, "unknown", "lightgrey");
    return true;
}

const struct format format_badge = {.result = print_result, .end = end, .trouble = trouble};
