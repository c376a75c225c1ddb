/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdlib.h>

#include "base/clock.h"
#include "engine/withheld.h"
#include "fake_target.h"

/* What is withheld, when is asked, what is believed then: without a clock, and without threads. */

#define RUNS 3000
#define RESULTS 300

static struct doubts doubts;
static struct target *target;
static int64_t now_us;

static int setup(void **state)
{
    (void)state;
    doubts = (struct doubts){0};
    target = fake_target("http://a/", "a");
    now_us = 1000 * CLOCK_S;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    doubts_release(&doubts);
    target_free(target);
    return 0;
}

/* number: to know it again */
static struct result result_of(enum cause cause, int status, int number)
{
    struct result result = {.target = target, .cause = cause, .attempts = number};

    result.verdict = cause == CAUSE_NONE ? VERDICT_OK : VERDICT_FAILED;
    result.message = strdup(cause_name(cause));
    result.outcome.phase = status ? PHASE_DONE : PHASE_CONNECT;
    result.outcome.status = status;
    return result;
}

static void note(enum cause cause, int status)
{
    struct result result = result_of(cause, status, 0);

    doubts_note(&doubts, &result);
    result_release(&result);
}

static void withhold(int number)
{
    struct result result = result_of(CAUSE_REFUSED, 0, number);

    doubts_note(&doubts, &result);
    assert_int_equal(doubts_withhold(&doubts, &result, now_us), 0);
}

static void expect_believed(int number)
{
    struct result result;

    assert_true(doubts_take_believed(&doubts, &result));
    assert_int_equal(result.attempts, number);
    assert_int_equal(result.cause, CAUSE_REFUSED);
    result_release(&result);
}

static void expect_none_believed(void)
{
    struct result result;

    assert_false(doubts_take_believed(&doubts, &result));
}

static bool concern(enum cause cause, int status)
{
    struct result result = result_of(cause, status, 0);
    bool concerned = doubts_concern(&result);

    result_release(&result);
    return concerned;
}

TEST(what_may_be_due_to_the_network)
{
    static const enum cause ours[] = {CAUSE_BAD_INPUT, CAUSE_LOCAL, CAUSE_DEADLINE,
                                      CAUSE_CANCELLED};

    for (int cause = CAUSE_NONE; cause < CAUSE_COUNT; cause++) {
        bool is_ours = false;

        for (size_t i = 0; i < COUNT_OF(ours); i++)
            is_ours = is_ours || cause == (int)ours[i];
        assert_int_equal(concern((enum cause)cause, 0), !is_ours);
        assert_false(concern((enum cause)cause, 404));
    }
}

static void ask_and_be_told(void)
{
    doubts_asked(&doubts, now_us);
    doubts_answered(&doubts, true);
}

TEST(nothing_is_asked_while_all_is_well)
{
    assert_int_equal(doubts_ask_us(&doubts, false), CLOCK_NEVER);
    assert_int_equal(doubts_ask_us(&doubts, true), CLOCK_NEVER);
    for (int i = 0; i < 60; i++) {
        note(CAUSE_TIMEOUT_CONNECT, 0);
        note(CAUSE_NONE, 200);
    }
    assert_int_equal(doubts_ask_us(&doubts, false), CLOCK_NEVER);
    assert_int_equal(doubts_ask_us(&doubts, true), CLOCK_NEVER);
    expect_none_believed();
}

/* All of them will be asked again, and be the last word much later. */
TEST(outage_is_asked_about_though_nothing_is_withheld)
{
    ask_and_be_told();
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 26; i++) {
            assert_int_equal(doubts_ask_us(&doubts, false),
                             i ? now_us + DOUBTS_OTHERS_US : CLOCK_NEVER);
            note(CAUSE_TIMEOUT_CONNECT, 0);
        }
        assert_int_equal(doubts_ask_us(&doubts, false), now_us + DOUBTS_PATIENCE_US);
        now_us += DOUBTS_PATIENCE_US;
        ask_and_be_told();
    }
}

TEST(one_that_fails_first_is_suspicious)
{
    withhold(1);
    assert_true(doubts_ask_us(&doubts, false) <= now_us);
}

