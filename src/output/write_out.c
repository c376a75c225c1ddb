/* SPDX-License-Identifier: MIT */
/*
 * --write-out: the parts of a format that the user wrote, for each result. It is the format of standard
 * output, in place of text. Nothing is added, no newline either.
 */
#include "format.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fields.h"
#include "json_value.h"
#include "write_out_variables.h"

struct state {
    bool is_in_line; /* the line has more than blanks already */
};

static void note_line(struct state *state, const char *text)
{
    const char *newline = strrchr(text, '\n');

    if (newline)
        state->is_in_line = false;
    text = newline ? newline + 1 : text;
    state->is_in_line |= text[strspn(text, " \t\r")] != '\0';
}

static void print_value(struct text *out, struct state *state, const char *text)
{
    if (state->is_in_line)
        text_add(out, text);
    else
        field_print_first(out, text);
    note_line(state, text);
}

static void print_and_free(struct text *out, struct state *state, char *text)
{
    if (text)
        print_value(out, state, text);
    free(text);
}

static void print_variable(struct format_context *context, const struct result *result,
                           enum write_out_variable variable)
{
    struct write_out_value value = write_out_value(context, result, variable);
    char number[32];

    switch (value.kind) {
    case VALUE_TEXT: print_and_free(context->out, context->state, value.text); return;
    case VALUE_NUMBER: snprintf(number, sizeof(number), "%lld", (long long)value.number); break;
    case VALUE_STATUS: snprintf(number, sizeof(number), "%03d", (int)value.number); break;
    case VALUE_SECONDS:
        snprintf(number, sizeof(number), "%lld.%06d", (long long)(value.number / CLOCK_S),
                 (int)(value.number % CLOCK_S));
        break;
    }
    print_value(context->out, context->state, number);
}

/* False: the format ends here. */
static bool print_part(struct format_context *context, const struct result *result,
                       const struct write_out_part *part)
{
    struct text *out = context->out;

    if (part->kind == WRITE_OUT_TEXT) {
        text_add(out, part->text);
        note_line(context->state, part->text);
    } else if (part->kind == WRITE_OUT_A_HEADER) {
        print_and_free(out, context->state, write_out_header(result, part->text));
    } else if (part->variable == WRITE_OUT_JSON) {
        print_and_free(out, context->state, json_to_text(write_out_json(context, result)));
    } else if (part->variable == WRITE_OUT_HEADER_JSON) {
        print_and_free(out, context->state, json_to_text(write_out_header_json(result)));
    } else if (part->variable == WRITE_OUT_ONERROR) {
        return result->verdict == VERDICT_FAILED;
    } else {
        print_variable(context, result, part->variable);
    }
    return true;
}

static void print_result(struct format_context *context, const struct result *result)
{
    const struct write_out *write_out = context->settings->write_out;

    for (size_t i = 0; i < write_out->count; i++) {
        if (!print_part(context, result, &write_out->parts[i]))
            break;
    }
}

const struct format format_write_out = {.result = print_result,
                                        .state_bytes = sizeof(struct state)};
