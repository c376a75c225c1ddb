/* SPDX-License-Identifier: MIT */
/*
 * The Test Anything Protocol, version 13 (https://testanything.org/tap-version-13-specification.html),
 * of which version 14 is an extension: older harnesses refuse the word 14. OK, WARN and FLAKY are ok,
 * FAILED is not ok, UNKNOWN is skipped.
 *
 * YAML is limited to what Perl's reader understands: one line for each value, strings in double
 * quotes as in JSON.
 */
#include "format.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "fields.h"
#include "json_value.h"

static void begin(struct format_context *context)
{
    fputs("TAP version 13\n", context->out);
}

/* A # begins a directive, a backslash escapes. */
static void print_description(FILE *file, const char *escaped)
{
    while (*escaped) {
        size_t plain = strcspn(escaped, "#\\");

        fwrite(escaped, 1, plain, file);
        escaped += plain;
        if (*escaped)
            fprintf(file, "\\%c", *escaped++);
    }
}

static void print_name(FILE *file, const struct target *target)
{
    char *name = field_case_name(target);

    print_description(file, name);
    free(name);
}

static void print_string(FILE *file, const char *key, const char *text)
{
    fprintf(file, "  %s: ", key);
    json_print_text(file, escape_text, text);
    fputc('\n', file);
}

/* What --changes tells. */
static void print_transition(FILE *file, const struct transition *transition)
{
    char since[FIELD_DATE_BYTES];

    if (transition->change == CHANGE_NONE)
        return;
    print_string(file, "change", change_name(transition->change));
    field_date(since, transition->since_us / CLOCK_S, transition->since_us % CLOCK_S);
    if (*since)
        print_string(file, "since", since);
}

/* What a remark, a failure or a change is about. */
static void print_block(FILE *file, const struct result *result)
{
    const struct source *source = &result->target->source;
    int status = result_status(result);

    fputs("  ---\n", file);
    if (result->verdict != VERDICT_FAILED)
        print_string(file, "verdict", verdict_name(result->verdict));
    if (result->cause != CAUSE_NONE)
        print_string(file, "message", field_message(result));
    if (result->verdict == VERDICT_FAILED)
        print_string(file, "severity", "fail");
    if (result->cause != CAUSE_NONE)
        print_string(file, "class", cause_name(result->cause));
    if (status)
        fprintf(file, "  status: %d\n", status);
    else
        fputs("  status: null\n", file);
    fputs("  time_total: ", file);
    field_print_decimal(file, us_to_ms(result->outcome.total_us), 3);
    fputc('\n', file);
    print_transition(file, &result->transition);
    if (source->file) {
        fputs("  at:\n  ", file);
        print_string(file, "file", field_source_file(source));
        fprintf(file, "    line: %zu\n", source->line);
    }
    fputs("  ...\n", file);
}

static void print_result(struct format_context *context, const struct result *result)
{
    FILE *file = context->out;
    bool is_unknown = result->verdict == VERDICT_UNKNOWN;

    fprintf(file, "%sok %zu - ", result->verdict == VERDICT_FAILED ? "not " : "", context->count);
    print_name(file, result->target);
    if (is_unknown) {
        char *reason = escape_text(field_message(result));

        fprintf(file, " # SKIP %s: ", cause_name(result->cause));
        print_description(file, reason);
        free(reason);
    }
    fputc('\n', file);
    if ((result->cause != CAUSE_NONE || result->transition.change != CHANGE_NONE) && !is_unknown)
        print_block(file, result);
}

static void end(struct format_context *context)
{
    if (context->count)
        fprintf(context->out, "1..%zu\n", context->count);
    else
        fputs("1..0 # SKIP no URLs\n", context->out);
}

static bool trouble(struct format_context *context)
{
    char *reason = escape_text(context->totals->trouble);

    fprintf(context->out, "Bail out! %s\n", reason);
    free(reason);
    return true;
}

const struct format format_tap = {.begin = begin,
                                  .result = print_result,
                                  .end = end,
                                  .trouble = trouble};
