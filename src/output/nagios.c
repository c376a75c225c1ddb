/* SPDX-License-Identifier: MIT */
/*
 * The output of a monitoring plugin, for Nagios, Icinga and their relatives
 * (https://www.monitoring-plugins.org/doc/guidelines.html):
 *
 *     URLCHECK CRITICAL - 2 of 6 failed, 1 warn: dns 1, http-5xx 1 | 'ok'=3;;;0;6 'warn'=1;0;;0;6 ...
 *     FAILED dns https://no.such.example/ no such host
 *     FAILED http-5xx https://example.com/ 503 Service Unavailable
 *     WARN slow https://slow.example/ 2.31 s, over 2 s
 *
 * With --changes, a line ends with what has changed, and what is up again has a line too.
 *
 * What follows the first | is performance data: Nagios looks for it in every line, so text has none.
 * URLs would break the labels of performance data: those are fixed words. Nagios and its agents cut
 * long output off; here it has at most OUTPUT_BYTES_MAX bytes, and says how many lines are missing.
 */
#include "output/nagios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/units.h"
#include "change_text.h"
#include "fields.h"
#include "format.h"

#define OUTPUT_BYTES_MAX ((size_t)4096)
#define MORE_BYTES ((size_t)40) /* of "and 18446744073709551615 more\n" */

/*
 * How many characters of a text are shown. Of the first line, a pager or a phone shows about 80, so the
 * part before the performance data is not longer, unless the numbers are.
 */
#define STATUS_CHARACTERS ((size_t)79)
#define REASON_CHARACTERS 57
#define NAME_CHARACTERS 100
#define TEXT_CHARACTERS 300

/* The lines of results with this verdict, as many as the output may have at all. */
struct lines {
    char text[OUTPUT_BYTES_MAX];
    size_t bytes;
    size_t left_out; /* lines that did not fit */
};

struct state {
    struct lines lines[VERDICT_COUNT];
};

static const char *const verdict_words[] = {[VERDICT_OK] = "ok",
                                            [VERDICT_WARN] = "warn",
                                            [VERDICT_FLAKY] = "flaky",
                                            [VERDICT_FAILED] = "failed",
                                            [VERDICT_UNKNOWN] = "unknown"};

/* How many of the URLs are good enough for --min-ok. */
static size_t count_good(const struct settings *settings, const struct stats *stats)
{
    return settings->strict ? stats->ok : stats->ok + stats->warned + stats->flaky;
}

enum nagios_state nagios_state(const struct settings *settings, const struct totals *totals)
{
    const struct stats *stats = totals->stats;
    size_t wanted = (size_t)settings->min_ok, good = count_good(settings, stats);

    if (wanted && good >= wanted)
        return totals->lesser_trouble ? NAGIOS_UNKNOWN : NAGIOS_OK;
    if (stats->failed)
        return NAGIOS_CRITICAL;
    if (totals->trouble || stats->unknown)
        return NAGIOS_UNKNOWN;
    if (wanted)
        return NAGIOS_CRITICAL;
    if (totals->lesser_trouble)
        return NAGIOS_UNKNOWN;
    return stats->warned || stats->flaky ? NAGIOS_WARNING : NAGIOS_OK;
}

/* The beginning of a text that is escaped, without a |. Frees the text; the caller frees the copy. */
static char *shown(char *escaped, size_t characters)
{
    char *excerpt = escape_excerpt(escaped, characters);
    char *copy = xmalloc(4 * strlen(excerpt) + 1), *end = copy;

    for (const char *c = excerpt; *c; c++) {
        if (*c == '|')
            end = stpcpy(end, "\\x7c");
        else
            *end++ = *c;
    }
    *end = '\0';
    free(excerpt);
    free(escaped);
    return copy;
}

/*
 * "FAILED dns https://no.such.example/ (name) no such host [DOWN since 14:05 CET]" and a newline. The
 * caller frees it.
 */
