/* SPDX-License-Identifier: MIT */
#include "dates.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

void span_format(int64_t seconds, char *text, size_t size)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {{24 * 60 * 60, "days"}, {60 * 60, "hours"}, {60, "minutes"}, {1, "seconds"}};
    size_t unit = 0;

    while (units[unit].seconds > 1 && seconds < 2 * units[unit].seconds)
        unit++;
    snprintf(text, size, "%" PRId64 " %s", seconds / units[unit].seconds, units[unit].name);
}

void date_format(int64_t seconds, int64_t now, char text[DATE_TEXT_BYTES])
{
    time_t time = (time_t)seconds;
    struct tm tm;
    char date[32] = "", span[32];

    if (gmtime_r(&time, &tm))
        strftime(date, sizeof(date), "%Y-%m-%d", &tm);
    span_format(seconds < now ? now - seconds : seconds - now, span, sizeof(span));
    if (now == 0)
        snprintf(text, DATE_TEXT_BYTES, "%s", date);
    else if (seconds < now)
        snprintf(text, DATE_TEXT_BYTES, "%s (%s ago)", date, span);
    else
        snprintf(text, DATE_TEXT_BYTES, "%s (in %s)", date, span);
}
