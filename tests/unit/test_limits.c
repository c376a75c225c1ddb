/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/fd_limits.h"

TEST(what_checks_leave_may_wait)
{
    const struct fd_limits limits = {.at_ease = 300};

    assert_int_equal(fd_limits_idle(&limits, 256), 44);
    assert_int_equal(fd_limits_idle(&limits, 299), 1);
}

TEST(none_waits_where_checks_take_all)
{
    const struct fd_limits limits = {.at_ease = 300};

    assert_int_equal(fd_limits_idle(&limits, 300), 0);
    assert_int_equal(fd_limits_idle(&limits, 301), 0);
    assert_int_equal(fd_limits_idle(&limits, SIZE_MAX), 0);
}

TEST(memory_bounds_those_that_wait)
{
    const struct fd_limits some = {.at_ease = 5000}, many = {.at_ease = 2500000};

    assert_in_range(fd_limits_idle(&some, 256), 256, 1024);
    assert_int_equal(fd_limits_idle(&many, 256), fd_limits_idle(&some, 256));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_checks_leave_may_wait),
        cmocka_unit_test(none_waits_where_checks_take_all),
        cmocka_unit_test(memory_bounds_those_that_wait),
    };

    return RUN_TESTS(tests);
}
