/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/units.h"
#include "details.h"
#include "input/target.h"

/* SGR, "select graphic rendition": ECMA-48, 8.3.117. */
static const char *color_of(enum verdict verdict)
{
    static const char *const colors[] = {[VERDICT_OK] = "\033[32m",
                                         [VERDICT_WARN] = "\033[33m",
                                         [VERDICT_FLAKY] = "\033[35m",
                                         [VERDICT_FAILED] = "\033[31;1m",
                                         [VERDICT_UNKNOWN] = "\033[36m"};

    return colors[verdict];
}

/* The status of a complete response; else the phase that failed, as "dns". */
static void format_status(const struct result *result, char *text, size_t size)
{
    int status = result_status(result);

    if (status)
        snprintf(text, size, "%d", status);
    else /* CAUSE_LOCAL: no server was at fault, in any phase */
        snprintf(text, size, "%s",
                 phase_name(result->cause == CAUSE_LOCAL ? PHASE_NONE : result->outcome.phase));
}

static void print_escaped(FILE *file, char *(*escape)(const char *), const char *text)
{
    char *escaped = escape(text);

    fputs(escaped, file);
    free(escaped);
}

/* "(3 attempts)", unless the message already counts them, as it does for confirmations. */
static void print_attempts(FILE *file, const struct result *result)
{
    if (result->attempts > 1 && result->attempts != result->rounds && result->cause != CAUSE_NONE)
        fprintf(file, " (%d attempts)", result->attempts);
}

static void print_result(struct format_context *context, const struct result *result)
{
    FILE *file = context->out;
    const struct outcome *outcome = &result->outcome;
    const struct target *target = result->target;
    char status[16];

    format_status(result, status, sizeof(status));
    fprintf(file, "%s%-7s%s %-4s %6.3fs  ", context->color ? color_of(result->verdict) : "",
            verdict_name(result->verdict), context->color ? "\033[m" : "", status,
            us_to_seconds(outcome->total_us));
    print_escaped(file, escape_url, *target->given ? target->given : "''");
    if (target->name) {
        fputs("  (", file);
        print_escaped(file, escape_text, target->name);
        fputc(')', file);
    }
    if (result->cause != CAUSE_NONE) {
        fprintf(file, "  %s: ", cause_name(result->cause));
        print_escaped(file, escape_text, result->message ? result->message : "");
    }
    print_attempts(file, result);
    fputc('\n', file);
    details_print(context, result);
}

const struct format format_text = {.result = print_result, .state_bytes = sizeof(struct hint_log)};
