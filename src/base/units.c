/* SPDX-License-Identifier: MIT */
#include "base/units.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int parse_number(const char *text, long minimum, long maximum, long *number, const char **end)
{
    const char *digits = text + (*text == '-' && minimum < 0);
    char *after;
    long value;

    /* strtol(3) itself skips blanks and accepts a plus sign. */
    if (!isdigit((unsigned char)*digits))
        return -1;
    errno = 0;
    value = strtol(text, &after, 10);
    if (errno || value < minimum || value > maximum)
        return -1;
    *number = value;
    *end = after;
    return 0;
}

int parse_time_us(const char *text, int64_t *time_us)
{
    static const struct {
        const char *unit;
        double us;
    } units[] = {{"", 1e6}, {"s", 1e6}, {"ms", 1e3}, {"m", 60e6}, {"h", 3600e6}, {"d", 86400e6}};
    const double longest = TIME_DAYS_MAX * 86400e6;
    size_t digits = strspn(text, "0123456789.");
    char *end;
    double number = strtod(text, &end);

    if (digits == 0 || end != text + digits)
        return -1;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(end, units[i].unit) != 0)
            continue;
        number *= units[i].us;
        *time_us = number > longest ? TIME_TOO_LONG_US : (int64_t)(number + 0.5);
        return number > longest ? -1 : 0;
    }
    return -1;
}

const char *format_seconds(char text[UNITS_TEXT_BYTES], int64_t duration_us)
{
    static const struct {
        const char *name;
        int64_t s; /* seconds */
    } units[] = {{"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}};
    const size_t last = sizeof(units) / sizeof(units[0]) - 1;
    int64_t s = duration_us / 1000000;
    size_t unit = 0;
    int length;

    while (unit < last && s < units[unit].s)
        unit++;
    length = snprintf(text, UNITS_TEXT_BYTES, "%lld %s", (long long)(s / units[unit].s),
                      units[unit].name);
    s %= units[unit].s;
    if (unit < last && s / units[unit + 1].s)
        snprintf(text + length, UNITS_TEXT_BYTES - (size_t)length, " %lld %s",
                 (long long)(s / units[unit + 1].s), units[unit + 1].name);
    return text;
}

int parse_size_bytes(const char *text, int64_t *bytes)
{
    static const char units[] = "kmgt";
    const char *end, *unit;
    long number;
    int shift = 0;

    if (parse_number(text, 0, LONG_MAX, &number, &end))
        return -1;
    unit = *end ? strchr(units, tolower((unsigned char)*end)) : NULL;
    if (unit) {
        shift = 10 * (int)(unit - units + 1);
        end++;
    }
    if (*end || number > INT64_MAX >> shift)
        return -1;
    *bytes = (int64_t)number << shift;
    return 0;
}
