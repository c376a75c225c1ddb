/* SPDX-License-Identifier: MIT */
#ifndef PROBE_DATES_H
#define PROBE_DATES_H

#include <stddef.h>
#include <stdint.h>

/* Dates and spans of time in messages. */

#define DATE_TEXT_BYTES 80

/* "3 days", "36 hours", "90 minutes": rounded down. */
void span_format(int64_t seconds, char *text, size_t size);

/*
 * A day, and how far it is from now: "2026-11-01 (29 days ago)", "2098-01-01 (in 26000 days)". Both times
 * are seconds since 1970; now 0: only the day.
 */
void date_format(int64_t seconds, int64_t now, char text[DATE_TEXT_BYTES]);

#endif
