/* SPDX-License-Identifier: MIT */
#include "local_days.h"

#include <time.h>

#include "base/alloc.h"
#include "base/clock.h"

#define DAY_S 86400

/* The local date as a number that grows with it: 2026-11-30 is 20261130. */
static int64_t date_of(int64_t time_s)
{
    time_t time = (time_t)time_s;
    struct tm local = {0};

    localtime_r(&time, &local);
    return (local.tm_year + INT64_C(1900)) * 10000 + (local.tm_mon + 1) * 100 + local.tm_mday;
}

/*
 * When the date of time_s began. It is searched for, as mktime() does not say what it makes of a midnight
 * that summer time has left out (in Beirut or Santiago) or that comes twice.
 */
static int64_t begin_of_date(int64_t time_s)
{
    int64_t date = date_of(time_s), before = time_s - 2 * DAY_S, begin = time_s;

    while (begin - before > 1) {
        int64_t middle = before + (begin - before) / 2;

        if (date_of(middle) < date)
            before = middle;
        else
            begin = middle;
    }
    return begin;
}

/* When the day after one begins. At least half a day later, even if $TZ makes no sense. */
static int64_t begin_of_next(int64_t begin_s)
{
    int64_t next_s = begin_of_date(begin_s + DAY_S + DAY_S / 4);

    return next_s - begin_s < DAY_S / 2 ? begin_s + DAY_S : next_s;
}

int64_t *local_days(int64_t from_us, int64_t to_us, size_t *count)
{
    size_t capacity = (size_t)((to_us - from_us) / (DAY_S / 2 * CLOCK_S)) + 4;
    int64_t *begins = xcalloc(capacity, sizeof(*begins));
    int64_t begin_s = begin_of_date(from_us / CLOCK_S);

    *count = 0;
    begins[0] = begin_s * CLOCK_S;
    while (begins[*count] < to_us) {
        begin_s = begin_of_next(begin_s);
        begins[++*count] = begin_s * CLOCK_S;
    }
    return begins;
}
