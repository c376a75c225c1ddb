/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "input/maintenance.h"

/* The windows of --maintenance. 2026-11-28 is a Saturday. */

static void use_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

/* Summer time begins at 2026-03-29, 02:00 and ends at 2026-10-25, 03:00: both are Sundays. */
static void use_berlin(void)
{
    use_zone("CET-1CEST,M3.5.0,M10.5.0/3");
}

/* "2026-11-28 14:00", UTC: seconds since 1970 */
static int64_t utc(const char *text)
{
    struct tm tm = {0};

    assert_non_null(strptime(text, "%Y-%m-%d %H:%M", &tm));
    return timegm(&tm);
}

static bool contains(const char *window, const char *time)
{
    struct string_list windows = {0};
    struct error error;
    bool found;

    if (maintenance_check(window, &error))
        fail_msg("'%s' is refused: %s", window, error.text);
    string_list_add(&windows, window);
    found = maintenance_contains(&windows, utc(time) * CLOCK_S);
    string_list_release(&windows);
    return found;
}

TEST(a_window_on_one_day)
{
    use_zone("UTC0");
    assert_false(contains("Sat 14:00-16:00", "2026-11-28 13:59"));
    assert_true(contains("Sat 14:00-16:00", "2026-11-28 14:00"));
    assert_true(contains("Sat 14:00-16:00", "2026-11-28 15:59"));
    assert_false(contains("Sat 14:00-16:00", "2026-11-28 16:00"));
    assert_false(contains("Sat 14:00-16:00", "2026-11-27 15:00"));
    assert_false(contains("Sat 14:00-16:00", "2026-11-29 15:00"));
}

TEST(windows_are_spelled_in_several_ways)
{
    static const char *const same[] = {"Sat 14:00-16:00", "sat 14:00 - 16:00",
                                       "SATURDAY 14:00-16:00", "  Sat\t14:00-16:00 ",
                                       "Sat14:00-16:00"};

    use_zone("UTC0");
    for (size_t i = 0; i < COUNT_OF(same); i++) {
        assert_true(contains(same[i], "2026-11-28 15:00"));
        assert_false(contains(same[i], "2026-11-29 15:00"));
    }
    assert_true(contains("9:30-9:31", "2026-11-28 09:30"));
}

/* Which days of the week from Sunday, 2026-11-22 a window has. */
static void expect_days(const char *days, const char *wanted)
{
    char window[64], found[8] = "";

    snprintf(window, sizeof(window), "%s 12:00-13:00", days);
    for (int day = 0; day < 7; day++) {
        char time[32];

        snprintf(time, sizeof(time), "2026-11-%d 12:30", 22 + day);
        found[day] = contains(window, time) ? "SMTWTFS"[day] : '-';
    }
    assert_string_equal(found, wanted);
}

TEST(days)
{
    use_zone("UTC0");
    expect_days("", "SMTWTFS");
    expect_days("Mon-Fri", "-MTWTF-");
    expect_days("Sat,Sun", "S-----S");
    expect_days("Sat, Sun", "S-----S");
    expect_days("Fri-Mon", "SM---FS");
    expect_days("Mon,Wed-Thu,Sat", "-M-WT-S");
    expect_days("Tue-Tue", "--T----");
    expect_days("Sun-Sat", "SMTWTFS");
}

TEST(over_midnight_the_day_is_that_of_the_begin)
{
    use_zone("UTC0");
    assert_false(contains("Fri 22:00-06:00", "2026-11-27 05:00"));
    assert_true(contains("Fri 22:00-06:00", "2026-11-27 22:00"));
    assert_true(contains("Fri 22:00-06:00", "2026-11-28 05:59"));
    assert_false(contains("Fri 22:00-06:00", "2026-11-28 06:00"));
    assert_false(contains("Fri 22:00-06:00", "2026-11-28 23:00"));
    assert_true(contains("Sat 22:00-06:00", "2026-11-29 01:00"));
    assert_true(contains("22:00-06:00", "2026-11-28 23:00"));
    assert_true(contains("22:00-06:00", "2026-11-28 00:00"));
    assert_false(contains("22:00-06:00", "2026-11-28 12:00"));
}

TEST(a_day_ends_at_24_00)
{
    use_zone("UTC0");
    assert_true(contains("Sat 00:00-24:00", "2026-11-28 00:00"));
    assert_true(contains("Sat 00:00-24:00", "2026-11-28 23:59"));
    assert_false(contains("Sat 00:00-24:00", "2026-11-29 00:00"));
    assert_true(contains("Sat 22:00-00:00", "2026-11-28 23:59"));
    assert_false(contains("Sat 22:00-00:00", "2026-11-29 00:00"));
}

TEST(times_are_local)
{
    use_berlin();
    assert_true(contains("Sat 14:00-16:00", "2026-11-28 13:00")); /* CET */
    assert_false(contains("Sat 14:00-16:00", "2026-11-28 15:00"));
    assert_true(contains("Sat 14:00-16:00", "2026-07-04 12:00")); /* CEST */
    assert_false(contains("Sat 14:00-16:00", "2026-07-04 14:00"));
    assert_true(contains("Sun 00:00-00:30", "2026-11-28 23:15"));
}

