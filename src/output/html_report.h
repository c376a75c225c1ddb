/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_HTML_REPORT_H
#define OUTPUT_HTML_REPORT_H

#include "base/text.h"
#include "html_counts.h"
#include "output/totals.h"

/*
 * The sections below the results in the html format's page: "times", "slowest", "certificates", "classes" and
 * "hosts" are their ids. Each prints nothing if it is empty.
 */

/* How many responses took how long. */
void html_print_latency(struct text *out, const struct html_counts *counts, struct stats *stats);

void html_print_slowest(struct text *out, const struct stats *stats);

/* The certificates that expire first, by days left at now_us (since 1970). */
void html_print_expiries(struct text *out, const struct html_counts *counts, int64_t now_us);

void html_print_classes(struct text *out, const struct stats *stats);

/* Sorts the hosts. */
void html_print_hosts(struct text *out, struct html_counts *counts);

/* How many results have the verdict. */
size_t html_verdict_count(const struct stats *stats, enum verdict verdict);

/* From worst to best, "FAILED" first: the order of all tables. `step` is from 0 to VERDICT_COUNT - 1. */
enum verdict html_verdict_order(size_t step);

/* One bar of these parts, at full width. Text beside it must say the same. */
void html_print_bar(struct text *out, const size_t counts[VERDICT_COUNT]);

#endif
