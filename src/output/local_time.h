/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_LOCAL_TIME_H
#define OUTPUT_LOCAL_TIME_H

#include <stdint.h>

/* Times for people, in the time zone of this machine (TZ), always in English. */

enum local_time {
    LOCAL_DAY,    /* "30 Nov" */
    LOCAL_DATE,   /* "30 Nov 2026" */
    LOCAL_CLOCK,  /* "14:05 CET" */
    LOCAL_MINUTE, /* "30 Nov, 14:05 CET" */
    LOCAL_FULL    /* "30 Nov 2026, 14:05 CET" */
};

#define LOCAL_TIME_BYTES 64

/* Microseconds since 1970. A zone without a name is "UTC-03". Writes and returns text. */
const char *local_time(char text[LOCAL_TIME_BYTES], enum local_time form, int64_t time_us);

#endif
