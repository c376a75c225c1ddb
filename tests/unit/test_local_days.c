/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "state/local_days.h"

/* Days of the local time. The zones are POSIX TZ strings, so that no zone files are needed. */

#define HOUR_US (INT64_C(3600) * CLOCK_S)

static void set_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static int64_t utc(int year, int month, int day, int hour)
{
    struct tm date = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour};

    return (int64_t)timegm(&date) * CLOCK_S;
}

/* Expects days that begin then, with so many hours. hours[count] is 0. */
static void expect_days(int64_t from_us, int64_t to_us, int64_t begin_us, const int *hours)
{
    size_t count, i;
    int64_t *days = local_days(from_us, to_us, &count);

    assert_int_equal(days[0], begin_us);
    for (i = 0; hours[i]; i++) {
        assert_true(i < count);
        assert_int_equal((days[i + 1] - days[i]) / HOUR_US, hours[i]);
    }
    assert_int_equal(count, i);
    assert_true(days[0] <= from_us && days[count] >= to_us);
    free(days);
}

TEST(days_of_utc)
{
    set_zone("UTC");
    expect_days(utc(2026, 11, 29, 13), utc(2026, 11, 30, 1), utc(2026, 11, 29, 0),
                (const int[]){24, 24, 0});
    expect_days(utc(2026, 11, 29, 0), utc(2026, 11, 30, 0), utc(2026, 11, 29, 0),
                (const int[]){24, 0});
    expect_days(utc(2026, 11, 29, 0), utc(2026, 11, 29, 0) + 1, utc(2026, 11, 29, 0),
                (const int[]){24, 0});
}

TEST(days_when_summer_time_begins_and_ends)
{
    set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    expect_days(utc(2026, 3, 28, 12), utc(2026, 3, 30, 12), utc(2026, 3, 27, 23),
                (const int[]){24, 23, 24, 0});
    expect_days(utc(2026, 10, 24, 12), utc(2026, 10, 26, 12), utc(2026, 10, 23, 22),
                (const int[]){24, 25, 24, 0});
}

/* In Beirut clocks go from 0:00 to 1:00, and at the end from 0:00 to 23:00. */
TEST(days_without_a_midnight_or_with_two)
{
    set_zone("EET-2EEST,M3.5.0/0,M10.5.0/0");
    expect_days(utc(2026, 3, 28, 12), utc(2026, 3, 30, 12), utc(2026, 3, 27, 22),
                (const int[]){24, 23, 24, 0});
    expect_days(utc(2026, 10, 23, 12), utc(2026, 10, 25, 12), utc(2026, 10, 22, 21),
                (const int[]){24, 25, 24, 0});
}

TEST(days_far_from_greenwich)
{
    set_zone("LINT-14");
    expect_days(utc(2026, 11, 29, 13), utc(2026, 11, 30, 11), utc(2026, 11, 29, 10),
                (const int[]){24, 24, 0});
    set_zone("<-12>12");
    expect_days(utc(2026, 11, 29, 13), utc(2026, 11, 30, 9), utc(2026, 11, 29, 12),
                (const int[]){24, 0});
    set_zone("IST-5:30");
    expect_days(utc(2026, 11, 29, 13), utc(2026, 11, 29, 14), utc(2026, 11, 28, 18) + HOUR_US / 2,
                (const int[]){24, 0});
}

/* Such a time zone exists only by mistake; what matters is that the days end. */
TEST(days_of_a_zone_that_makes_no_sense)
{
    size_t count;

    set_zone("A-24B24,J100/0,J101/167");
    free(local_days(utc(2016, 1, 1, 0), utc(2026, 11, 30, 0), &count));
    assert_in_range(count, 3000, 9000);
}

TEST(ten_years)
{
    size_t count;

    set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    free(local_days(utc(2016, 12, 1, 0), utc(2026, 12, 1, 0) - HOUR_US, &count));
    assert_int_equal(count, 3652);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_of_utc),
        cmocka_unit_test(days_when_summer_time_begins_and_ends),
        cmocka_unit_test(days_without_a_midnight_or_with_two),
        cmocka_unit_test(days_far_from_greenwich),
        cmocka_unit_test(days_of_a_zone_that_makes_no_sense),
        cmocka_unit_test(ten_years),
    };

    alarm(HANG_S);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
