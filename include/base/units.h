/* SPDX-License-Identifier: MIT */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Numbers, times and sizes as people write them: decimal digits, without blanks or a plus sign.
 * Each function that reads returns 0, or -1 if the text is something else; the result is then not set.
 */

/*
 * Reads a whole number from minimum to maximum at the beginning of text. *end is set to what
 * follows it. A minus sign is read if minimum is negative.
 */
int parse_number(const char *text, long minimum, long maximum, long *number, const char **end);

#define TIME_DAYS_MAX 3650
#define TIME_TOO_LONG_US INT64_MAX

/*
 * Reads a time in microseconds: a number of seconds ("2", "0.5"), or numbers with units from long
 * to short, each at most once ("500ms", "3s", "1m30s", "1d12h"). Only the last number may have a
 * fraction. If it is longer than TIME_DAYS_MAX days, it is TIME_TOO_LONG_US, and -1 is returned.
 */
int parse_time_us(const char *text, int64_t *time_us);

/* A time in milliseconds, rounded: with 3 decimals of format_decimal(), these are seconds. */
static inline int64_t us_to_ms(int64_t time_us)
{
    return (time_us + 500) / 1000;
}

/* A time in seconds, for "%.3f". */
static inline double us_to_seconds(int64_t time_us)
{
    return (double)time_us / 1e6;
}

#define UNITS_TEXT_BYTES 40

/*
 * For programs: a decimal number, given in units of its last digit: 1234 with 3 decimals is "1.234",
 * with none "1234". Returns the text, which is somewhere in `text`. Several times as fast as printf().
 */
const char *format_decimal(char text[UNITS_TEXT_BYTES], int64_t number, unsigned decimals);

/* For people: a number with a comma before each three digits, "99,910". Writes and returns text. */
const char *format_count(char text[UNITS_TEXT_BYTES], size_t count);

/*
 * For people: a duration in whole seconds, rounded down: "8 s", "3 min 20 s", "2 h 10 min", "3 d 4 h".
 * Writes and returns text.
 */
const char *format_seconds(char text[UNITS_TEXT_BYTES], int64_t duration_us);

/* For people: a duration, "40 ms", "3.7 s", "2 min 5 s", "1 h 3 min", rounded. Writes and returns text. */
const char *format_duration(char text[UNITS_TEXT_BYTES], int64_t duration_us);

/*
 * For people: how long something lasted, no more exact than they want to know: "40 s", "5 min",
 * "2 h 10 min", "3 d 4 h"; rounded. Writes and returns text.
 */
const char *format_span(char text[UNITS_TEXT_BYTES], int64_t duration_us);

/* Reads a size ("512", "64k", "1M", "2G", "1T"; k is 1024) in bytes. */
int parse_size_bytes(const char *text, int64_t *bytes);

#endif
