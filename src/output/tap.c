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
    text_add(context->out, "TAP version 13\n");
}

/* A # begins a directive, a backslash escapes. */
static void print_description(struct text *out, const char *escaped)
{
    while (*escaped) {
        size_t plain = strcspn(escaped, "#\\");

        text_add_bytes(out, escaped, plain);
        escaped += plain;
        if (*escaped)
            text_addf(out, "\\%c", *escaped++);
    }
}

static void print_string(struct text *out, const char *key, const char *escaped)
{
    text_add_all(out, "  ", key, ": ");
    json_print_escaped(out, escaped);
    text_add_char(out, '\n');
}

/* What --changes tells. */
static void print_transition(struct text *out, const struct transition *transition)
{
    char since[FIELD_DATE_BYTES];

    if (transition->change == CHANGE_NONE)
        return;
    print_string(out, "change", change_name(transition->change));
    field_date(since, transition->since_us / CLOCK_S, transition->since_us % CLOCK_S);
    if (*since)
        print_string(out, "since", since);
}

/* What a remark, a failure or a change is about. */
static void print_block(struct text *out, struct shown *shown)
{
    const struct result *result = shown->result;
    const struct source *source = &result->target->source;
    int status = result_status(result);

    text_add(out, "  ---\n");
    if (result->verdict != VERDICT_FAILED)
        print_string(out, "verdict", verdict_name(result->verdict));
    if (result->cause != CAUSE_NONE)
        print_string(out, "message", shown_text(shown, SHOWN_REASON));
    if (result->verdict == VERDICT_FAILED)
        print_string(out, "severity", "fail");
    if (result->cause != CAUSE_NONE)
        print_string(out, "class", cause_name(result->cause));
    text_add(out, "  status: ");
    if (status)
        text_add_decimal(out, status, 0);
    else
        text_add(out, "null");
    text_add(out, "\n  time_total: ");
    text_add_decimal(out, us_to_ms(result->outcome.total_us), 3);
    text_add_char(out, '\n');
    print_transition(out, &result->transition);
    if (source->file) {
        text_add(out, "  at:\n  ");
        print_string(out, "file", shown_text(shown, SHOWN_FILE));
        text_add(out, "    line: ");
        text_add_decimal(out, (int64_t)source->line, 0);
        text_add_char(out, '\n');
    }
    text_add(out, "  ...\n");
}

static void print_result(struct format_context *context, const struct result *result)
{
    struct shown *shown = context->shown;
    struct text *out = context->out;
    bool is_unknown = result->verdict == VERDICT_UNKNOWN;

    text_add(out, result->verdict == VERDICT_FAILED ? "not ok " : "ok ");
    text_add_decimal(out, (int64_t)context->count, 0);
    text_add(out, " - ");
    print_description(out, shown_text(shown, SHOWN_CASE));
    if (is_unknown) {
        text_add_all(out, " # SKIP ", cause_name(result->cause), ": ");
        print_description(out, shown_text(shown, SHOWN_REASON));
    }
    text_add_char(out, '\n');
    if ((result->cause != CAUSE_NONE || result->transition.change != CHANGE_NONE) && !is_unknown)
        print_block(out, shown);
}

/* For people: readers of TAP skip comments. */
static void print_comment(struct text *out, const char *text)
{
    text_add(out, "# ");
    field_print(out, escape_text, text);
    text_add_char(out, '\n');
}

static void end(struct format_context *context)
{
    if (context->totals->lesser_trouble)
        print_comment(context->out, context->totals->lesser_trouble);
    if (context->count)
        text_addf(context->out, "1..%zu\n", context->count);
    else
        text_add(context->out, "1..0 # SKIP no URLs\n");
}

static bool trouble(struct format_context *context)
{
    char *reason = escape_text(context->totals->trouble);

    text_addf(context->out, "Bail out! %s\n", reason);
    free(reason);
    return true;
}

const struct format format_tap = {.begin = begin,
                                  .result = print_result,
                                  .end = end,
                                  .trouble = trouble};
