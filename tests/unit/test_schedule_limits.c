/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "schedule_play.h"

/* The rate of starts, and hosts that are left alone. */

TEST(rate_spaces_starts)
{
    const struct schedule_rules rules = {.rate = 10, .rate_period_us = CLOCK_S};
    int64_t starts_us[40];
    int64_t now_us = 5;

    schedule = schedule_new(&rules);
    assert_non_null(schedule);
    add("a1 a2 a3 a4 a5 a6 a7 a8 a9 b1 b2 b3 b4 b5 b6 b7 b8 b9 c1 c2");
    for (size_t i = 0; i < 20; i++) {
        const struct target *target = schedule_next(schedule, now_us);

        assert_non_null(target);
        starts_us[i] = now_us;
        assert_null(schedule_next(schedule, now_us));
        if (i == 19)
            break;
        assert_true(schedule_wake_us(schedule) > now_us);
        assert_null(schedule_next(schedule, schedule_wake_us(schedule) - 1));
        now_us = schedule_wake_us(schedule);
        if (i % 3 == 0)
            now_us += 7 * CLOCK_MS; /* as a thread that is woken late */
    }
    for (size_t i = 10; i < 20; i++)
        assert_true(starts_us[i] - starts_us[i - 10] > CLOCK_S);
    /* What came late is made up for: all in all it is as fast as it may be. */
    assert_in_range(starts_us[19], 19 * CLOCK_S / 10, 21 * CLOCK_S / 10);
    assert_int_equal(schedule_wake_us(schedule), CLOCK_NEVER);
    end();
}

TEST(rate_is_not_saved_up)
{
    const struct schedule_rules rules = {.rate = 10, .rate_period_us = CLOCK_S};

    schedule = schedule_new(&rules);
    add("a1 a2 a3 a4");
    assert_non_null(schedule_next(schedule, 0));
    assert_non_null(schedule_next(schedule, 100 * CLOCK_S));
    assert_null(schedule_next(schedule, 100 * CLOCK_S + 50 * CLOCK_MS));
    end();
}

TEST(held_host_waits_and_the_others_go_on)
{
    begin(4);
    add("a1 a2 a3 b1 b2");
    assert_string_equal(schedule_next(schedule, 0)->given, "a1");
    schedule_hold(schedule, target_named("a1"), 100);
    expect(10, "b1 b2");
    done("a1");
    add("a4");
    expect(99, "");
    assert_int_equal(schedule_wake_us(schedule), 100);
    expect(100, "a2 a3");
    assert_int_equal(schedule_wake_us(schedule), CLOCK_NEVER);
    /* Half as many as before. */
    done("a2");
    expect(100, "a4");
    end();
}

TEST(longer_hold_counts)
{
    begin(4);
    add("a1 a2 a3 a4");
    expect(0, "a1 a2 a3 a4");
    schedule_hold(schedule, target_named("a1"), 100);
    schedule_hold(schedule, target_named("a2"), 50);
    schedule_hold(schedule, target_named("a3"), 200);
    again("a1", 0);
    again("a2", 0);
    again("a3", 0);
    again("a4", 0);
    expect(199, "");
    /* All of that was one time too many: half, not an eighth. */
    expect(200, "a4 a3");
    end();
}

TEST(host_that_was_held_is_trusted_again)
{
    size_t most = 0;

    begin(4);
    add("a1");
    expect(0, "a1");
    schedule_hold(schedule, target_named("a1"), 10);
    done("a1");
    for (int i = 0; i < 200; i++) {
        const struct target *taken[8];
        size_t count = 0;

        for (int k = 0; k < 8; k++)
            assert_int_equal(schedule_add(schedule, target_named("a1")), 0);
        for (int k = 0; k < 8;) {
            while ((taken[count] = schedule_next(schedule, 100 + i)))
                count++;
            most = count > most ? count : most;
            for (k += (int)count; count > 0;)
                schedule_done(schedule, taken[--count]);
        }
    }
    assert_int_equal(most, 4);
    end();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(rate_spaces_starts),
        cmocka_unit_test(rate_is_not_saved_up),
        cmocka_unit_test(held_host_waits_and_the_others_go_on),
        cmocka_unit_test(longer_hold_counts),
        cmocka_unit_test(host_that_was_held_is_trusted_again),
    };

    return RUN_TESTS(tests);
}
