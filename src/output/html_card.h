/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_HTML_CARD_H
#define OUTPUT_HTML_CARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "status.h"

/*
 * A URL on the status page: how it is and why, uptime, a bar for each day; response times, certificate and a
 * table of its days. is_compact: all but the first line and the bars is folded.
 */
void html_print_card(struct text *out, const struct status *status, const struct status_url *url,
                     bool is_compact);

/* "99.95 %", rounded down; "unknown" if nothing was measured. */
void html_print_uptime(struct text *out, const struct history_time *time);

/* "<b>99.95 %</b> up in 90 days", "<b>100 %</b> up of the 96 % measured in 3 days". */
void html_print_measured_uptime(struct text *out, const struct history_time *time, int64_t span_us);

/* The sign of a kind; beside it there is a word. */
void html_print_mark(struct text *out, enum status_kind kind);

/* What the signs look like: once, at the beginning of the page. */
void html_print_mark_shapes(struct text *out);

/* "down": the class in html_status.css; "Down": the word for people. Static. */
const char *html_kind_class(enum status_kind kind);
const char *html_kind_word(enum status_kind kind);

#endif
