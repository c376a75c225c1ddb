/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "schedule_play.h"

/* The rate of starts, hosts that are left alone, and what must do without memory. */

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);

/* How often memory is to be had; -1: whenever there is some. */
static int allowance = -1;

static bool is_allowed(void)
{
    if (allowance > 0)
        allowance--;
    else if (allowance == 0)
        return false;
    return true;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return is_allowed() ? __real_calloc(count, size) : NULL;
}

void *__wrap_malloc(size_t size)
{
    return is_allowed() ? __real_malloc(size) : NULL;
}

void *__wrap_realloc(void *memory, size_t size)
{
    return is_allowed() ? __real_realloc(memory, size) : NULL;
}

TEST(rate_spaces_starts)
{
    const struct schedule_rules rules = {.rate = 10, .rate_period_us = CLOCK_S};
    int64_t starts_us[40];
    int64_t now_us = 5;

    scheduler = scheduler_new(&rules);
    assert_non_null(scheduler);
    add("a1 a2 a3 a4 a5 a6 a7 a8 a9 b1 b2 b3 b4 b5 b6 b7 b8 b9 c1 c2");
    for (size_t i = 0; i < 20; i++) {
        const struct target *target = scheduler_next(scheduler, now_us);

        assert_non_null(target);
        starts_us[i] = now_us;
        assert_null(scheduler_next(scheduler, now_us));
        if (i == 19)
            break;
        assert_true(scheduler_wake_us(scheduler) > now_us);
        assert_null(scheduler_next(scheduler, scheduler_wake_us(scheduler) - 1));
        now_us = scheduler_wake_us(scheduler);
        if (i % 3 == 0)
            now_us += 7 * CLOCK_MS; /* as a thread that is woken late */
    }
    for (size_t i = 10; i < 20; i++)
        assert_true(starts_us[i] - starts_us[i - 10] > CLOCK_S);
    /* What came late is made up for: all in all it is as fast as it may be. */
    assert_in_range(starts_us[19], 19 * CLOCK_S / 10, 21 * CLOCK_S / 10);
    assert_int_equal(scheduler_wake_us(scheduler), CLOCK_NEVER);
    end();
}

TEST(rate_is_not_saved_up)
{
    const struct schedule_rules rules = {.rate = 10, .rate_period_us = CLOCK_S};

    scheduler = scheduler_new(&rules);
    add("a1 a2 a3 a4");
    assert_non_null(scheduler_next(scheduler, 0));
    assert_non_null(scheduler_next(scheduler, 100 * CLOCK_S));
    assert_null(scheduler_next(scheduler, 100 * CLOCK_S + 50 * CLOCK_MS));
    end();
}

TEST(held_host_waits_and_the_others_go_on)
{
    begin(4);
    add("a1 a2 a3 b1 b2");
    assert_string_equal(scheduler_next(scheduler, 0)->given, "a1");
    scheduler_hold(scheduler, target_named("a1"), 100);
    expect(10, "b1 b2");
    done("a1");
    add("a4");
    expect(99, "");
    assert_int_equal(scheduler_wake_us(scheduler), 100);
    expect(100, "a2 a3");
    assert_int_equal(scheduler_wake_us(scheduler), CLOCK_NEVER);
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
    scheduler_hold(scheduler, target_named("a1"), 100);
    scheduler_hold(scheduler, target_named("a2"), 50);
    scheduler_hold(scheduler, target_named("a3"), 200);
    again("a1", 0);
    again("a2", 0);
    again("a3", 0);
    again("a4", 0);
    expect(199, "");
    /* All of that was one time too many: half, not an eighth. */
    expect(200, "a1 a2");
    end();
}

/* Without waiting, and not once more for each that was in flight when it was said first. */
TEST(host_can_be_slowed)
{
    begin(4);
    add("a1 a2 a3 a4 a5 a6 a7 a8");
    expect(0, "a1 a2 a3 a4");
    scheduler_slow(scheduler, target_named("a1"));
    done("a1");
    scheduler_slow(scheduler, target_named("a2"));
    done("a2");
    expect(0, "");
    scheduler_slow(scheduler, target_named("a3"));
    done("a3");
    expect(0, "a5");
    scheduler_slow(scheduler, target_named("a4"));
    done("a4");
    expect(0, "a6");
    /* Those began since: half of it once more, and it is never none. */
    scheduler_slow(scheduler, target_named("a5"));
    done("a5");
    expect(0, "");
    done("a6");
    expect(0, "a7");
    scheduler_slow(scheduler, target_named("a7"));
    done("a7");
    expect(0, "a8");
    done("a8");
    end();
}

