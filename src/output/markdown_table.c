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

static void print_fence(FILE *file, size_t length)
{
    while (length--)
        fputc('`', file);
}

/*
 * Text that base/escape.h has escaped and that is not empty, as a code span
 * (https://github.github.com/gfm/#code-spans). \| is a pipe in a table. If a backslash is before the
 * pipe, parsers do not agree about which of the two is escaped: so \x7c is printed, as base/escape.h
 * would escape it.
 */
static void print_code(FILE *file, const char *escaped)
{
    size_t fences = longest_fence(escaped) + 1;
    const char *padding = needs_padding(escaped) ? " " : "";

    print_fence(file, fences);
    fputs(padding, file);
    for (const char *c = escaped; *c;) {
        size_t plain = strcspn(c, "|");

        fwrite(c, 1, plain, file);
        c += plain;
        if (*c == '|') {
            fputs(c > escaped && c[-1] == '\\' ? "\\x7c" : "\\|", file);
            c++;
        }
    }
    fputs(padding, file);
    print_fence(file, fences);
}

/* The same for text from outside, which is escaped by a function of base/escape.h first. */
static void print_code_text(FILE *file, char *(*escape)(const char *), const char *text)
{
    char *escaped = escape(text);

    print_code(file, escaped);
    free(escaped);
}

/* " (1 OK, 2 WARN)": what is not FAILED. */
static void print_others(FILE *file, const struct stats *stats)
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
        fprintf(file, "%s%s %s", before, format_count(count, others[i].count),
                verdict_name(others[i].verdict));
        before = ", ";
    }
    if (*before == ',')
        fputc(')', file);
}

/* ", `urls.txt`, 2026-11-30 02:51 UTC, 3.7 s" */
static void print_run(FILE *file, const struct totals *totals)
{
    time_t time_s = (time_t)(totals->ended_at_us / CLOCK_S);
    char date[sizeof("2026-11-30 02:51 UTC") + 8], duration[UNITS_TEXT_BYTES];
    struct tm utc;

    fputs(", ", file);
    print_code_text(file, escape_text, totals->list);
    if (gmtime_r(&time_s, &utc) && strftime(date, sizeof(date), "%Y-%m-%d %H:%M UTC", &utc))
        fprintf(file, ", %s", date);
    fprintf(file, ", %s\n", format_duration(duration, totals->elapsed_us));
}

void markdown_print_head(FILE *file, const struct format_context *context)
{
    const struct stats *stats = context->totals->stats;
    char failed[UNITS_TEXT_BYTES], all[UNITS_TEXT_BYTES];

    if (stats_done(stats))
        fprintf(file, "**urlcheck: %s of %s FAILED**", format_count(failed, stats->failed),
                format_count(all, stats_done(stats)));
    else
        fputs("**urlcheck: no URLs**", file);
    print_others(file, stats);
    print_run(file, context->totals);
    if (context->count)
        fputs("\n| Verdict | Status | Time | URL | Reason |\n|:--|--:|--:|:--|:--|\n", file);
}

void markdown_print_trouble(FILE *file, const struct totals *totals)
{
    fputs("**urlcheck:** ", file);
    print_code_text(file, escape_text, totals->trouble);
    fputc('\n', file);
}

static void print_numbers(FILE *file, const struct result *result)
{
    int status = result_status(result);

    if (status)
        fprintf(file, "| %d ", status);
    else
        fputs("| ", file);
    fputs("| ", file);
    if (result->outcome.total_us) {
        field_print_decimal(file, us_to_ms(result->outcome.total_us), 3);
        fputs(" s ", file);
    }
}

/* "`class: sentence` " */
static void print_reason(FILE *file, const struct result *result)
{
    char *message = escape_text(field_message(result));
    char *reason = xasprintf("%s: %s", cause_name(result->cause), message);

    print_code(file, reason);
    fputc(' ', file);
    free(reason);
    free(message);
}

/* "DOWN since 14:05 CET. ": text of our own, whose characters mean nothing in Markdown. */
static void print_change(FILE *file, const struct result *result)
{
    char text[CHANGE_TEXT_BYTES];

    if (result->transition.change != CHANGE_NONE)
        fprintf(file, "%s. ", change_text_now(text, result));
}

void markdown_print_row(FILE *file, const struct result *result)
{
    const struct target *target = result->target;

    fprintf(file, "| %s %s ", symbol_of(result->verdict), verdict_name(result->verdict));
    print_numbers(file, result);
    fputs("| ", file);
    if (target->name && *target->name) {
        print_code_text(file, escape_text, target->name);
        fputc(' ', file);
    }
    print_code_text(file, escape_url, *target->given ? target->given : "''");
    fputs(" | ", file);
    print_change(file, result);
    if (result->cause != CAUSE_NONE)
        print_reason(file, result);
    fputs("|\n", file);
}
