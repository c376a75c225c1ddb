/* SPDX-License-Identifier: MIT */
#include "html_days.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/units.h"
#include "html_parts.h"
#include "local_time.h"

/*
 * The classes of html_status.css: a page has tens of thousands of bars, so their names are short. Without the
 * style a bar is a character.
 */
enum kind { KIND_UP, KIND_PARTLY, KIND_SHORT, KIND_LONG, KIND_MOST, KIND_MAINTENANCE, KIND_NONE };

static const struct {
    char css, text;
} bars[] = {[KIND_UP] = {'u', '|'},   [KIND_PARTLY] = {'p', ':'}, [KIND_SHORT] = {'a', '!'},
            [KIND_LONG] = {'b', 'x'}, [KIND_MOST] = {'c', 'X'},   [KIND_MAINTENANCE] = {'m', '-'},
            [KIND_NONE] = {'n', '.'}};

#define LINE_HEIGHT 24 /* in the units of the SVG, whatever its size on the screen */

/* Downtime is compared with the time that was measured: a hundredth of a day is a quarter of an hour. */
static enum kind kind_of(const struct history_time *time)
{
    int64_t known_us = time->up_us + time->down_us;

    if (time->down_us > 0 && time->down_us > known_us / 10)
        return KIND_MOST;
    if (time->down_us > 0)
        return time->down_us > known_us / 100 ? KIND_LONG : KIND_SHORT;
    if (time->maintenance_us > 0)
        return KIND_MAINTENANCE;
    if (known_us == 0)
        return KIND_NONE;
    return time->unknown_us > known_us ? KIND_PARTLY : KIND_UP;
}

/* "down for 1 h 5 min, maintenance for 2 h" */
static void print_kind(struct text *out, enum kind kind, const struct history_time *time)
{
    char text[UNITS_TEXT_BYTES];

    switch (kind) {
    case KIND_UP: text_add(out, "up"); return;
    case KIND_NONE: text_add(out, "not measured"); return;
    case KIND_PARTLY:
        text_addf(out, "up in the %d %% that was measured", history_measured(time) / 100);
        return;
    default: break;
    }
    if (time->down_us > 0)
        text_addf(out, "down for %s", format_seconds(text, time->down_us));
    if (time->maintenance_us > 0)
        text_addf(out, "%smaintenance for %s", time->down_us > 0 ? ", " : "",
                  format_seconds(text, time->maintenance_us));
}

void html_print_days(struct text *out, const struct history_day *days, size_t count)
{
    char text[LOCAL_TIME_BYTES];

    for (size_t i = 0; i < count; i++) {
        enum kind kind = kind_of(&days[i].time);

        text_addf(out, "<i class=\"%c\" title=\"%s: ", bars[kind].css,
                  local_time(text, LOCAL_DAY, days[i].begin_us));
        print_kind(out, kind, &days[i].time);
        text_addf(out, "\">%c</i>", bars[kind].text);
    }
}

void html_print_legend(struct text *out)
{
    static const struct {
        enum kind kind;
        const char *text;
    } entries[] = {{KIND_UP, "up"},
                   {KIND_SHORT, "down for less than 1 % of the day"},
                   {KIND_LONG, "less than 10 %"},
                   {KIND_MOST, "more"},
                   {KIND_MAINTENANCE, "maintenance"},
                   {KIND_PARTLY, "less than half measured"},
                   {KIND_NONE, "not measured"}};

    text_add(out, "<p class=\"legend\">A bar is a day:");
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
        text_addf(out, "\n<span><i class=\"%c\" aria-hidden=\"true\">%c</i>%s</span>",
                  bars[entries[i].kind].css, bars[entries[i].kind].text, entries[i].text);
    text_add(out, "</p>\n");
}

static int64_t slowest_us(const struct history_day *days, size_t count)
{
    int64_t most_us = 0;

    for (size_t i = 0; i < count; i++)
        most_us = days[i].p50_us > most_us ? days[i].p50_us : most_us;
    return most_us;
}

static int64_t fastest_us(const struct history_day *days, size_t count)
{
    int64_t least_us = 0;

    for (size_t i = 0; i < count; i++) {
        if (days[i].p50_us && (least_us == 0 || days[i].p50_us < least_us))
            least_us = days[i].p50_us;
    }
    return least_us;
}

/* From 0, at the bottom, to the slowest day. A day without a time interrupts the line; one alone is a dot. */
static void print_path(struct text *out, const struct history_day *days, size_t count,
                       int64_t most_us)
{
    for (size_t i = 0; i < count; i++) {
        bool begins = i == 0 || days[i - 1].p50_us == 0;
        bool ends = i + 1 == count || days[i + 1].p50_us == 0;

        if (days[i].p50_us == 0)
            continue;
        text_addf(out, "%s%zu.5 %.1f%s", begins ? "M" : "L", i,
                  1 + (LINE_HEIGHT - 2) * (1 - (double)days[i].p50_us / (double)most_us),
                  begins && ends ? "h.01" : "");
    }
}

void html_print_latency_line(struct text *out, const struct history_day *days, size_t count)
{
    int64_t most_us = slowest_us(days, count), least_us = fastest_us(days, count);
    char least[UNITS_TEXT_BYTES], most[UNITS_TEXT_BYTES];

    if (most_us == 0)
        return;
    text_addf(
        out,
        "<svg class=\"line\" viewBox=\"0 0 %zu %d\" preserveAspectRatio=\"none\" role=\"img\" "
        "aria-label=\"Median response time of a day: from %s to %s\"><path vector-effect=\"non-scaling-stroke\" d=\"",
        count, LINE_HEIGHT, format_duration(least, least_us), format_duration(most, most_us));
    print_path(out, days, count, most_us);
    text_add(out, "\"/></svg>\n");
}

static bool is_alike(const struct history_day *a, const struct history_day *b)
{
    enum kind kind = kind_of(&a->time);

    return kind == kind_of(&b->time) && (kind == KIND_UP || kind == KIND_NONE);
}

static void print_day_row(struct text *out, const struct history_day *first,
                          const struct history_day *last)
{
    char text[LOCAL_TIME_BYTES];

    text_addf(out, "<tr><th scope=\"row\">%s", local_time(text, LOCAL_DAY, first->begin_us));
    if (last != first)
        text_addf(out, " to %s", local_time(text, LOCAL_DAY, last->begin_us));
    text_add(out, "</th><td>");
    print_kind(out, kind_of(&first->time), &first->time);
    text_add(out, "</td></tr>\n");
}

void html_print_day_table(struct text *out, const struct history_day *days, size_t count)
{
    static const char *const columns[] = {"Day", "How it was", NULL};

    text_add(out, "<table>\n");
    html_print_columns(out, columns);
    for (size_t end = count; end > 0;) {
        size_t begin = end - 1;

        while (begin > 0 && is_alike(&days[begin - 1], &days[end - 1]))
            begin--;
        print_day_row(out, &days[begin], &days[end - 1]);
        end = begin;
    }
    text_add(out, "</tbody>\n</table>\n");
}
