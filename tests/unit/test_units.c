/* SPDX-License-Identifier: MIT */
#include "base/units.h"

#include "unit.h"

TEST(decimals_are_digits_after_a_point)
{
    static const struct {
        int64_t number;
        unsigned decimals;
        const char *text;
    } cases[] = {{0, 0, "0"},
                 {7, 0, "7"},
                 {10, 0, "10"},
                 {-120, 0, "-120"},
                 {9999, 0, "9999"},
                 {12345, 0, "12345"},
                 {10, 1, "1.0"},
                 {0, 3, "0.000"},
                 {5, 3, "0.005"},
                 {1234, 3, "1.234"},
                 {-5, 3, "-0.005"},
                 {999999, 6, "0.999999"},
                 {1000000, 6, "1.000000"},
                 {INT64_MAX, 6, "9223372036854.775807"},
                 {INT64_MIN, 0, "-9223372036854775808"},
                 {INT64_MIN, 18, "-9.223372036854775808"}};
    char text[UNITS_TEXT_BYTES];

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(format_decimal(text, cases[i].number, cases[i].decimals),
                            cases[i].text);
}

TEST(microseconds_as_milliseconds_are_rounded)
{
    assert_int_equal(us_to_ms(0), 0);
    assert_int_equal(us_to_ms(499), 0);
    assert_int_equal(us_to_ms(500), 1);
    assert_int_equal(us_to_ms(1499), 1);
    assert_int_equal(us_to_ms(59999999), 60000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals_are_digits_after_a_point),
        cmocka_unit_test(microseconds_as_milliseconds_are_rounded),
    };

    return RUN_TESTS(tests);
}
