/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/clock.h"
#include "engine/gate.h"
#include "fake_target.h"

/* Which hosts are left alone, and how often that is said in vain. Time is given. */

static struct gate *gate;
static struct retry_rules rules;
static struct target *targets[2];

static int setup(void **state)
{
    (void)state;
    gate = gate_new();
    rules = (struct retry_rules){.max = 1};
    targets[0] = fake_target("http://a/", "a");
    targets[1] = fake_target("http://b/", "b");
    return gate ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    gate_free(gate);
    target_free(targets[0]);
    target_free(targets[1]);
    return 0;
}

static struct result refusal(char host, int64_t seconds)
{
    struct result result = {.target = targets[host - 'a'],
                            .verdict = VERDICT_FAILED,
                            .cause = CAUSE_RATE_LIMITED,
                            .attempts = 1};

    result.outcome.phase = PHASE_DONE;
    result.outcome.status = 429;
    result.outcome.retry_after_us = seconds * CLOCK_S;
    return result;
}

/* At a time in seconds; whether it is granted. */
static bool note(struct result result, int64_t now)
{
    gate_note(gate, &rules, &result, now * CLOCK_S);
    return result.retry_after.honored;
}

/* Until when the host is closed, in seconds. */
static int64_t until(const char *host, int64_t now)
{
    return gate_until_us(gate, host, now * CLOCK_S) / CLOCK_S;
}

TEST(it_is_closed_for_a_host_and_a_time)
{
    assert_int_equal(until("a", 0), 0);
    assert_true(note(refusal('a', 100), 0));
    assert_true(note(refusal('b', 300), 0));
    assert_true(note(refusal('a', 50), 0));
    assert_int_equal(until("a", 99), 100);
    assert_int_equal(until("a", 100), 0);
    assert_int_equal(until("b", 100), 300);
    assert_int_equal(until("c", 0), 0);
    assert_true(note(refusal('a', 300), 100));
    assert_int_equal(until("a", 100), 400);
    gate_free(NULL);
}

TEST(ten_minutes_in_all_are_waited_for)
{
    for (int64_t now = 1; now < 10; now++)
        assert_true(note(refusal('a', 60), now * 100));
    assert_true(note(refusal('a', 59), 1000));
    assert_false(note(refusal('a', 2), 1100));
    assert_int_equal(until("a", 1100), 0);
    assert_true(note(refusal('a', 1), 1100));
    for (int64_t now = 12; now < 20; now++)
        assert_false(note(refusal('a', 1), now * 100));
    /* No other host has to do with that. */
    assert_true(note(refusal('b', 600), 2000));
    assert_false(note(refusal('b', 601), 2000));
    assert_int_equal(until("b", 2000), 2600);
}

/* Many are refused at once, each a little later. */
TEST(time_that_is_waited_for_counts_once)
{
    for (int i = 0; i < 1000; i++)
        assert_true(note(refusal('a', 300), i % 300));
    assert_int_equal(until("a", 299), 599);
    assert_true(note(refusal('a', 1), 599));
    assert_false(note(refusal('a', 1), 600));
}

TEST(an_answer_begins_the_count_anew)
{
    struct result answer = refusal('a', 0);

    for (int64_t now = 1; now < 20; now++) {
        assert_true(note(refusal('a', 600), now * 1000));
        assert_false(note(refusal('a', 1), now * 1000 + 600));
        answer.outcome.status = now % 2 ? 200 : 429;
        note(answer, now * 1000 + 700);
    }
    /* It is left alone all the same. */
    assert_true(note(refusal('a', 600), 30000));
    note(answer, 30100);
    assert_int_equal(until("a", 30100), 30600);
}

TEST(what_is_no_answer_of_the_host_does_not)
{
    struct result answer = refusal('a', 0);

    assert_true(note(refusal('a', 600), 0));
    answer.outcome.status = 0;
    note(answer, 700);
    assert_false(note(refusal('a', 1), 800));
    note(refusal('b', 0), 900);
    assert_false(note(refusal('a', 1), 1000));
}

/* What is accepted with such a wish is kept from nobody, but it is no other answer either. */
TEST(accepted_wish_changes_nothing)
{
    struct result accepted = refusal('a', 60);

    assert_true(note(refusal('a', 600), 0));
    accepted.verdict = VERDICT_OK;
    note(accepted, 700);
    assert_int_equal(until("a", 700), 0);
    assert_false(note(refusal('a', 1), 700));
}

TEST(wish_of_another_host_closes_nothing)
{
    struct result elsewhere = refusal('a', 60);

    elsewhere.outcome.on_other_host = true;
    assert_true(note(elsewhere, 0));
    assert_int_equal(until("a", 0), 0);
    /* But the own host has answered. */
    assert_true(note(refusal('a', 600), 100));
    note(elsewhere, 800);
    assert_true(note(refusal('a', 600), 800));
}

TEST(who_waits_for_all_waits_for_ever)
{
    rules = (struct retry_rules){.wait = true, .until_us = 1};
    for (int64_t now = 0; now < 100; now++)
        assert_true(note(refusal('a', 1000000000), now * 1000000000));
    assert_int_equal(until("a", INT64_C(99000000000)), INT64_C(100000000000));
}

#define GATE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        GATE_TEST(it_is_closed_for_a_host_and_a_time),
        GATE_TEST(ten_minutes_in_all_are_waited_for),
        GATE_TEST(time_that_is_waited_for_counts_once),
        GATE_TEST(an_answer_begins_the_count_anew),
        GATE_TEST(what_is_no_answer_of_the_host_does_not),
        GATE_TEST(accepted_wish_changes_nothing),
        GATE_TEST(wish_of_another_host_closes_nothing),
        GATE_TEST(who_waits_for_all_waits_for_ever),
    };

    return RUN_TESTS(tests);
}