/* Of 50: 25 are not over half. What came before those is forgotten. */
TEST(more_than_half_of_the_last_fifty)
{
    for (int i = 0; i < 25; i++)
        note(CAUSE_NONE, 200);
    for (int i = 0; i < 25; i++)
        withhold(i);
    assert_int_equal(doubts_ask_us(&doubts, false), now_us + DOUBTS_PATIENCE_US);
    withhold(25);
    assert_true(doubts_ask_us(&doubts, false) <= now_us);
    note(CAUSE_NONE, 200);
    assert_true(doubts_ask_us(&doubts, false) <= now_us);
    for (int i = 0; i < 25; i++)
        note(CAUSE_HTTP_5XX, 503);
    assert_int_equal(doubts_ask_us(&doubts, false), now_us + DOUBTS_PATIENCE_US);
}

TEST(half_of_fewer_is_not_suspicious)
{
    note(CAUSE_NONE, 200);
    withhold(1);
    assert_int_equal(doubts_ask_us(&doubts, false), now_us + DOUBTS_PATIENCE_US);
}

TEST(what_is_not_suspicious_waits_for_a_second)
{
    int64_t came_us = now_us;

    note(CAUSE_NONE, 200);
    note(CAUSE_NONE, 200);
    withhold(1);
    now_us += CLOCK_S / 2;
    withhold(2);
    assert_int_equal(doubts_ask_us(&doubts, false), came_us + DOUBTS_PATIENCE_US);
}

TEST(at_the_end_is_asked_at_once)
{
    note(CAUSE_NONE, 200);
    note(CAUSE_NONE, 200);
    withhold(1);
    assert_true(doubts_ask_us(&doubts, true) <= now_us);
    doubts_asked(&doubts, now_us);
    withhold(2);
    doubts_answered(&doubts, true);
    expect_believed(1);
    assert_true(doubts_ask_us(&doubts, true) <= now_us);
}

TEST(one_ask_at_a_time)
{
    withhold(1);
    doubts_asked(&doubts, now_us);
    withhold(2);
    assert_int_equal(doubts_ask_us(&doubts, false), CLOCK_NEVER);
    assert_int_equal(doubts_ask_us(&doubts, true), CLOCK_NEVER);
}

TEST(asks_are_apart)
{
    withhold(1);
    doubts_asked(&doubts, now_us);
    doubts_answered(&doubts, true);
    expect_believed(1);
    withhold(2);
    assert_int_equal(doubts_ask_us(&doubts, false), now_us + DOUBTS_SUSPICIOUS_US);
    for (int i = 0; i < 2; i++)
        note(CAUSE_NONE, 200);
    assert_int_equal(doubts_ask_us(&doubts, false), now_us + DOUBTS_PATIENCE_US);
}

TEST(what_comes_after_the_question_waits_for_the_next)
{
    withhold(1);
    withhold(2);
    doubts_asked(&doubts, now_us);
    expect_none_believed();
    withhold(3);
    doubts_answered(&doubts, true);
    expect_believed(1);
    expect_believed(2);
    expect_none_believed();
    assert_int_equal(doubts.withheld, 1);
    doubts_asked(&doubts, now_us);
    doubts_answered(&doubts, true);
    expect_believed(3);
    expect_none_believed();
}

TEST(an_ask_without_an_answer_changes_nothing)
{
    withhold(1);
    doubts_asked(&doubts, now_us);
    doubts_answered(&doubts, false);
    expect_none_believed();
    assert_int_equal(doubts_ask_us(&doubts, false), now_us + DOUBTS_SUSPICIOUS_US);
    doubts_asked(&doubts, now_us);
    doubts_answered(&doubts, true);
    expect_believed(1);
}

TEST(all_can_be_taken_at_the_end_of_the_run)
{
    struct result result;

    withhold(1);
    withhold(2);
    doubts_asked(&doubts, now_us);
    doubts_answered(&doubts, true);
    withhold(3);
    expect_believed(1);
    for (int i = 2; i <= 3; i++) {
        assert_true(doubts_take_any(&doubts, &result));
        assert_int_equal(result.attempts, i);
        result_release(&result);
    }
    assert_false(doubts_take_any(&doubts, &result));
    expect_none_believed();
}