static char *line_of(const struct result *result)
{
    char change[CHANGE_TEXT_BYTES];
    const struct target *target = result->target;
    char *url = shown(escape_url(*target->given ? target->given : "''"), TEXT_CHARACTERS);
    char *name = shown(escape_text(target->name ? target->name : ""), NAME_CHARACTERS);
    char *message = shown(escape_text(field_message(result)), TEXT_CHARACTERS);
    char *line = xasprintf("%s%s%s %s%s%s%s%s%s%s\n", verdict_name(result->verdict),
                           result->cause ? " " : "", cause_name(result->cause), url,
                           target->name ? " (" : "", name, target->name ? ")" : "",
                           *message ? " " : "", message, change_mark(change, result));

    free(url);
    free(name);
    free(message);
    return line;
}

static void print_result(struct format_context *context, const struct result *result)
{
    struct state *state = context->state;
    struct lines *lines = &state->lines[result->verdict];
    char *line;
    size_t bytes;

    if (result->verdict == VERDICT_OK && result->transition.change == CHANGE_NONE)
        return;
    if (lines->left_out) { /* no shorter line takes the place of one that did not fit */
        lines->left_out++;
        return;
    }
    line = line_of(result);
    bytes = strlen(line);
    if (lines->bytes + bytes > sizeof(lines->text)) {
        lines->left_out++;
    } else {
        memcpy(lines->text + lines->bytes, line, bytes);
        lines->bytes += bytes;
    }
    free(line);
}

/* The verdict that the first line begins with. */
static enum verdict leading_verdict(enum nagios_state state, const struct stats *stats)
{
    switch (state) {
    case NAGIOS_WARNING: return stats->warned ? VERDICT_WARN : VERDICT_FLAKY;
    case NAGIOS_CRITICAL: return stats->failed ? VERDICT_FAILED : VERDICT_OK;
    case NAGIOS_UNKNOWN: return stats->unknown ? VERDICT_UNKNOWN : VERDICT_OK;
    case NAGIOS_OK: break;
    }
    return VERDICT_OK;
}

/*
 * Appends ": dns 11, http-5xx 2, ..." to the text: the classes with the most results, as many as fit.
 * Returns the new length.
 */
static size_t add_classes(char *text, size_t length, const size_t counts[CAUSE_COUNT])
{
    static const char more[] = ", ...";
    const char *before = ": ";
    enum cause cause = CAUSE_NONE;

    while ((cause = stats_next_class(counts, cause)) != CAUSE_NONE) {
        char class_text[STATUS_CHARACTERS];
        size_t bytes = (size_t)snprintf(class_text, sizeof(class_text), "%s%s %zu", before,
                                        cause_name(cause), counts[cause]);

        if (length + bytes + strlen(more) > STATUS_CHARACTERS)
            return length + (size_t)sprintf(text + length, "%s", *before == ',' ? more : "");
        memcpy(text + length, class_text, bytes + 1);
        length += bytes;
        before = ", ";
    }
    return length;
}

/* Appends "; cannot open 's.db': Permission denied". Returns the new length. */
static size_t add_lesser_trouble(char *text, size_t size, size_t length, const char *reason)
{
    char *excerpt = shown(escape_text(reason), REASON_CHARACTERS);

    length += (size_t)snprintf(text + length, size - length, "; %s", excerpt);
    free(excerpt);
    return length;
}

/* "URLCHECK CRITICAL - 2 of 6 failed, 1 warn: dns 1, http-5xx 1" */
static size_t format_status(char *text, size_t size, const struct settings *settings,
                            const struct totals *totals)
{
    static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    const struct stats *stats = totals->stats;
    enum nagios_state state = nagios_state(settings, totals);
    enum verdict leading = leading_verdict(state, stats);
    size_t length =
        (size_t)snprintf(text, size, "URLCHECK %s - %zu of %zu %s", words[state],
                         stats_count(stats, leading), stats_done(stats), verdict_words[leading]);

    for (enum verdict verdict = VERDICT_WARN; verdict < VERDICT_COUNT; verdict++) {
        if (verdict != leading && stats_count(stats, verdict))
            length += (size_t)snprintf(text + length, size - length, ", %zu %s",
                                       stats_count(stats, verdict), verdict_words[verdict]);
    }
    if (state == NAGIOS_CRITICAL && leading == VERDICT_OK)
        return length + (size_t)snprintf(text + length, size - length,
                                         ", fewer than the %ld of --min-ok", settings->min_ok);
    if (leading != VERDICT_OK)
        length = add_classes(text, length, stats->classes[leading]);
    if (state == NAGIOS_UNKNOWN && totals->lesser_trouble)
        length = add_lesser_trouble(text, size, length, totals->lesser_trouble);
    return length;
}