TEST(host_without_a_limit_can_be_slowed)
{
    begin(0);
    add("a1 a2 a3 a4 a5 a6 a7 a8");
    expect(0, "a1 a2 a3 a4 a5 a6 a7 a8");
    scheduler_slow(scheduler, target_named("a1"));
    add("a9");
    for (int i = 1; i <= 4; i++)
        done((char[]){'a', (char)('0' + i), '\0'});
    expect(0, "");
    done("a5");
    expect(0, "a9");
    end();
}

TEST(host_that_was_held_is_trusted_again)
{
    size_t most = 0;

    begin(4);
    add("a1");
    expect(0, "a1");
    scheduler_hold(scheduler, target_named("a1"), 10);
    done("a1");
    for (int i = 0; i < 200; i++) {
        const struct target *taken[8];
        size_t count = 0;

        for (int k = 0; k < 8; k++)
            assert_int_equal(scheduler_add(scheduler, target_named("a1")), 0);
        for (int k = 0; k < 8;) {
            while ((taken[count] = scheduler_next(scheduler, 100 + i)))
                count++;
            most = count > most ? count : most;
            for (k += (int)count; count > 0;)
                scheduler_done(scheduler, taken[--count]);
        }
    }
    assert_int_equal(most, 4);
    end();
}

/* Otherwise its time would stay the next to wake at, and main would wake for nothing. */
TEST(delayed_targets_come_back_without_memory)
{
    const struct target *first, *second;

    begin(1);
    add("a1 b1");
    expect(0, "a1 b1");
    again("a1", 100);
    again("b1", 100);
    allowance = 0;
    first = scheduler_next(scheduler, 100);
    second = scheduler_next(scheduler, 100);
    allowance = -1;
    assert_non_null(first);
    assert_string_equal(first->given, "a1");
    assert_non_null(second);
    assert_string_equal(second->given, "b1");
    assert_int_equal(scheduler_wake_us(scheduler), CLOCK_NEVER);
    end();
}

/* Adds it with so much memory, or has changed nothing. */
static bool can_add(int allowed, int64_t time_us)
{
    const struct target *target = target_named("a1");
    int added;

    allowance = allowed;
    added =
        time_us ? scheduler_add_at(scheduler, target, time_us) : scheduler_add(scheduler, target);
    allowance = -1;
    assert_int_equal(scheduler_waiting(scheduler), added == 0);
    assert_int_equal(scheduler_wake_us(scheduler), added == 0 && time_us ? time_us : CLOCK_NEVER);
    return added == 0;
}

TEST(want_of_memory_changes_nothing)
{
    for (int64_t time_us = 0; time_us <= 100; time_us += 100) {
        int allowed = -1;
        bool added;

        do {
            begin(1);
            added = can_add(++allowed, time_us);
            expect(time_us, added ? "a1" : "");
            end();
        } while (!added);
        assert_in_range(allowed, 2, 10);
    }
}

TEST(check_that_cannot_wait_has_not_ended)
{
    int delayed;

    begin(1);
    add("a1 a2");
    expect(0, "a1");
    allowance = 0;
    delayed = scheduler_again(scheduler, target_named("a1"), 100);
    allowance = -1;
    assert_int_equal(delayed, -1);
    expect(0, "");
    done("a1");
    expect(0, "a2");
    done("a2");
    end();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(rate_spaces_starts),
        cmocka_unit_test(rate_is_not_saved_up),
        cmocka_unit_test(held_host_waits_and_the_others_go_on),
        cmocka_unit_test(longer_hold_counts),
        cmocka_unit_test(host_can_be_slowed),
        cmocka_unit_test(host_without_a_limit_can_be_slowed),
        cmocka_unit_test(host_that_was_held_is_trusted_again),
        cmocka_unit_test(delayed_targets_come_back_without_memory),
        cmocka_unit_test(want_of_memory_changes_nothing),
        cmocka_unit_test(check_that_cannot_wait_has_not_ended),
    };

    return RUN_TESTS(tests);
}