/* A random run, and what a model that only remembers knows of it. */
struct model {
    uint64_t random;
    int came;                 /* results, numbered from 0 on, that were withheld */
    int gone;                 /* of them, how many were believed: the first */
    int64_t came_us[RESULTS]; /* when each did */
    int asks_before[RESULTS]; /* how many asks had begun then */
    int asks;                 /* that have begun */
    int answered;             /* the last that ended well */
    int64_t asked_us, asked_until_us;
};

static void take_believed(struct model *model)
{
    struct result result;

    while (doubts_take_believed(&doubts, &result)) {
        assert_int_equal(result.attempts, model->gone);
        assert_true(model->asks_before[model->gone] < model->answered);
        model->gone++;
        result_release(&result);
    }
    /* Nothing that may go is kept. */
    if (model->gone < model->came)
        assert_true(model->asks_before[model->gone] >= model->answered);
}

static void play_result(struct model *model, size_t failing)
{
    if (model->came == RESULTS)
        return;
    if (random_below(&model->random, 100) >= failing) {
        note(CAUSE_NONE, 200);
        return;
    }
    model->came_us[model->came] = now_us;
    model->asks_before[model->came] = model->asks;
    withhold(model->came++);
}

static void play_ask(struct model *model, bool at_end)
{
    if (doubts_ask_us(&doubts, at_end) > now_us)
        return;
    assert_true(model->gone < model->came);
    if (!at_end && model->asks)
        assert_true(now_us - model->asked_us >= DOUBTS_SUSPICIOUS_US);
    model->asked_us = now_us;
    model->asked_until_us = now_us + (int64_t)random_below(&model->random, 3000000);
    model->asks++;
    doubts_asked(&doubts, now_us);
}

static void play_answer(struct model *model)
{
    bool is_there = random_below(&model->random, 4) > 0;

    if (!doubts.asking || now_us < model->asked_until_us)
        return;
    doubts_answered(&doubts, is_there);
    if (is_there)
        model->answered = model->asks;
    take_believed(model);
}

/* While nobody is asked, the next ask is at most a second away. */
static void expect_patience(const struct model *model)
{
    if (!doubts.asking && model->gone < model->came)
        assert_true(doubts_ask_us(&doubts, false) <= now_us + DOUBTS_PATIENCE_US);
}

static void play(unsigned run)
{
    struct model model = {.random = random_seed(run)};
    size_t failing = random_below(&model.random, 101);
    size_t steps = random_below(&model.random, 2 * RESULTS);

    for (size_t i = 0; i < steps; i++) {
        now_us += (int64_t)random_below(&model.random, 200000);
        play_answer(&model);
        play_result(&model, failing);
        play_ask(&model, false);
        expect_patience(&model);
    }
    for (int i = 0; doubts.withheld; i++) {
        assert_in_range(i, 0, 10000);
        play_ask(&model, true);
        assert_true(doubts.asking);
        now_us = model.asked_until_us;
        play_answer(&model);
    }
    assert_int_equal(model.gone, model.came);
    doubts_release(&doubts);
    doubts = (struct doubts){0};
}

TEST(random_runs_release_each_once_in_order_and_only_when_asked_after_it)
{
    for (unsigned run = 0; run < RUNS; run++)
        play(run);
}

#define DOUBTS_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        DOUBTS_TEST(what_may_be_due_to_the_network),
        DOUBTS_TEST(nothing_is_asked_while_all_is_well),
        DOUBTS_TEST(outage_is_asked_about_though_nothing_is_withheld),
        DOUBTS_TEST(one_that_fails_first_is_suspicious),
        DOUBTS_TEST(more_than_half_of_the_last_fifty),
        DOUBTS_TEST(half_of_fewer_is_not_suspicious),
        DOUBTS_TEST(what_is_not_suspicious_waits_for_a_second),
        DOUBTS_TEST(at_the_end_is_asked_at_once),
        DOUBTS_TEST(one_ask_at_a_time),
        DOUBTS_TEST(asks_are_apart),
        DOUBTS_TEST(what_comes_after_the_question_waits_for_the_next),
        DOUBTS_TEST(an_ask_without_an_answer_changes_nothing),
        DOUBTS_TEST(all_can_be_taken_at_the_end_of_the_run),
        DOUBTS_TEST(random_runs_release_each_once_in_order_and_only_when_asked_after_it),
    };

    return RUN_TESTS(tests);
}
