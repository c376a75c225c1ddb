/* SPDX-License-Identifier: MIT */
#ifndef STATE_LOCAL_DAYS_H
#define STATE_LOCAL_DAYS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The days of a period, as the local time has them: most begin at midnight; one on which summer time
 * begins or ends has 23 or 25 hours. Returns when each begins, the first one not after from_us, and
 * at the end when the day after the last begins: *count + 1 times, in microseconds since 1970. The
 * caller frees them. from_us is less than to_us.
 */
int64_t *local_days(int64_t from_us, int64_t to_us, size_t *count);

#endif
