/* SPDX-License-Identifier: MIT */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stdint.h>

/* Times and sizes as people write them. */

/*
 * Reads a time ("2", "0.5", "500ms", "3s", "2m", "1h", "30d") into microseconds.
 * 0, or -1 if it is none, or over ten years.
 */
int parse_time_us(const char *text, int64_t *time_us);

/* A time in seconds, for "%.3f". */
static inline double us_to_seconds(int64_t time_us)
{
    return (double)time_us / 1e6;
}

/* Reads a size ("512", "64k", "1M") in bytes. 0, or -1 if it is none. */
int parse_size_bytes(const char *text, int64_t *bytes);

#endif
