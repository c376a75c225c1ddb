/* SPDX-License-Identifier: MIT */
#include "base/units.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
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

/* The units of times, from long to short, after that of a number alone. */
static const struct {
    const char *name;
    double us;
} time_units[] = {{"", 1e6}, {"d", 86400e6}, {"h", 3600e6}, {"m", 60e6}, {"s", 1e6}, {"ms", 1e3}};

/* The index of the unit that is text's beginning of that length, among those from `from` on; or -1. */
static int find_time_unit(const char *text, size_t length, int from)
{
    for (int i = from; i < (int)(sizeof(time_units) / sizeof(time_units[0])); i++) {
        if (strlen(time_units[i].name) == length && memcmp(text, time_units[i].name, length) == 0)
            return i;
    }
    return -1;
}

int parse_time_us(const char *text, int64_t *time_us)
{
    static const char number_characters[] = "0123456789.";
    const double longest = TIME_DAYS_MAX * 86400e6;
    double total = 0;
    int unit = -1;

    do {
        size_t digits = strspn(text, number_characters);
        size_t letters = strcspn(text + digits, number_characters);
        char *end;
        double number = strtod(text, &end);
        bool is_whole = !memchr(text, '.', digits);

        if (digits == 0 || end != text + digits)
            return -1;
        unit = find_time_unit(end, letters, unit + 1);
        text = end + letters;
        if (unit < 0 || (*text && !is_whole))
            return -1;
        total += number * time_units[unit].us;
    } while (*text);
    *time_us = total > longest ? TIME_TOO_LONG_US : (int64_t)(total + 0.5);
    return total > longest ? -1 : 0;
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

/* Writes the last two digits of *rest before `end`, and takes them from it. Returns where they are. */
static char *put_pair(char *end, uint64_t *rest)
{
    static const char pairs[] = "0001020304050607080910111213141516171819"
                                "2021222324252627282930313233343536373839"
                                "4041424344454647484950515253545556575859"
                                "6061626364656667686970717273747576777879"
                                "8081828384858687888990919293949596979899";

    memcpy(end - 2, pairs + 2 * (*rest % 100), 2);
    *rest /= 100;
    return end - 2;
}

static char *put_digit(char *end, uint64_t *rest)
{
    *--end = (char)('0' + *rest % 10);
    *rest /= 10;
    return end;
}

const char *format_decimal(char text[UNITS_TEXT_BYTES], int64_t number, unsigned decimals)
{
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
    char *start = text + UNITS_TEXT_BYTES;

    *--start = '\0';
    if (decimals) {
        for (; decimals >= 2; decimals -= 2)
            start = put_pair(start, &rest);
        if (decimals)
            start = put_digit(start, &rest);
        *--start = '.';
    }
    while (rest >= 10)
        start = put_pair(start, &rest);
    if (rest || *start == '.' || *start == '\0')
        start = put_digit(start, &rest);
    if (number < 0)
        *--start = '-';
    return start;
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

const char *format_seconds(char text[UNITS_TEXT_BYTES], int64_t duration_us)
{
    static const struct {
        const char *name;
        long long s; /* seconds */
    } units[] = {{"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}};
    const size_t last = sizeof(units) / sizeof(units[0]) - 1;
    long long s = duration_us / 1000000;
    size_t unit = 0;
    int length;

    while (unit < last && s < units[unit].s)
        unit++;
    length = snprintf(text, UNITS_TEXT_BYTES, "%lld %s", s / units[unit].s, units[unit].name);
    s %= units[unit].s;
    if (unit < last && s / units[unit + 1].s)
        snprintf(text + length, UNITS_TEXT_BYTES - (size_t)length, " %lld %s",
                 s / units[unit + 1].s, units[unit + 1].name);
    return text;
}

const char *format_duration(char text[UNITS_TEXT_BYTES], int64_t duration_us)
{
    long long ms = (duration_us + 500) / 1000;

    if (ms >= 59950)
        return format_seconds(text, (ms + 500) * 1000);
    if (ms < 1000)
        snprintf(text, UNITS_TEXT_BYTES, "%lld ms", ms);
    else
        snprintf(text, UNITS_TEXT_BYTES, "%lld.%lld s", (ms + 50) / 1000, (ms + 50) / 100 % 10);
    return text;
}

const char *format_span(char text[UNITS_TEXT_BYTES], int64_t duration_us)
{
    const long long s = duration_us > 0 ? (duration_us + 500000) / 1000000 : 0;
    const long long step_s = s < 60 ? 1 : s < 86400 ? 60 : 3600;

    return format_seconds(text, (s + step_s / 2) / step_s * step_s * 1000000);
}
