/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_HTML_DAYS_H
#define OUTPUT_HTML_DAYS_H

#include "base/text.h"
#include "state/history.h"

/*
 * The days of a URL on the status page: as bars, as a line of response times, and as a table with the
 * same in words, for those who do not see the bars or have no pointer to hold over them.
 */

/* How many days a page shows, today included. */
#define HTML_STATUS_DAYS 90

/* A bar for each day. Its class is its shape and colour in html_status.css, its title says the same. */
void html_print_days(struct text *out, const struct history_day *days, size_t count);

/* What the bars mean. */
void html_print_legend(struct text *out);

/* A line of the median of each day, as an SVG; nothing if there is none. */
void html_print_latency_line(struct text *out, const struct history_day *days, size_t count);

/* Days that are alike, and follow each other, are one row. */
void html_print_day_table(struct text *out, const struct history_day *days, size_t count);

#endif
