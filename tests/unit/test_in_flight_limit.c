/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "engine/in_flight_limit.h"

/* How many checks may be in flight: lowered by shortages, raised by successes. */

static struct in_flight_limit limit;

static int setup(void **state)
{
    (void)state;
    in_flight_limit_init(&limit, 100);
    return 0;
}

/* After that many successes, and no fewer, the limit rises by one. */
static void expect_raise_after(size_t successes)
{
    size_t before = limit.current;

    for (size_t i = 1; i < successes; i++)
        assert_false(in_flight_limit_succeed(&limit));
    assert_int_equal(limit.current, before);
    assert_true(in_flight_limit_succeed(&limit));
    assert_int_equal(limit.current, before + 1);
}

TEST(maximum_is_the_limit_at_first)
{
    assert_int_equal(limit.current, 100);
    for (int i = 0; i < 1000; i++)
        assert_false(in_flight_limit_succeed(&limit));
    assert_int_equal(limit.current, 100);
}

TEST(shortage_lowers_the_limit)
{
    assert_true(in_flight_limit_lower(&limit, 75, 75));
    assert_int_equal(limit.current, 75);
}

TEST(limit_is_at_least_one)
{
    assert_true(in_flight_limit_lower(&limit, 0, 0));
    assert_int_equal(limit.current, 1);
    assert_false(in_flight_limit_lower(&limit, 0, 0));
    assert_int_equal(limit.current, 1);
}

TEST(target_that_is_not_lower_changes_nothing)
{
    assert_false(in_flight_limit_lower(&limit, 100, 100));
    assert_true(in_flight_limit_lower(&limit, 50, 50));
    assert_false(in_flight_limit_lower(&limit, 50, 50));
    assert_false(in_flight_limit_lower(&limit, 60, 50));
    assert_int_equal(limit.current, 50);
}

TEST(sixty_four_successes_raise_the_limit_by_one)
{
    in_flight_limit_lower(&limit, 97, 97);
    assert_int_equal(IN_FLIGHT_SUCCESSES, 64);
    for (int i = 0; i < 3; i++)
        expect_raise_after(64);
    /* Not beyond the maximum. */
    for (int i = 0; i < 1000; i++)
        assert_false(in_flight_limit_succeed(&limit));
    assert_int_equal(limit.current, 100);
}

TEST(each_shortage_doubles_the_successes)
{
    size_t successes = 64;

    for (int i = 0; i < 6; i++, successes *= 2) {
        in_flight_limit_lower(&limit, 50, 50);
        expect_raise_after(successes);
        expect_raise_after(successes);
    }
}

/* A shortage counts even if it cannot lower the limit. */
TEST(shortage_at_the_lowest_limit_doubles_the_successes)
{
    in_flight_limit_lower(&limit, 1, 1);
    in_flight_limit_lower(&limit, 1, 1);
    expect_raise_after(128);
}

TEST(shortage_restarts_the_count)
{
    in_flight_limit_lower(&limit, 50, 50);
    for (int i = 0; i < 63; i++)
        assert_false(in_flight_limit_succeed(&limit));
    in_flight_limit_lower(&limit, 50, 50);
    expect_raise_after(128);
}

TEST(limit_is_not_lowered_while_checks_drain)
{
    assert_true(in_flight_limit_lower(&limit, 75, 100));
    assert_false(in_flight_limit_lower(&limit, 50, 99));
    in_flight_limit_update(&limit, 76);
    assert_false(in_flight_limit_lower(&limit, 50, 76));
    assert_int_equal(limit.current, 75);
    in_flight_limit_update(&limit, 75);
    assert_true(in_flight_limit_lower(&limit, 50, 75));
    assert_int_equal(limit.current, 50);
}

/* No check is above the new limit, so none drains. */
TEST(limit_is_lowered_again_at_once_without_a_drain)
{
    assert_true(in_flight_limit_lower(&limit, 75, 75));
    assert_true(in_flight_limit_lower(&limit, 50, 50));
    assert_int_equal(limit.current, 50);
}

/* Draining does not begin again when later checks fill the limit. */
TEST(draining_ends_once)
{
    assert_true(in_flight_limit_lower(&limit, 75, 100));
    in_flight_limit_update(&limit, 70);
    in_flight_limit_update(&limit, 75);
    assert_true(in_flight_limit_lower(&limit, 56, 75));
    assert_int_equal(limit.current, 56);
}

#define LIMIT_TEST(test) cmocka_unit_test_setup(test, setup)

TEST(decrease_is_to_three_quarters_of_what_is_in_flight)
{
    assert_int_equal(in_flight_limit_decreased(&limit, 100), 75);
    assert_int_equal(in_flight_limit_decreased(&limit, 8), 6);
    assert_int_equal(in_flight_limit_decreased(&limit, 1), 0);
    assert_int_equal(in_flight_limit_decreased(&limit, 356), 75); /* those above the limit drain */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        LIMIT_TEST(decrease_is_to_three_quarters_of_what_is_in_flight),
        LIMIT_TEST(maximum_is_the_limit_at_first),
        LIMIT_TEST(shortage_lowers_the_limit),
        LIMIT_TEST(limit_is_at_least_one),
        LIMIT_TEST(target_that_is_not_lower_changes_nothing),
        LIMIT_TEST(sixty_four_successes_raise_the_limit_by_one),
        LIMIT_TEST(each_shortage_doubles_the_successes),
        LIMIT_TEST(shortage_at_the_lowest_limit_doubles_the_successes),
        LIMIT_TEST(shortage_restarts_the_count),
        LIMIT_TEST(limit_is_not_lowered_while_checks_drain),
        LIMIT_TEST(limit_is_lowered_again_at_once_without_a_drain),
        LIMIT_TEST(draining_ends_once),
    };

    return RUN_TESTS(tests);
}
