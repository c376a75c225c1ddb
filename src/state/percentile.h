/* SPDX-License-Identifier: MIT */
#ifndef STATE_PERCENTILE_H
#define STATE_PERCENTILE_H

#include <stddef.h>
#include <stdint.h>

/*
 * The least of the values that is not less than that many percent of them (the nearest rank): of one of
 * them, not between two. 0 if there are none. The values change their order. In linear time, as
 * --history needs this for each URL and each day.
 */
int64_t percentile(int64_t *values, size_t count, unsigned percent);

#endif
