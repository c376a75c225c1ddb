/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_HTML_STATUS_H
#define OUTPUT_HTML_STATUS_H

#include "format.h"
#include "html_days.h"

/*
 * The status page of the html format, from totals->history: a sentence for all, when that was, each URL
 * with a bar for each of the last HTML_STATUS_DAYS days, and the outages of that time. It is written again
 * by each run. html_status.js says how old it is, and that it is too old; without JavaScript it says when it
 * was written.
 */
void html_status_print(struct format_context *context);

#endif
