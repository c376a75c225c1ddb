/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "engine/clock.h"
#include "engine/schedule.h"
#include "fake_target.h"

/* Targets are told apart by their given, "a1": the host is its first letter. */
#define TARGETS_MAX 32

static char names[TARGETS_MAX][4];
static char hosts[TARGETS_MAX][2];
static struct target *targets[TARGETS_MAX];
static size_t target_count;
static struct schedule *schedule;

static const struct target *target_named(const char *name)
{
    for (size_t i = 0; i < target_count; i++) {
        if (strcmp(names[i], name) == 0)
            return targets[i];
    }
    assert_in_range(target_count, 0, TARGETS_MAX - 1);
    strcpy(names[target_count], name);
    hosts[target_count][0] = name[0];
    targets[target_count] = fake_target(names[target_count], hosts[target_count]);
    return targets[target_count++];
}

static void begin(size_t host_limit)
{
    schedule = schedule_new(&(struct schedule_rules){.host_limit = host_limit});
    assert_non_null(schedule);
}

static void end(void)
{
    schedule_free(schedule);
    while (target_count > 0)
        target_free(targets[--target_count]);
}

static void add(const char *names_to_add)
{
    char list[128], *rest = NULL;

    strcpy(list, names_to_add);
    for (char *name = strtok_r(list, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
        assert_int_equal(schedule_add(schedule, target_named(name)), 0);
}

/* What may start at now_us, in its order, is as wanted: "a1 b1". It is then in flight. */
static void expect(int64_t now_us, const char *wanted)
{
    const struct target *target;
    char seen[256] = "";

    while ((target = schedule_next(schedule, now_us)))
        sprintf(seen + strlen(seen), "%s%s", *seen ? " " : "", target->given);
    assert_string_equal(seen, wanted);
}

static void done(const char *name)
{
    schedule_done(schedule, target_named(name));
}

static void again(const char *name, int64_t time_us)
{
    assert_int_equal(schedule_again(schedule, target_named(name), time_us), 0);
}

TEST(nothing_has_no_turn)
{
    begin(0);
    expect(0, "");
    assert_null(schedule_drop(schedule));
    assert_int_equal(schedule_waiting(schedule), 0);
    assert_int_equal(schedule_wake_us(schedule), CLOCK_NEVER);
    end();
    schedule_free(NULL);
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
    assert_string_equal(schedule_next(schedule, 0)->given, "a1");
    add("c1 c2");
    expect(0, "b1 a2 c1 b2 a3 c2");
    end();
}

TEST(host_limit_holds)
{
    begin(2);
    add("a1 a2 a3 a4 b1 b2 b3");
    expect(0, "a1 b1 a2 b2");
    assert_int_equal(schedule_waiting(schedule), 3);
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
    assert_int_equal(schedule_waiting(schedule), 0);
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
    assert_int_equal(schedule_waiting(schedule), 1);
    assert_int_equal(schedule_wake_us(schedule), 1000);
    expect(0, "");
    expect(999, "");
    expect(1000, "a1");
    assert_int_equal(schedule_waiting(schedule), 0);
    assert_int_equal(schedule_wake_us(schedule), CLOCK_NEVER);
    end();
}

TEST(again_comes_before_the_others_of_its_host)
{
    begin(1);
    add("a1 a2 a3");
    expect(0, "a1");
    again("a1", 10);
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
    assert_int_equal(schedule_wake_us(schedule), 100);
    expect(100, "b1");
    assert_int_equal(schedule_wake_us(schedule), 150);
    expect(150, "d1");
    assert_int_equal(schedule_wake_us(schedule), 200);
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

    while (schedule_drop(schedule))
        count++;
    return count;
}

TEST(drop_takes_what_waits_whatever_the_limits)
{
    begin(1);
    add("a1 a2 a3 b1 c1 c2");
    expect(0, "a1 b1 c1");
    again("b1", 1000000);
    assert_int_equal(schedule_waiting(schedule), 4);
    assert_int_equal(drop_all(), 4);
    assert_int_equal(schedule_waiting(schedule), 0);
    assert_int_equal(schedule_wake_us(schedule), CLOCK_NEVER);
    done("a1");
    done("c1");
    expect(2000000, "");
    end();
}

TEST(dropped_are_not_in_flight)
{
    begin(1);
    add("a1 a2");
    assert_string_equal(schedule_drop(schedule)->host, "a");
    assert_int_equal(schedule_waiting(schedule), 1);
    assert_non_null(schedule_next(schedule, 0));
    assert_null(schedule_next(schedule, 0));
    end();
}

static bool has_more(const char *name)
{
    return schedule_has_more(schedule, target_named(name));
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
    assert_non_null(schedule_next(schedule, 0));
    again("a1", 1000);
    end();
}

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
        cmocka_unit_test(nothing_has_no_turn),
        cmocka_unit_test(one_host_keeps_its_order),
        cmocka_unit_test(hosts_take_turns),
        cmocka_unit_test(host_that_comes_later_waits_one_round),
        cmocka_unit_test(host_limit_holds),
        cmocka_unit_test(limit_of_one_is_one),
        cmocka_unit_test(host_is_known_again_after_it_was_forgotten),
        cmocka_unit_test(again_waits_for_its_time),
        cmocka_unit_test(again_comes_before_the_others_of_its_host),
        cmocka_unit_test(again_does_not_hold_up_the_others),
        cmocka_unit_test(wake_is_the_earliest_time),
        cmocka_unit_test(again_ends_the_check),
        cmocka_unit_test(drop_takes_what_waits_whatever_the_limits),
        cmocka_unit_test(dropped_are_not_in_flight),
        cmocka_unit_test(others_of_the_host_that_wait_are_known),
        cmocka_unit_test(free_may_leave_some_behind),
        cmocka_unit_test(rate_spaces_starts),
        cmocka_unit_test(rate_is_not_saved_up),
        cmocka_unit_test(held_host_waits_and_the_others_go_on),
        cmocka_unit_test(longer_hold_counts),
        cmocka_unit_test(host_that_was_held_is_trusted_again),
    };

    return RUN_TESTS(tests);
}
