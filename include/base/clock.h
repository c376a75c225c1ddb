/* SPDX-License-Identifier: MIT */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/*
 * Time for waiting: microseconds of CLOCK_MONOTONIC, which nobody can set back.
 * A deadline is a point of this clock; CLOCK_NEVER is a deadline that does not come.
 */
#define CLOCK_NEVER INT64_MAX
#define CLOCK_MS INT64_C(1000)
#define CLOCK_S INT64_C(1000000)

/* The time now, in microseconds. */
int64_t clock_now_us(void);

/* The same point of time as pthread_cond_timedwait() wants it. */
struct timespec clock_timespec(int64_t time_us);

#endif
