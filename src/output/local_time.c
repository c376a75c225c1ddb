/* SPDX-License-Identifier: MIT */
#include "local_time.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"

const char *local_time(char text[LOCAL_TIME_BYTES], enum local_time form, int64_t time_us)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t time = (time_t)(time_us / CLOCK_S);
    char year[16] = "", clock[LOCAL_TIME_BYTES / 2] = "";
    struct tm date;
    bool has_name;

    *text = '\0';
    if (!localtime_r(&time, &date))
        return text;
    has_name = *date.tm_zone != '+' && *date.tm_zone != '-';
    if (form == LOCAL_DATE || form == LOCAL_FULL)
        snprintf(year, sizeof(year), " %d", 1900 + date.tm_year);
    if (form >= LOCAL_CLOCK)
        snprintf(clock, sizeof(clock), "%02d:%02d %s%.16s", date.tm_hour, date.tm_min,
                 has_name ? "" : "UTC", date.tm_zone);
    if (form == LOCAL_CLOCK)
        snprintf(text, LOCAL_TIME_BYTES, "%s", clock);
    else
        snprintf(text, LOCAL_TIME_BYTES, "%d %s%s%s%s", date.tm_mday, months[date.tm_mon], year,
                 *clock ? ", " : "", clock);
    return text;
}
