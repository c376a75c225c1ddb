/* SPDX-License-Identifier: MIT */
#ifndef STATE_SAMPLES_H
#define STATE_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "result/verdict.h"

/*
 * The results of a URL on a day, packed into bytes: a blob. A day is a day of UTC, counted from
 * 1970-01-01. A result takes two bytes, and one to three more for the seconds since the one before it:
 * a year of 500 URLs, checked every 5 minutes, is 4 bytes for each of 52,560,000 results, 200 MiB.
 */

/* A result as a blob keeps it. */
struct sample {
    int64_t time_us;      /* since 1970; whole seconds */
    int64_t latency_us;   /* exact to one part in 512, at most six days; 0: there is none */
    enum verdict verdict; /* all but UNKNOWN */
    bool is_maintenance;  /* it came in maintenance hours */
};

#define SAMPLE_BYTES_MAX ((size_t)5)

/* The day of a time. */
int64_t samples_day(int64_t time_us);

/* When a day begins. */
int64_t samples_day_begin_us(int64_t day);

/*
 * Appends a result to the blob of its day, which has room for SAMPLE_BYTES_MAX more bytes. If it is
 * older than the last one there, as the clock was set back, it gets the time of that one. What cannot
 * be read at the end of a damaged blob is overwritten. Returns the new length.
 */
size_t samples_append(unsigned char *blob, size_t length, const struct sample *sample);

/* Reads a blob result by result, the oldest first. */
struct sample_reader {
    const unsigned char *next, *end; /* borrowed; private */
    int64_t day_begin_s, second;     /* private: the last result came in that second of the day */
};

void sample_reader_init(struct sample_reader *reader, int64_t day, const unsigned char *blob,
                        size_t length);

/* False at the end, and where a damaged blob cannot be read any further. */
bool sample_reader_next(struct sample_reader *reader, struct sample *sample);

#endif
