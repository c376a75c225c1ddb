/* SPDX-License-Identifier: MIT */
#ifndef INPUT_MAINTENANCE_H
#define INPUT_MAINTENANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/string_list.h"

/*
 * The arguments of --maintenance: "Sat 14:00-16:00", "Mon-Fri 22:00-06:00", "Sat,Sun 00:00-24:00", or
 * "02:00-03:00" for each day. Days are those on which the window begins; one that ends before it begins
 * ends on the next day. Times are local, as clocks show them: if an hour comes twice, because summer time
 * ends, it counts both times, and an hour that is left out does not count.
 */

/* 0, or -1 with the reason if the text is no such window. */
int maintenance_check(const char *window, struct error *error);

/* Whether the time, in microseconds since 1970, is in one of the windows, which maintenance_check() accepts. */
bool maintenance_contains(const struct string_list *windows, int64_t time_us);

#endif
