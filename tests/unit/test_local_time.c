/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "output/local_time.h"

static void expect(const char *zone, enum local_time form, const char *wanted)
{
    char text[LOCAL_TIME_BYTES];

    setenv("TZ", zone, 1);
    tzset();
    assert_string_equal(local_time(text, form, 1796047539 * CLOCK_S), wanted);
}

TEST(forms_of_a_time)
{
    expect("UTC", LOCAL_DAY, "30 Nov");
    expect("UTC", LOCAL_DATE, "30 Nov 2026");
    expect("UTC", LOCAL_CLOCK, "14:05 UTC");
    expect("UTC", LOCAL_MINUTE, "30 Nov, 14:05 UTC");
    expect("UTC", LOCAL_FULL, "30 Nov 2026, 14:05 UTC");
}

TEST(zones)
{
    expect("CET-1CEST", LOCAL_CLOCK, "15:05 CET");
    expect("<-03>3", LOCAL_CLOCK, "11:05 UTC-03");
    expect("<+12>-12", LOCAL_DATE, "1 Dec 2026");
}

TEST(impossible_times)
{
    char text[LOCAL_TIME_BYTES];

    assert_non_null(local_time(text, LOCAL_FULL, INT64_MAX));
    assert_non_null(local_time(text, LOCAL_FULL, INT64_MIN));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_of_a_time),
        cmocka_unit_test(zones),
        cmocka_unit_test(impossible_times),
    };

    return RUN_TESTS(tests);
}