TEST(when_summer_time_begins_an_hour_is_left_out)
{
    use_berlin();
    assert_true(contains("01:00-04:00", "2026-03-29 00:59"));  /* 01:59 CET */
    assert_true(contains("01:00-04:00", "2026-03-29 01:00"));  /* 03:00 CEST */
    assert_false(contains("01:00-04:00", "2026-03-29 02:00")); /* 04:00 CEST */
    assert_false(contains("02:00-03:00", "2026-03-29 00:59"));
    assert_false(contains("02:00-03:00", "2026-03-29 01:00"));
}

TEST(when_summer_time_ends_an_hour_counts_twice)
{
    use_berlin();
    assert_true(contains("02:00-03:00", "2026-10-25 00:30")); /* 02:30 CEST */
    assert_true(contains("02:00-03:00", "2026-10-25 01:30")); /* 02:30 CET */
    assert_false(contains("02:00-03:00", "2026-10-25 02:00"));
}

TEST(several_windows)
{
    struct string_list windows = {0};

    use_zone("UTC0");
    assert_false(maintenance_contains(&windows, utc("2026-11-28 15:00") * CLOCK_S));
    string_list_add(&windows, "Sat 14:00-16:00");
    string_list_add(&windows, "Sun 03:00-04:00");
    assert_true(maintenance_contains(&windows, utc("2026-11-28 15:00") * CLOCK_S));
    assert_true(maintenance_contains(&windows, utc("2026-11-29 03:30") * CLOCK_S));
    assert_false(maintenance_contains(&windows, utc("2026-11-29 15:00") * CLOCK_S));
    string_list_release(&windows);
}

TEST(other_texts_are_refused)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"", "'' is not [DAYS] HH:MM-HH:MM (try 'Sat 14:00-16:00')"},
        {"Sat", "'Sat' is not [DAYS] HH:MM-HH:MM (try 'Sat 14:00-16:00')"},
        {"14:00", "'14:00' is not [DAYS] HH:MM-HH:MM (try 'Sat 14:00-16:00')"},
        {"14-16", "'14-16' is not [DAYS] HH:MM-HH:MM (try 'Sat 14:00-16:00')"},
        {"14:00-16:00 Sat", "'14:00-16:00 Sat' is not [DAYS] HH:MM-HH:MM (try 'Sat 14:00-16:00')"},
        {"Sat 14:60-16:00", "'Sat 14:60-16:00' is not [DAYS] HH:MM-HH:MM (try 'Sat 14:00-16:00')"},
        {"Sat 14:00-24:01", "'Sat 14:00-24:01' is not [DAYS] HH:MM-HH:MM (try 'Sat 14:00-16:00')"},
        {"24:00-01:00", "'24:00-01:00' is not [DAYS] HH:MM-HH:MM (try 'Sat 14:00-16:00')"},
        {"14:0-16:00", "'14:0-16:00' is not [DAYS] HH:MM-HH:MM (try 'Sat 14:00-16:00')"},
        {"014:00-16:00", "'014:00-16:00' is not [DAYS] HH:MM-HH:MM (try 'Sat 14:00-16:00')"},
        {"2pm-4pm", "'2pm-4pm' is not [DAYS] HH:MM-HH:MM (try 'Sat 14:00-16:00')"},
        {"Sat 14:00-14:00", "'Sat 14:00-14:00' ends when it begins (a whole day is 00:00-24:00)"},
        {"Sam 14:00-16:00", "'Sam' is no day (try Sat, Mon-Fri, or Sat,Sun)"},
        {"Satur 14:00-16:00", "'Satur' is no day (try Sat, Mon-Fri, or Sat,Sun)"},
        {"Mon- 14:00-16:00", "'' is no day (try Sat, Mon-Fri, or Sat,Sun)"},
        {"Mon,, 14:00-16:00", "'' is no day (try Sat, Mon-Fri, or Sat,Sun)"},
        {"Mon-Freitag 14:00-16:00", "'Freitag' is no day (try Sat, Mon-Fri, or Sat,Sun)"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error;

        if (maintenance_check(cases[i].text, &error) == 0)
            fail_msg("'%s' is not refused", cases[i].text);
        assert_string_equal(error.text, cases[i].reason);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_on_one_day),
        cmocka_unit_test(windows_are_spelled_in_several_ways),
        cmocka_unit_test(days),
        cmocka_unit_test(over_midnight_the_day_is_that_of_the_begin),
        cmocka_unit_test(a_day_ends_at_24_00),
        cmocka_unit_test(times_are_local),
        cmocka_unit_test(when_summer_time_begins_an_hour_is_left_out),
        cmocka_unit_test(when_summer_time_ends_an_hour_counts_twice),
        cmocka_unit_test(several_windows),
        cmocka_unit_test(other_texts_are_refused),
    };

    return RUN_TESTS(tests);
}
