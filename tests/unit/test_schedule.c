/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "schedule_play.h"

TEST(nothing_has_no_turn)
{
    begin(0);
    expect(0, "");
    assert_null(scheduler_drop(scheduler));
    assert_int_equal(scheduler_waiting(scheduler), 0);
    assert_int_equal(scheduler_wake_us(scheduler), CLOCK_NEVER);
    end();
    scheduler_free(NULL);
}

TEST(one_host_keeps_its_order)
{
    begin(0);
    add("a1 a2 a3 a4");
    expect(0, "a1 a2 a3 a4");
    end();
}

TEST(hosts_take_turns)
{
    begin(0);
    add("a1 a2 a3 a4 b1 b2 c1");
    expect(0, "a1 b1 c1 a2 b2 a3 a4");
    end();
}

TEST(host_that_comes_later_waits_one_round)
{
    begin(0);
    add("a1 a2 a3 b1 b2");
    assert_string_equal(scheduler_next(scheduler, 0)->given, "a1");
    add("c1 c2");
    expect(0, "b1 a2 c1 b2 a3 c2");
    end();
}

TEST(host_limit_holds)
{
    begin(2);
    add("a1 a2 a3 a4 b1 b2 b3");
    expect(0, "a1 b1 a2 b2");
    assert_int_equal(scheduler_waiting(scheduler), 3);
    expect(0, "");
    done("a2");
    expect(0, "a3");
    done("b1");
    done("b2");
    expect(0, "b3");
    done("a1");
    done("a3");
    expect(0, "a4");
    end();
}

TEST(limit_of_one_is_one)
{
    begin(1);
    add("a1 a2 a3");
    for (int i = 1; i <= 3; i++) {
        char name[4];

        sprintf(name, "a%d", i);
        expect(0, name);
        done(name);
    }
    expect(0, "");
    assert_int_equal(scheduler_waiting(scheduler), 0);
    end();
}

TEST(host_is_known_again_after_it_was_forgotten)
{
    begin(1);
    add("a1");
    expect(0, "a1");
    done("a1");
    add("a2 a3");
    expect(0, "a2");
    done("a2");
    expect(0, "a3");
    end();
}

TEST(again_waits_for_its_time)
{
    begin(0);
    add("a1 a2 b1");
    expect(0, "a1 b1 a2");
    again("a1", 1000);
    assert_int_equal(scheduler_waiting(scheduler), 1);
    assert_int_equal(scheduler_wake_us(scheduler), 1000);
    expect(0, "");
    expect(999, "");
    expect(1000, "a1");
    assert_int_equal(scheduler_waiting(scheduler), 0);
    assert_int_equal(scheduler_wake_us(scheduler), CLOCK_NEVER);
    end();
}

/* However often the first comes back: none waits for ever that was never asked. */
TEST(again_comes_behind_the_others_of_its_host)
{
    begin(1);
    add("a1 a2 a3");
    expect(0, "a1");
    again("a1", 10);
    expect(10, "a2");
    again("a2", 10);
    expect(10, "a3");
    done("a3");
    expect(10, "a1");
    done("a1");
    expect(10, "a2");
    end();
}

TEST(again_does_not_hold_up_the_others)
{
    begin(1);
    add("a1 a2 b1");
    expect(0, "a1 b1");
    again("a1", 10);
    expect(5, "a2");
    /* Its time has come, its turn has not: the host has one in flight. */
    expect(10, "");
    done("a2");
    expect(10, "a1");
    end();
}

TEST(wake_is_the_earliest_time)
{
    begin(0);
    add("a1 b1 c1 d1");
    expect(0, "a1 b1 c1 d1");
    again("a1", 300);
    again("b1", 100);
    again("c1", 200);
    again("d1", 150);
    assert_int_equal(scheduler_wake_us(scheduler), 100);
    expect(100, "b1");
    assert_int_equal(scheduler_wake_us(scheduler), 150);
    expect(150, "d1");
    assert_int_equal(scheduler_wake_us(scheduler), 200);
    expect(300, "c1 a1");
    end();
}

TEST(again_ends_the_check)
{
    begin(1);
    add("a1 a2");
    expect(0, "a1");
    again("a1", 50);
    expect(0, "a2");
    done("a2");
    expect(49, "");
    expect(50, "a1");
    again("a1", 0);
    expect(50, "a1");
    done("a1");
    expect(50, "");
    end();
}

static size_t drop_all(void)
{
    size_t count = 0;

    while (scheduler_drop(scheduler))
        count++;
    return count;
}

TEST(drop_takes_what_waits_whatever_the_limits)
{
    begin(1);
    add("a1 a2 a3 b1 c1 c2");
    expect(0, "a1 b1 c1");
    again("b1", 1000000);
    assert_int_equal(scheduler_waiting(scheduler), 4);
    assert_int_equal(drop_all(), 4);
    assert_int_equal(scheduler_waiting(scheduler), 0);
    assert_int_equal(scheduler_wake_us(scheduler), CLOCK_NEVER);
    done("a1");
    done("c1");
    expect(2000000, "");
    end();
}

TEST(dropped_are_not_in_flight)
{
    begin(1);
    add("a1 a2");
    assert_string_equal(scheduler_drop(scheduler)->host, "a");
    assert_int_equal(scheduler_waiting(scheduler), 1);
    assert_non_null(scheduler_next(scheduler, 0));
    assert_null(scheduler_next(scheduler, 0));
    end();
}

static bool has_more(const char *name)
{
    return scheduler_has_more(scheduler, target_named(name));
}

TEST(others_of_the_host_that_wait_are_known)
{
    begin(1);
    add("a1 a2 b1");
    expect(0, "a1 b1");
    assert_true(has_more("a1"));
    assert_false(has_more("b1"));
    done("a1");
    expect(0, "a2");
    assert_false(has_more("a2"));
    add("b2");
    assert_true(has_more("b1"));
    end();
}

TEST(free_may_leave_some_behind)
{
    begin(1);
    add("a1 a2 b1 c1");
    assert_non_null(scheduler_next(scheduler, 0));
    again("a1", 1000);
    end();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_has_no_turn),
        cmocka_unit_test(one_host_keeps_its_order),
        cmocka_unit_test(hosts_take_turns),
        cmocka_unit_test(host_that_comes_later_waits_one_round),
        cmocka_unit_test(host_limit_holds),
        cmocka_unit_test(limit_of_one_is_one),
        cmocka_unit_test(host_is_known_again_after_it_was_forgotten),
        cmocka_unit_test(again_waits_for_its_time),
        cmocka_unit_test(again_comes_behind_the_others_of_its_host),
        cmocka_unit_test(again_does_not_hold_up_the_others),
        cmocka_unit_test(wake_is_the_earliest_time),
        cmocka_unit_test(again_ends_the_check),
        cmocka_unit_test(drop_takes_what_waits_whatever_the_limits),
        cmocka_unit_test(dropped_are_not_in_flight),
        cmocka_unit_test(others_of_the_host_that_wait_are_known),
        cmocka_unit_test(free_may_leave_some_behind),
    };

    return RUN_TESTS(tests);
}
