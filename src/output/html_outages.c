/* SPDX-License-Identifier: MIT */
#include "html_outages.h"

#include <stdbool.h>
#include <string.h>

#include "base/clock.h"
#include "base/units.h"
#include "html_days.h"
#include "html_parts.h"
#include "local_time.h"
#include "xml.h"

#define NAMES_SHOWN 3
#define ROWS_OPEN 20  /* the others are folded */
#define ROWS_MAX 1000 /* then the page would be slow */

/* How many outages from `first` on are one row. */
static size_t row_length(const struct status *status, size_t first)
{
    const struct status_outage *one = &status->outages[first];
    size_t length = 1;

    for (; first + length < status->outage_count; length++) {
        const struct status_outage *next = one + length;

        if (next->outage->begin_us != one->outage->begin_us || next->until_us != one->until_us ||
            next->goes_on != one->goes_on || next->outage->cause != one->outage->cause)
            break;
    }
    return length;
}

/* The message, if all of them have the same. */
static const char *common_message(const struct status_outage *outages, size_t count)
{
    const char *message = outages[0].outage->message;

    for (size_t i = 1; message && i < count; i++) {
        const char *other = outages[i].outage->message;

        if (!other || strcmp(message, other) != 0)
            return NULL;
    }
    return message;
}

/* When it ended, or what is known of that. */
static void print_end(struct text *out, const struct status_outage *one)
{
    char text[LOCAL_TIME_BYTES];

    if (one->goes_on)
        text_add(out, "<td class=\"on\"><b class=\"down\">goes on</b></td>");
    else if (one->outage->end_us)
        text_addf(out, "<td>%s</td>", local_time(text, LOCAL_MINUTE, one->until_us));
    else
        text_add(out, "<td class=\"on\">not known</td>");
}

static void print_names(struct text *out, const struct status_outage *outages, size_t count)
{
    size_t shown = count <= NAMES_SHOWN + 1 ? count : NAMES_SHOWN;

    text_add(out, "<th scope=\"row\"><span>");
    for (size_t i = 0; i < shown; i++) {
        text_addf(out, "%s<a href=\"#u%zu\">", i ? "<br>" : "", outages[i].url->number);
        xml_print(out, outages[i].url->label);
        text_add(out, "</a>");
    }
    if (shown < count)
        text_addf(out, "<br>and %zu more", count - shown);
    text_add(out, "</span></th>");
}

static void print_row(struct text *out, const struct status *status,
                      const struct status_outage *outages, size_t count)
{
    const struct history_outage *outage = outages[0].outage;
    char begin[LOCAL_TIME_BYTES], text[UNITS_TEXT_BYTES];

    text_add(out, "<tr>");
    print_names(out, outages, count);
    text_addf(out, "<td>%s</td>", local_time(begin, LOCAL_MINUTE, outage->begin_us));
    print_end(out, outages);
    text_addf(out, "<td>%s</td><td><span>",
              format_seconds(text, outages[0].until_us - outage->begin_us));
    status_print_reason(out, status, outage->cause, common_message(outages, count));
    text_add(out, "</span></td></tr>\n");
}

static void begin_table(struct text *out)
{
    static const char *const columns[] = {"What", "Begin", "End", "Duration", "Why", NULL};

    text_add(out, "<table class=\"outages\">\n");
    html_print_columns(out, columns);
}

/* At most that many rows from `first` on. Returns the first outage that has none. */
static size_t print_rows(struct text *out, const struct status *status, size_t first, size_t rows)
{
    begin_table(out);
    for (; rows && first < status->outage_count; rows--) {
        size_t length = row_length(status, first);

        print_row(out, status, &status->outages[first], length);
        first += length;
    }
    text_add(out, "</tbody>\n</table>\n");
    return first;
}

void html_print_outages(struct text *out, const struct status *status)
{
    size_t next;

    text_add(out, "<section id=\"outages\">\n<h2>Outages</h2>\n");
    if (status->outage_count == 0) {
        text_addf(out, "<p>No outages in the last %d days</p>\n</section>\n", HTML_STATUS_DAYS);
        return;
    }
    next = print_rows(out, status, 0, ROWS_OPEN);
    if (next < status->outage_count) {
        text_addf(out, "<details><summary>Earlier outages (%zu)</summary>\n",
                  status->outage_count - next);
        next = print_rows(out, status, next, ROWS_MAX);
        if (next < status->outage_count)
            text_addf(out, "<p>And %zu more</p>\n", status->outage_count - next);
        text_add(out, "</details>\n");
    }
    text_add(out, "</section>\n");
}
