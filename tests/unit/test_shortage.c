/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/clock.h"
#include "engine/resource_backoff.h"
#include "fake_target.h"

static struct shortage shortage;
static struct target *a, *b;
static int64_t now_us;

static int setup(void **state)
{
    (void)state;
    shortage = (struct shortage){0};
    a = fake_target("a", "a");
    b = fake_target("b", "b");
    now_us = 1000 * CLOCK_S;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    shortage_release(&shortage);
    target_free(a);
    target_free(b);
    return 0;
}

static void expect(const struct target *target, enum shortage_advice wanted)
{
    assert_int_equal(shortage_note(&shortage, target, now_us), wanted);
}

/* A rest begins; it is slept through, and its length returned. */
static int64_t rest(const struct target *target)
{
    int64_t begun_us = now_us;

    expect(target, SHORTAGE_REST);
    assert_true(shortage.rest_until_us > now_us);
    now_us = shortage.rest_until_us;
    return now_us - begun_us;
}

TEST(first_shortage_is_followed_by_a_rest)
{
    assert_true(shortage.rest_until_us <= now_us);
    assert_true(rest(a) < CLOCK_S);
}

/* What else was in flight fails for the same reason: that is no news. */
TEST(shortages_within_a_rest_are_the_same)
{
    int64_t until_us;

    expect(a, SHORTAGE_REST);
    until_us = shortage.rest_until_us;
    expect(b, SHORTAGE_RESTING);
    now_us = until_us - 1;
    expect(b, SHORTAGE_RESTING);
    assert_int_equal(shortage.rest_until_us, until_us);
    now_us = until_us;
    expect(b, SHORTAGE_REST);
}

TEST(rests_grow)
{
    int64_t first_us = rest(a), last_us = first_us;

    for (int i = 0; i < 4; i++) {
        int64_t next_us = rest(i % 2 ? a : b);

        assert_true(next_us > last_us);
        last_us = next_us;
    }
    shortage_over(&shortage);
    assert_int_equal(rest(b), first_us);
}

TEST(shortage_that_stays_is_in_vain_at_last)
{
    int tries = 0;

    while (shortage_note(&shortage, a, now_us) != SHORTAGE_IN_VAIN) {
        now_us = shortage.rest_until_us;
        assert_in_range(++tries, 1, 100);
    }
    /* It was given a fair time to pass. */
    assert_true(now_us - 1000 * CLOCK_S >= CLOCK_S);
}

/* While others succeed: what one target alone brings about is not tried for ever. */
TEST(target_that_always_falls_short_is_in_vain_at_last)
{
    int tries = 0;

    while (shortage_note(&shortage, a, now_us) != SHORTAGE_IN_VAIN) {
        now_us = shortage.rest_until_us;
        shortage_over(&shortage);
        assert_in_range(++tries, 1, 100);
    }
    assert_true(tries > 2);
    shortage_over(&shortage);
    expect(b, SHORTAGE_REST);
}

/* What is freed may come again at the same address: it is not the one that was tried. */
TEST(forgotten_target_is_tried_as_often_as_a_new_one)
{
    for (int i = 0; i < 100; i++) {
        now_us = shortage.rest_until_us;
        assert_int_not_equal(shortage_note(&shortage, a, now_us), SHORTAGE_IN_VAIN);
        shortage_over(&shortage);
        shortage_forget(&shortage, a);
    }
    shortage_forget(&shortage, b);
}

#define SHORTAGE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        SHORTAGE_TEST(first_shortage_is_followed_by_a_rest),
        SHORTAGE_TEST(shortages_within_a_rest_are_the_same),
        SHORTAGE_TEST(rests_grow),
        SHORTAGE_TEST(shortage_that_stays_is_in_vain_at_last),
        SHORTAGE_TEST(target_that_always_falls_short_is_in_vain_at_last),
        SHORTAGE_TEST(forgotten_target_is_tried_as_often_as_a_new_one),
    };

    return RUN_TESTS(tests);
}
