/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_HTML_ROW_H
#define OUTPUT_HTML_ROW_H

#include "base/text.h"
#include "result/result.h"
#include "shown.h"

/* The two forms that a result has in the html format's page. html_report.js reads both. */

/* A row of the table: verdict, status, time, URL with its name, reason with its hint. */
void html_print_row(struct text *out, struct shown *shown);

/*
 * A line of plain text, for the results that have no row: rows are expensive for a browser, 10,000 take
 * two seconds. Fields are separated by tabs, which escaped text never has: verdict, status, time, URL,
 * name, place in the list, class, message, hint. Empty ones at the end are left out.
 */
void html_print_line(struct text *out, struct shown *shown);

/* The verdict in lower case, as it is in class attributes: "failed". Static. */
const char *html_class_of(enum verdict verdict);

#endif
