/* SPDX-License-Identifier: MIT */
#include "markdown_table.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "change_text.h"

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
static bool needs_padding(const char *class, const char *text)
{
    size_t length = strlen(text);
    char first = *class ? *class : *text, last = length ? text[length - 1] : ' ';

    if (!*class && strspn(text, " ") == length)
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
 * would escape it. If there is a class, "class: " comes first in the span.
 */
static void print_code_after(struct text *out, const char *class, const char *escaped)
{
    size_t fences = longest_fence(escaped) + 1;
    const char *padding = needs_padding(class, escaped) ? " " : "";

    print_fence(out, fences);
    text_add_all(out, padding, class, *class ? ": " : "");
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

static void print_code(struct text *out, const char *escaped)
{
    print_code_after(out, "", escaped);
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

void markdown_print_trouble(struct text *out, const char *trouble)
{
    text_add(out, "**urlcheck:** ");
    print_code_text(out, escape_text, trouble);
    text_add_char(out, '\n');
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
    if (context->totals->lesser_trouble) {
        text_add_char(out, '\n');
        markdown_print_trouble(out, context->totals->lesser_trouble);
    }
    if (context->count)
        text_add(out, "\n| Verdict | Status | Time | URL | Reason |\n|:--|--:|--:|:--|:--|\n");
}

static void print_numbers(struct text *out, const struct result *result)
{
    int status = result_status(result);

    text_add(out, "| ");
    if (status) {
        text_add_decimal(out, status, 0);
        text_add_char(out, ' ');
    }
    text_add(out, "| ");
    if (result->outcome.total_us) {
        text_add_decimal(out, us_to_ms(result->outcome.total_us), 3);
        text_add(out, " s ");
    }
}

/* "DOWN since 14:05 CET. ": text of our own, whose characters mean nothing in Markdown. */
static void print_change(struct text *out, const struct result *result)
{
    char text[CHANGE_TEXT_BYTES];

    if (result->transition.change != CHANGE_NONE)
        text_addf(out, "%s. ", change_text_now(text, result));
}

void markdown_print_row(struct text *out, struct shown *shown)
{
    const struct result *result = shown->result;
    const char *name = shown_text(shown, SHOWN_NAME);

    text_add_all(out, "| ", symbol_of(result->verdict), " ", verdict_name(result->verdict), " ");
    print_numbers(out, result);
    text_add(out, "| ");
    if (name && *name) {
        print_code(out, name);
        text_add_char(out, ' ');
    }
    print_code(out, shown_text(shown, SHOWN_URL));
    text_add(out, " | ");
    print_change(out, result);
    if (result->cause != CAUSE_NONE) {
        print_code_after(out, cause_name(result->cause), shown_text(shown, SHOWN_REASON));
        text_add_char(out, ' ');
    }
    text_add(out, "|\n");
}
