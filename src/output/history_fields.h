/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_HISTORY_FIELDS_H
#define OUTPUT_HISTORY_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format.h"
#include "state/history.h"

/* What the formats of --history have in common. */

/* Whether the output gets the URL: with --quiet, standard output gets only those with outages. */
bool history_wants(const struct format_context *context, const struct history_url *url);

/* How many URLs the output gets, and how many outages they have. */
struct history_counts {
    size_t urls, outages;
};
struct history_counts history_count(const struct format_context *context);

/* When the URL's part of the period begins: later than the period's own if it had its first result later. */
int64_t history_begin_us(const struct history *history, const struct history_url *url);

/* How long an outage took, or is known to have taken so far. */
int64_t history_outage_us(const struct history *history, const struct history_url *url,
                          const struct history_outage *outage);

/* "goes on", or "end not known", for an outage that has no end. */
const char *history_end_word(const struct history *history, const struct history_url *url);

#define HISTORY_PERCENT_BYTES 16

/* Hundredths of a percent for people: "100", "99.95", "0"; -1, which is unknown, is "-". Returns text. */
const char *history_percent(char text[HISTORY_PERCENT_BYTES], int hundredths);

#endif
