/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <stdlib.h>

#include "base/escape.h"
#include "input/target.h"

/* SGR parameters: https://ecma-international.org/publications-and-standards/standards/ecma-48/ */
static const char *color_of(enum verdict verdict)
{
    static const char *const colors[] = {[VERDICT_OK] = "\033[32m",
                                         [VERDICT_WARN] = "\033[33m",
                                         [VERDICT_FLAKY] = "\033[35m",
                                         [VERDICT_FAILED] = "\033[31;1m"};

    return colors[verdict];
}

/* The status of a complete response, or how far it came: as "dns". */
static void format_reached(const struct result *result, char *text, size_t size)
{
    bool asked = result->cause != CAUSE_LOCAL;
    int status = result_status(result);

    if (status)
        snprintf(text, size, "%d", status);
    else
        snprintf(text, size, "%s", phase_name(asked ? result->outcome.phase : PHASE_NONE));
}

static double seconds(int64_t us)
{
    return (double)us / 1e6;
}

static void print_details(FILE *file, const struct outcome *outcome, const char *final_url)
{
    const char *address = *outcome->remote_ip ? outcome->remote_ip : "no connection";

    fprintf(file, "  (%s", address);
    if (outcome->http_version)
        fprintf(file, ", HTTP/%d%s", outcome->http_version / 10,
                outcome->http_version == 11   ? ".1"
                : outcome->http_version == 10 ? ".0"
                                              : "");
    fprintf(file, ", resolve %.3f connect %.3f tls %.3f processing %.3f transfer %.3f",
            seconds(outcome->resolve_us), seconds(outcome->connect_us), seconds(outcome->tls_us),
            seconds(outcome->processing_us), seconds(outcome->transfer_us));
    if (final_url)
        fprintf(file, ", %d redirect%s to %s", outcome->redirects,
                outcome->redirects == 1 ? "" : "s", final_url);
    fputc(')', file);
}

/* ", after 2 http-5xx, reset": what the earlier attempts came to, in their order. */
static void print_earlier(FILE *file, const struct attempts *earlier)
{
    for (size_t i = 0, same; i < earlier->count; i += same) {
        const enum cause cause = earlier->items[i].cause;

        same = 1;
        while (i + same < earlier->count && earlier->items[i + same].cause == cause)
            same++;
        fputs(i ? ", " : ", after ", file);
        if (same > 1)
            fprintf(file, "%zu ", same);
        fputs(cause_name(cause), file);
    }
}

/* Where they are not said already, as those of confirmations are. */
static void print_attempts(FILE *file, const struct result *result, bool verbose)
{
    if (result->attempts <= 1 || result->attempts == result->rounds ||
        (result->cause == CAUSE_NONE && !verbose))
        return;
    fprintf(file, "%s(%d attempts", result->cause == CAUSE_NONE ? "  " : " ", result->attempts);
    if (verbose)
        print_earlier(file, &result->earlier);
    fputc(')', file);
}

static int record(FILE *file, const struct result *result, const struct style *style)
{
    const struct outcome *outcome = &result->outcome;
    const char *cause = cause_name(result->cause);
    char *url = escape_url(result->target->given);
    char *message = escape_text(result->message ? result->message : "");
    char *final_url = outcome->final_url ? escape_url(outcome->final_url) : NULL;
    char *name = result->target->name ? escape_text(result->target->name) : NULL;
    int status = -1;
    char reached[16];

    if (!url || !message || (outcome->final_url && !final_url) || (result->target->name && !name))
        goto out;
    format_reached(result, reached, sizeof(reached));
    fprintf(file, "%s%-6s%s %-4s %6.3fs  %s", style->color ? color_of(result->verdict) : "",
            verdict_name(result->verdict), style->color ? "\033[m" : "", reached,
            seconds(outcome->total_us), *url ? url : "''");
    if (name)
        fprintf(file, "  (%s)", name);
    if (result->cause != CAUSE_NONE)
        fprintf(file, "  %s: %s", cause, message);
    print_attempts(file, result, style->verbose);
    if (style->verbose && result->cause != CAUSE_NONE)
        fprintf(file, "  hint: %s", cause_hint(result->cause));
    if (style->verbose && outcome->phase != PHASE_NONE)
        print_details(file, outcome, final_url);
    fputc('\n', file);
    status = 0;
out:
    free(name);
    free(final_url);
    free(message);
    free(url);
    return status;
}

const struct format format_text = {.record = record};
