/* SPDX-License-Identifier: MIT */
#include "markdown_table.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "change_text.h"
#include "fields.h"

const enum verdict markdown_order[VERDICT_COUNT] = {VERDICT_FAILED, VERDICT_UNKNOWN, VERDICT_FLAKY,
                                                    VERDICT_WARN, VERDICT_OK};

/* Without variation selectors, which base/escape.h would not let pass either. */
static const char *symbol_of(enum verdict verdict)
{
    static const char *const symbols[] = {[VERDICT_OK] = "✅",
                                          [VERDICT_WARN] = "🟡",
                                          [VERDICT_FLAKY] = "🟠",
                                          [VERDICT_FAILED] = "❌",
                                          [VERDICT_UNKNOWN] = "❔"};

    return symbols[verdict];
}

/* The length of the longest row of backquotes. */
static size_t longest_fence(const char *text)
{
    size_t longest = 0;

    while (*(text += strcspn(text, "`"))) {
        size_t length = strspn(text, "`");

        longest = length > longest ? length : longest;
        text += length;
    }
    return longest;
}

/* Whether the first and last character need a blank around them: it is removed again. */
static bool needs_padding(const char *text)
{
    size_t length = strlen(text);
    char first = *text, last = text[length - 1];

    if (strspn(text, " ") == length)
        return false;
    return first == '`' || last == '`' || (first == ' ' && last == ' ');
}

static void print_fence(struct text *out, size_t length)
{
    while (length--)
        text_add_char(out, '`');
}

/*
 * Text that base/escape.h has escaped and that is not empty, as a code span
 * (https://github.github.com/gfm/#code-spans). \| is a pipe in a table. If a backslash is before the
 * pipe, parsers do not agree about which of the two is escaped: so \x7c is printed, as base/escape.h
 * would escape it.
 */
static void print_code(struct text *out, const char *escaped)
{
    size_t fences = longest_fence(escaped) + 1;
    const char *padding = needs_padding(escaped) ? " " : "";

    print_fence(out, fences);
    text_add(out, padding);
    for (const char *c = escaped; *c;) {
        size_t plain = strcspn(c, "|");

        text_add_bytes(out, c, plain);
        c += plain;
        if (*c == '|') {
            text_add(out, c > escaped && c[-1] == '\\' ? "\\x7c" : "\\|");
            c++;
        }
    }
    text_add(out, padding);
    print_fence(out, fences);
}

/* The same for text from outside, which is escaped by a function of base/escape.h first. */
static void print_code_text(struct text *out, char *(*escape)(const char *), const char *text)
{
    char *escaped = escape(text);

    print_code(out, escaped);
    free(escaped);
}

/* " (1 OK, 2 WARN)": what is not FAILED. */
static void print_others(struct text *out, const struct stats *stats)
{
    const struct {
        enum verdict verdict;
        size_t count;
    } others[] = {{VERDICT_OK, stats->ok},
                  {VERDICT_WARN, stats->warned},
                  {VERDICT_FLAKY, stats->flaky},
                  {VERDICT_UNKNOWN, stats->unknown}};
    const char *before = " (";

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        char count[UNITS_TEXT_BYTES];

        if (others[i].count == 0)
            continue;
        text_addf(out, "%s%s %s", before, format_count(count, others[i].count),
                  verdict_name(others[i].verdict));
        before = ", ";
    }
    if (*before == ',')
        text_add_char(out, ')');
}

/* ", `urls.txt`, 2026-11-30 02:51 UTC, 3.7 s" */
static void print_run(struct text *out, const struct totals *totals)
{
    time_t time_s = (time_t)(totals->ended_at_us / CLOCK_S);
    char date[sizeof("2026-11-30 02:51 UTC") + 8], duration[UNITS_TEXT_BYTES];
    struct tm utc;

    text_add(out, ", ");
    print_code_text(out, escape_text, totals->list);
    if (gmtime_r(&time_s, &utc) && strftime(date, sizeof(date), "%Y-%m-%d %H:%M UTC", &utc))
        text_addf(out, ", %s", date);
    text_addf(out, ", %s\n", format_duration(duration, totals->elapsed_us));
}

void markdown_print_head(struct text *out, const struct format_context *context)
{
    const struct stats *stats = context->totals->stats;
    char failed[UNITS_TEXT_BYTES], all[UNITS_TEXT_BYTES];

    if (stats_done(stats))
        text_addf(out, "**urlcheck: %s of %s FAILED**", format_count(failed, stats->failed),
                  format_count(all, stats_done(stats)));
    else
        text_add(out, "**urlcheck: no URLs**");
    print_others(out, stats);
    print_run(out, context->totals);
    if (context->count)
        text_add(out, "\n| Verdict | Status | Time | URL | Reason |\n|:--|--:|--:|:--|:--|\n");
}

void markdown_print_trouble(struct text *out, const struct totals *totals)
{
    text_add(out, "**urlcheck:** ");
    print_code_text(out, escape_text, totals->trouble);
    text_add_char(out, '\n');
}

static void print_numbers(struct text *out, const struct result *result)
{
    int status = result_status(result);

    if (status)
        text_addf(out, "| %d ", status);
    else
        text_add(out, "| ");
    text_add(out, "| ");
    if (result->outcome.total_us) {
        field_print_decimal(out, us_to_ms(result->outcome.total_us), 3);
        text_add(out, " s ");
    }
}

/* "`class: sentence` " */
static void print_reason(struct text *out, const struct result *result)
{
    char *message = escape_text(field_message(result));
    char *reason = xasprintf("%s: %s", cause_name(result->cause), message);

    print_code(out, reason);
    text_add_char(out, ' ');
    free(reason);
    free(message);
}

/* "DOWN since 14:05 CET. ": text of our own, whose characters mean nothing in Markdown. */
static void print_change(struct text *out, const struct result *result)
{
    char text[CHANGE_TEXT_BYTES];

    if (result->transition.change != CHANGE_NONE)
        text_addf(out, "%s. ", change_text_now(text, result));
}

void markdown_print_row(struct text *out, const struct result *result)
{
    const struct target *target = result->target;

    text_addf(out, "| %s %s ", symbol_of(result->verdict), verdict_name(result->verdict));
    print_numbers(out, result);
    text_add(out, "| ");
    if (target->name && *target->name) {
        print_code_text(out, escape_text, target->name);
        text_add_char(out, ' ');
    }
    print_code_text(out, escape_url, *target->given ? target->given : "''");
    text_add(out, " | ");
    print_change(out, result);
    if (result->cause != CAUSE_NONE)
        print_reason(out, result);
    text_add(out, "|\n");
}