/* " | 'ok'=3;;;0;6 ..." and a newline: value;warning;critical;minimum;maximum. */
static size_t format_performance(char *text, size_t size, const struct totals *totals)
{
    static const char *const thresholds[] = {[VERDICT_OK] = ";",
                                             [VERDICT_WARN] = "0;",
                                             [VERDICT_FLAKY] = "0;",
                                             [VERDICT_FAILED] = ";0",
                                             [VERDICT_UNKNOWN] = ";"};
    int64_t p95_us = stats_percentile_us(totals->stats, 95);
    size_t length = (size_t)snprintf(text, size, " |");

    for (enum verdict verdict = VERDICT_OK; verdict < VERDICT_COUNT; verdict++)
        length += (size_t)snprintf(text + length, size - length, " '%s'=%zu;%s;0;%zu",
                                   verdict_words[verdict], stats_count(totals->stats, verdict),
                                   thresholds[verdict], stats_done(totals->stats));
    length += (size_t)snprintf(text + length, size - length, " 'time'=%.3fs;;;0",
                               us_to_seconds(totals->elapsed_us));
    if (p95_us >= 0)
        length += (size_t)snprintf(text + length, size - length, " 'p95'=%.3fs;;;0",
                                   us_to_seconds(p95_us));
    return length + (size_t)snprintf(text + length, size - length, "\n");
}

/* Prints the lines that fit into what is left of the output. Returns how many do not. */
static size_t print_lines(struct text *out, const struct lines *lines, size_t *left)
{
    size_t left_out = lines->left_out;
    const char *line = lines->text, *end = lines->text + lines->bytes;

    while (line < end) {
        size_t bytes = (size_t)((const char *)memchr(line, '\n', (size_t)(end - line)) - line) + 1;

        if (bytes <= *left) {
            text_add_bytes(out, line, bytes);
            *left -= bytes;
        } else {
            *left = 0; /* no shorter line takes its place */
            left_out++;
        }
        line += bytes;
    }
    return left_out;
}

static void end(struct format_context *context)
{
    static const enum verdict order[] = {VERDICT_FAILED, VERDICT_WARN, VERDICT_FLAKY,
                                         VERDICT_UNKNOWN, VERDICT_OK};
    const struct state *state = context->state;
    char first[1024];
    size_t length = format_status(first, sizeof(first), context->settings, context->totals);
    size_t left, left_out = 0;

    length += format_performance(first + length, sizeof(first) - length, context->totals);
    text_add_bytes(context->out, first, length);
    left = OUTPUT_BYTES_MAX - length - MORE_BYTES;
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        left_out += print_lines(context->out, &state->lines[order[i]], &left);
    if (left_out)
        text_addf(context->out, "and %zu more\n", left_out);
}

void nagios_print_unknown(struct text *out, const char *reason)
{
    char *beginning = shown(escape_text(reason), REASON_CHARACTERS);
    char *whole = shown(escape_text(reason), TEXT_CHARACTERS);

    text_addf(out, "URLCHECK UNKNOWN - %s\n", beginning);
    if (strcmp(beginning, whole) != 0) {
        field_print_first(out, whole);
        text_add_char(out, '\n');
    }
    free(beginning);
    free(whole);
}

static bool trouble(struct format_context *context)
{
    if (nagios_state(context->settings, context->totals) == NAGIOS_UNKNOWN)
        nagios_print_unknown(context->out, context->totals->trouble);
    else
        end(context);
    return true;
}

const struct format format_nagios = {.result = print_result,
                                     .end = end,
                                     .trouble = trouble,
                                     .state_bytes = sizeof(struct state),
                                     .wants_latencies = true};
