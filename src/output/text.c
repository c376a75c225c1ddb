/* SPDX-License-Identifier: MIT */
#include "format.h"

#include <syslog.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "change_text.h"
#include "details.h"
#include "fields.h"
#include "input/target.h"

/* SGR, "select graphic rendition": ECMA-48, 8.3.117. Yellow would be hard to read on white. */
static const char *color_of(enum verdict verdict)
{
    static const char *const colors[] = {[VERDICT_OK] = "\033[32m",
                                         [VERDICT_WARN] = "\033[1m",
                                         [VERDICT_FLAKY] = "\033[35m",
                                         [VERDICT_FAILED] = "\033[31;1m",
                                         [VERDICT_UNKNOWN] = "\033[36m"};

    return colors[verdict];
}

/* Of syslog(3). */
static int priority_of(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_OK: return LOG_INFO;
    case VERDICT_FAILED: return LOG_ERR;
    default: return LOG_WARNING;
    }
}

/* --timestamp: when the result was known. What was not checked has the present time. */
static void print_time(struct text *out, const struct outcome *outcome)
{
    field_print_local_time(out, outcome->started_at_us ? outcome->started_at_us + outcome->total_us
                                                       : clock_read_us(CLOCK_REALTIME));
    text_add_char(out, ' ');
}

/* The status of a complete response; else the phase that failed, as "dns". */
static const char *format_status(char text[UNITS_TEXT_BYTES], const struct result *result)
{
    int status = result_status(result);

    if (status)
        return format_decimal(text, status, 0);
    /* CAUSE_LOCAL: no server was at fault, in any phase */
    return phase_name(result->cause == CAUSE_LOCAL ? PHASE_NONE : result->outcome.phase);
}

/* "(3 attempts)", unless the message already counts them, as it does for confirmations. */
static void print_attempts(struct text *out, const struct result *result)
{
    if (result->attempts > 1 && result->attempts != result->rounds && result->cause != CAUSE_NONE)
        text_addf(out, " (%d attempts)", result->attempts);
}

/* Verdict, status and time. */
static void print_columns(const struct format_context *context, const struct result *result)
{
    struct text *out = context->out;
    char status[UNITS_TEXT_BYTES], time[UNITS_TEXT_BYTES];

    text_add(out, context->color ? color_of(result->verdict) : "");
    text_add_left(out, verdict_name(result->verdict), 7);
    text_add_all(out, context->color ? "\033[m" : "", " ");
    text_add_left(out, format_status(status, result), 4);
    text_add_char(out, ' ');
    text_add_right(out, format_decimal(time, us_to_ms(result->outcome.total_us), 3), 6);
    text_add(out, "s  ");
}

static void print_result(struct format_context *context, const struct result *result)
{
    struct text *out = context->out;
    const struct outcome *outcome = &result->outcome;
    struct shown *shown = context->shown;
    char change[CHANGE_TEXT_BYTES];

    if (context->is_journal)
        text_addf(out, "<%d>", priority_of(result->verdict));
    if (context->settings->timestamp)
        print_time(out, outcome);
    print_columns(context, result);
    text_add(out, shown_text(shown, SHOWN_URL));
    if (result->target->name)
        text_add_all(out, "  (", shown_text(shown, SHOWN_NAME), ")");
    if (result->cause == CAUSE_NONE && outcome->final_url) {
        text_add(out, "  -> ");
        field_print(out, escape_url, outcome->final_url);
    }
    if (result->cause != CAUSE_NONE)
        text_add_all(out, format_before_reason(context), cause_name(result->cause), ": ",
                     shown_text(shown, SHOWN_MESSAGE));
    print_attempts(out, result);
    text_add_all(out, change_mark(change, result), "\n");
    details_print(context, result);
}

const struct format format_text = {.result = print_result, .state_bytes = sizeof(struct hint_log)};
