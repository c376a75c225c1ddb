/* SPDX-License-Identifier: MIT */
#include "input/maintenance.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "base/units.h"

#define DAYS 7
#define DAY_MINUTES (24 * 60)
#define ALL_DAYS ((1u << DAYS) - 1)

/* A window that begins on certain days of the week. */
struct window {
    unsigned days; /* bit 0: Sunday, as in struct tm */
    int begin;     /* in minutes since midnight */
    int end;       /* not after begin: on the next day */
};

/* Reads a day, "Sat" or "Saturday"; *text is moved past it. Its number, or -1. */
static int read_day(const char **text)
{
    static const char *const names[DAYS] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                            "Thursday", "Friday", "Saturday"};
    size_t length = 0;

    while (isalpha((unsigned char)(*text)[length]))
        length++;
    for (int day = 0; day < DAYS; day++) {
        bool is_whole = length == strlen(names[day]);

        if ((length == 3 || is_whole) && strncasecmp(*text, names[day], length) == 0) {
            *text += length;
            return day;
        }
    }
    return -1;
}

/* "Sat", "Mon-Fri", "Fri-Mon": adds the days to the set; *text is moved past them. 0 or -1. */
static int read_days(const char **text, unsigned *days)
{
    int first = read_day(text), last = first;

    if (first >= 0 && **text == '-') {
        ++*text;
        last = read_day(text);
    }
    if (first < 0 || last < 0)
        return -1;
    for (int day = first; day != last; day = (day + 1) % DAYS)
        *days |= 1u << day;
    *days |= 1u << last;
    return 0;
}

/* "14:00", up to "24:00": minutes since midnight; *text is moved past them. -1: something else. */
static int read_minutes(const char **text)
{
    const char *begin = *text;
    long hours, minutes;

    if (parse_number(begin, 0, 24, &hours, text) || **text != ':' || *text - begin > 2)
        return -1;
    begin = *text + 1;
    if (parse_number(begin, 0, hours == 24 ? 0 : 59, &minutes, text) || *text - begin != 2)
        return -1;
    return (int)(hours * 60 + minutes);
}

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

static int parse_days(const char **text, unsigned *days, struct error *error)
{
    *days = 0;
    do {
        *text = skip_blanks(*text);
        if (read_days(text, days))
            return error_set(error, "'%.*s' is no day (try Sat, Mon-Fri, or Sat,Sun)",
                             (int)strcspn(*text, " \t,"), *text);
        *text = skip_blanks(*text);
    } while (*(*text)++ == ',');
    --*text;
    return 0;
}

static int parse(const char *text, struct window *window, struct error *error)
{
    static const char form[] = "is not [DAYS] HH:MM-HH:MM (try 'Sat 14:00-16:00')";
    const char *rest = skip_blanks(text);

    window->days = ALL_DAYS;
    if (!isdigit((unsigned char)*rest) && *rest && parse_days(&rest, &window->days, error))
        return -1;
    window->begin = read_minutes(&rest);
    rest = skip_blanks(rest);
    if (window->begin < 0 || window->begin == DAY_MINUTES || *rest != '-')
        return error_set(error, "'%s' %s", text, form);
    rest = skip_blanks(rest + 1);
    window->end = read_minutes(&rest);
    if (window->end < 0 || *skip_blanks(rest))
        return error_set(error, "'%s' %s", text, form);
    if (window->begin == window->end)
        return error_set(error, "'%s' ends when it begins (a whole day is 00:00-24:00)", text);
    return 0;
}

int maintenance_check(const char *text, struct error *error)
{
    struct window window;

    return parse(text, &window, error);
}

static bool has_day(const struct window *window, int day)
{
    return window->days & 1u << day;
}

static bool window_contains(const struct window *window, int day, int minute)
{
    if (window->begin < window->end)
        return has_day(window, day) && minute >= window->begin && minute < window->end;
    return (has_day(window, day) && minute >= window->begin) ||
           (has_day(window, (day + DAYS - 1) % DAYS) && minute < window->end);
}

bool maintenance_contains(const struct string_list *windows, int64_t time_us)
{
    time_t seconds = (time_t)(time_us / CLOCK_S);
    struct tm local;

    if (windows->count == 0 || !localtime_r(&seconds, &local))
        return false;
    for (size_t i = 0; i < windows->count; i++) {
        struct window window;
        struct error error;

        if (parse(windows->items[i], &window, &error) == 0 &&
            window_contains(&window, local.tm_wday, local.tm_hour * 60 + local.tm_min))
            return true;
    }
    return false;
}
