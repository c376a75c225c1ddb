/* SPDX-License-Identifier: MIT */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/*
 * Times and deadlines are microseconds of CLOCK_MONOTONIC, which cannot be set back. CLOCK_NEVER is
 * a deadline that never comes; CLOCK_MS and CLOCK_S are a millisecond and a second.
 */
#define CLOCK_NEVER INT64_MAX
#define CLOCK_MS INT64_C(1000)
#define CLOCK_S INT64_C(1000000)

/* The time now. */
int64_t clock_now_us(void);

/* The time of another clock of clock_gettime(2), in microseconds. */
int64_t clock_read_us(clockid_t clock);

/* A time or a duration of at least 0 as a struct timespec, for pthread and signal functions. */
struct timespec clock_timespec(int64_t time_us);

#endif
