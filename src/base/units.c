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

const char *format_count(char text[UNITS_TEXT_BYTES], size_t count)
{
    char digits[UNITS_TEXT_BYTES / 2];
    size_t length = (size_t)snprintf(digits, sizeof(digits), "%zu", count);
    size_t used = 0;

    for (size_t i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            text[used++] = ',';
        text[used++] = digits[i];
    }
    text[used] = '\0';
    return text;
}

const char *format_duration(char text[UNITS_TEXT_BYTES], int64_t duration_us)
{
    long long ms = (duration_us + 500) / 1000;
    long long s = (ms + 500) / 1000;

    if (ms < 1000)
        snprintf(text, UNITS_TEXT_BYTES, "%lld ms", ms);
    else if (ms < 59950)
        snprintf(text, UNITS_TEXT_BYTES, "%lld.%lld s", (ms + 50) / 1000, (ms + 50) / 100 % 10);
    else if (s < 3600)
        snprintf(text, UNITS_TEXT_BYTES, "%lld min %lld s", s / 60, s % 60);
    else
        snprintf(text, UNITS_TEXT_BYTES, "%lld h %lld min", s / 3600, s / 60 % 60);
    return text;
}
