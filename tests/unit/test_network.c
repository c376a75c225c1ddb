/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "engine/network.h"
#include "fake_target.h"

/*
 * When the canaries are checked, and which results are released: without a clock, without threads,
 * and with the set of canaries replaced (WRAPPED).
 */

#define RUNS 3000
#define JOBS_MAX 300

struct canary_set *__wrap_canary_set_new(const struct canaries *list, void *context);
void __wrap_canary_set_free(struct canary_set *set);
void __wrap_canary_set_ask(struct canary_set *set);
enum canary_answer __wrap_canary_set_poll(struct canary_set *set, struct error *error);
void __wrap_canary_set_dismiss(struct canary_set *set);
struct chan *__wrap_canary_set_results(struct canary_set *set);

static int asks;                                  /* calls of canary_set_ask() */
static enum canary_answer answer, answer_at_once; /* of the next poll; given by the next ask */
static struct network network;
static struct network_view view;
static struct error error;
static struct job jobs[JOBS_MAX];
static struct result results[JOBS_MAX];
static int frees, dismissals;

struct canary_set *__wrap_canary_set_new(const struct canaries *list, void *context)
{
    static int set;

    (void)list;
    (void)context;
    return (void *)&set;
}

void __wrap_canary_set_free(struct canary_set *set)
{
    (void)set;
    frees++;
}

void __wrap_canary_set_ask(struct canary_set *set)
{
    (void)set;
    asks++;
    answer = answer_at_once;
}

enum canary_answer __wrap_canary_set_poll(struct canary_set *set, struct error *why)
{
    enum canary_answer now = answer;

    (void)set;
    if (now != CANARIES_PENDING)
        error_set(why, "http://canary/: why");
    answer = CANARIES_PENDING;
    return now;
}

void __wrap_canary_set_dismiss(struct canary_set *set)
{
    (void)set;
    dismissals++;
}

struct chan *__wrap_canary_set_results(struct canary_set *set)
{
    (void)set;
    return NULL;
}

static int setup(void **state)
{
    static struct target *target;
    const struct canaries canaries = {.targets = &target, .count = 1};

    (void)state;
    asks = frees = dismissals = 0;
    answer = answer_at_once = CANARIES_PENDING;
    view = (struct network_view){.now_us = 1000 * CLOCK_S};
    network_init(&network, &canaries, NULL);
    return 0;
}

static enum network_event poll_network(void)
{
    return network_poll(&network, &view, &error);
}

static enum network_event answer_with(enum canary_answer next)
{
    answer = next;
    return poll_network();
}

/* The run begins: the canaries are checked, and answer. */
static void begin(void)
{
    assert_int_equal(poll_network(), NETWORK_NO_EVENT);
    assert_int_equal(asks, 1);
    assert_int_equal(answer_with(CANARIES_UP), NETWORK_UP);
}

static struct result result_of(enum cause cause, int status)
{
    return (struct result){.verdict = cause == CAUSE_NONE ? VERDICT_OK : verdict_of_cause(cause),
                           .cause = cause,
                           .outcome.phase = status ? PHASE_DONE : PHASE_CONNECT,
                           .outcome.status = status};
}

/* A result that is not final: the job will be retried. */
static void note(enum cause cause, int status)
{
    const struct result result = result_of(cause, status);

    network_note_result(&network, &result);
}

/* The final failure of a job comes now. */
static void withhold(size_t number)
{
    jobs[number] = (struct job){.result = &results[number]};
    results[number] = result_of(CAUSE_REFUSED, 0);
    network_note_result(&network, &results[number]);
    network_withhold(&network, &jobs[number]);
}

static void expect_released(size_t number)
{
    assert_ptr_equal(network_release(&network), &jobs[number]);
}

static void expect_none_released(void)
{
    assert_null(network_release(&network));
}

/* The next ask happens at time_us, not before. */
static void expect_ask_at(int64_t time_us)
{
    int before = asks;

    assert_int_equal(network_wake_us(&network, &view), time_us);
    if (time_us == CLOCK_NEVER) {
        view.now_us += 3600 * CLOCK_S;
        assert_int_equal(poll_network(), NETWORK_NO_EVENT);
        assert_int_equal(asks, before);
        return;
    }
    if (time_us > view.now_us) {
        view.now_us = time_us - 1;
        assert_int_equal(poll_network(), NETWORK_NO_EVENT);
        assert_int_equal(asks, before);
        view.now_us = time_us;
    }
    assert_int_equal(poll_network(), NETWORK_NO_EVENT);
    assert_int_equal(asks, before + 1);
}

TEST(without_canaries_nothing_is_withheld)
{
    const struct canaries none = {.count = 0};
    struct network plain;
    const struct result result = result_of(CAUSE_REFUSED, 0);

    network_init(&plain, &none, NULL);
    assert_false(network_may_be_cause(&plain, &result));
    network_note_result(&plain, &result);
    assert_int_equal(network_poll(&plain, &view, &error), NETWORK_NO_EVENT);
    assert_int_equal(network_wake_us(&plain, &view), CLOCK_NEVER);
    assert_null(network_results(&plain));
    assert_false(network_bars_checks(&plain));
    assert_true(network_release_canaries(&plain, 0));
    assert_int_equal(asks, 0);
}

TEST(canaries_are_freed_once)
{
    begin();
    assert_true(network_release_canaries(&network, 0));
    assert_true(network_release_canaries(&network, 0));
    assert_int_equal(dismissals, 1);
    assert_int_equal(frees, 1);
}

TEST(results_that_the_network_may_cause)
{
    static const enum cause ours[] = {CAUSE_BAD_INPUT, CAUSE_LOCAL, CAUSE_DEADLINE, CAUSE_CANCELLED,
                                      CAUSE_SOME_PLACES};

    for (int cause = CAUSE_NONE; cause < CAUSE_COUNT; cause++) {
        struct result result = result_of((enum cause)cause, 0);
        bool is_ours = false;

        for (size_t i = 0; i < COUNT_OF(ours); i++)
            is_ours = is_ours || cause == (int)ours[i];
        assert_int_equal(network_may_be_cause(&network, &result), !is_ours);
        result = result_of((enum cause)cause, 404);
        assert_false(network_may_be_cause(&network, &result));
    }
}

TEST(canaries_are_asked_at_the_start)
{
    assert_false(network.is_known);
    expect_ask_at(0);
    assert_false(network.is_known);
    assert_int_equal(network_wake_us(&network, &view), CLOCK_NEVER);
    assert_int_equal(answer_with(CANARIES_UP), NETWORK_UP);
    assert_true(network.is_known);
}

/* Without any thread the answer is there at once: no channel would wake main for it. */
TEST(answer_may_come_with_the_ask)
{
    answer_at_once = CANARIES_SHORT;
    assert_int_equal(poll_network(), NETWORK_SHORT);
    assert_int_equal(asks, 1);
    assert_string_equal(error.text, "cannot check the canary http://canary/: why");
}

TEST(no_failure_no_ask)
{
    begin();
    for (int i = 0; i < 100; i++) {
        note(CAUSE_NONE, 200);
        note(CAUSE_HTTP_5XX, 503);
        note(CAUSE_LOCAL, 0);
    }
    expect_ask_at(CLOCK_NEVER);
    view.is_idle = true;
    expect_ask_at(CLOCK_NEVER);
}

TEST(failure_leads_to_an_ask_a_second_after_the_last)
{
    int64_t asked_us = view.now_us;

    begin();
    view.now_us += CLOCK_S / 2;
    withhold(0);
    expect_ask_at(asked_us + CLOCK_S);
    assert_int_equal(answer_with(CANARIES_UP), NETWORK_UP);
    expect_released(0);
    expect_none_released();
    expect_ask_at(CLOCK_NEVER);
}

TEST(failure_long_after_the_last_ask_leads_to_one_at_once)
{
    begin();
    view.now_us += 60 * CLOCK_S;
    withhold(0);
    assert_int_equal(poll_network(), NETWORK_NO_EVENT);
    assert_int_equal(asks, 2);
}

/* Retries and confirmations are not withheld, but the network may be down at that time. */
TEST(failure_that_is_not_final_leads_to_an_ask)
{
    int64_t asked_us = view.now_us;

    begin();
    for (int round = 0; round < 3; round++) {
        view.now_us = asked_us + CLOCK_MS;
        note(CAUSE_TIMEOUT_CONNECT, 0);
        expect_ask_at(asked_us += CLOCK_S);
        assert_int_equal(answer_with(CANARIES_UP), NETWORK_UP);
    }
    expect_ask_at(CLOCK_NEVER);
}

/* All of this happens within a microsecond. */
TEST(order_counts_and_not_the_clock)
{
    begin();
    view.now_us += CLOCK_S;
    withhold(0);
    assert_int_equal(poll_network(), NETWORK_NO_EVENT);
    assert_int_equal(asks, 2);
    withhold(1);
    assert_int_equal(answer_with(CANARIES_UP), NETWORK_UP);
    expect_released(0);
    expect_none_released();
    expect_ask_at(view.now_us + CLOCK_S);
    assert_int_equal(answer_with(CANARIES_UP), NETWORK_UP);
    expect_released(1);
}

TEST(idle_run_asks_at_once)
{
    begin();
    view.now_us += 10 * CLOCK_MS;
    withhold(0);
    view.is_idle = true;
    view.now_us += CLOCK_MS;
    expect_ask_at(0);
    view.now_us += CLOCK_MS;
    withhold(1);
    view.now_us += CLOCK_MS;
    assert_int_equal(answer_with(CANARIES_UP), NETWORK_UP);
    expect_released(0);
    expect_none_released();
    expect_ask_at(0);
    assert_int_equal(answer_with(CANARIES_UP), NETWORK_UP);
    expect_released(1);
}

/* A failure that will be retried does not need an answer at once. */
TEST(idle_run_without_withheld_results_does_not_ask_at_once)
{
    int64_t asked_us = view.now_us;

    begin();
    view.now_us += 10 * CLOCK_MS;
    note(CAUSE_RESET, 0);
    view.is_idle = true;
    assert_int_equal(network_wake_us(&network, &view), asked_us + CLOCK_S);
}

TEST(one_ask_at_a_time)
{
    begin();
    view.now_us += 2 * CLOCK_S;
    withhold(0);
    expect_ask_at(view.now_us - CLOCK_S);
    view.now_us += 10 * CLOCK_S;
    withhold(1);
    expect_ask_at(CLOCK_NEVER);
    view.is_idle = true;
    expect_ask_at(CLOCK_NEVER);
}

TEST(answer_releases_only_what_came_before_the_ask)
{
    begin();
    view.now_us += CLOCK_S;
    withhold(0);
    view.now_us++;
    withhold(1);
    view.now_us++;
    assert_int_equal(poll_network(), NETWORK_NO_EVENT);
    expect_none_released();
    view.now_us++;
    withhold(2);
    assert_int_equal(answer_with(CANARIES_UP), NETWORK_UP);
    expect_released(0);
    expect_released(1);
    expect_none_released();
    assert_int_equal(network.withheld_count, 1);
    view.now_us += CLOCK_S;
    assert_int_equal(poll_network(), NETWORK_NO_EVENT);
    assert_int_equal(answer_with(CANARIES_UP), NETWORK_UP);
    expect_released(2);
    expect_none_released();
}

TEST(down_releases_nothing)
{
    begin();
    view.now_us += CLOCK_S;
    withhold(0);
    view.now_us++;
    assert_int_equal(poll_network(), NETWORK_NO_EVENT);
    assert_int_equal(answer_with(CANARIES_DOWN), NETWORK_DOWN);
    assert_string_equal(error.text, "http://canary/: why");
    expect_none_released();
}

/* A result taken out in another way is not counted twice. */
TEST(results_taken_during_an_ask_do_not_count)
{
    begin();
    view.now_us += CLOCK_S;
    withhold(0);
    withhold(1);
    assert_int_equal(poll_network(), NETWORK_NO_EVENT);
    assert_ptr_equal(network_take_withheld(&network), &jobs[0]);
    withhold(2);
    assert_int_equal(answer_with(CANARIES_UP), NETWORK_UP);
    expect_released(1);
    expect_none_released();
}

TEST(all_can_be_taken_at_the_end)
{
    begin();
    view.now_us += CLOCK_S;
    withhold(0);
    withhold(1);
    assert_ptr_equal(network_take_withheld(&network), &jobs[0]);
    assert_ptr_equal(network_take_withheld(&network), &jobs[1]);
    assert_null(network_take_withheld(&network));
    assert_int_equal(network.withheld_count, 0);
}

TEST(lost_canary_fails_the_run)
{
    assert_int_equal(poll_network(), NETWORK_NO_EVENT);
    assert_int_equal(answer_with(CANARIES_LOST), NETWORK_FAILED);
    assert_string_equal(error.text, "a canary gave no result");
}

TEST(shortage_is_no_answer)
{
    begin();
    view.now_us += CLOCK_S;
    withhold(0);
    view.now_us++;
    assert_int_equal(poll_network(), NETWORK_NO_EVENT);
    assert_int_equal(answer_with(CANARIES_SHORT), NETWORK_SHORT);
    expect_none_released();
    assert_true(network_bars_checks(&network));
    /* The canaries are checked again after the back-off's pauses, also if idle: 20 ms, 40 ms. */
    expect_ask_at(view.now_us + 20 * CLOCK_MS);
    assert_int_equal(answer_with(CANARIES_SHORT), NETWORK_SHORT);
    view.is_idle = true;
    expect_ask_at(view.now_us + 40 * CLOCK_MS);
    assert_int_equal(answer_with(CANARIES_UP), NETWORK_UP);
    assert_false(network_bars_checks(&network));
    expect_released(0);
    /* The next back-off starts at 20 ms again. */
    view.now_us += 60 * CLOCK_S;
    withhold(1);
    assert_int_equal(poll_network(), NETWORK_NO_EVENT);
    assert_int_equal(answer_with(CANARIES_SHORT), NETWORK_SHORT);
    expect_ask_at(view.now_us + 20 * CLOCK_MS);
}

/* Checks in flight hold descriptors: while there are any, it is tried every second. */
TEST(lasting_shortage_fails_the_run_once_nothing_is_in_flight)
{
    int shortages = 0;

    assert_int_equal(poll_network(), NETWORK_NO_EVENT);
    view.in_flight = 1;
    for (; shortages < 30; shortages++) {
        assert_int_equal(answer_with(CANARIES_SHORT), NETWORK_SHORT);
        assert_in_range(network_wake_us(&network, &view), view.now_us + 1, view.now_us + CLOCK_S);
        expect_ask_at(network_wake_us(&network, &view));
    }
    view.in_flight = 0;
    assert_int_equal(answer_with(CANARIES_SHORT), NETWORK_FAILED);
    assert_string_equal(error.text, "cannot check the canary http://canary/: why");
}

TEST(idle_run_gives_up_after_the_back_off)
{
    int shortages = 0;

    assert_int_equal(poll_network(), NETWORK_NO_EVENT);
    while (answer_with(CANARIES_SHORT) == NETWORK_SHORT) {
        shortages++;
        expect_ask_at(network_wake_us(&network, &view));
    }
    assert_int_equal(shortages, 8);
}

#define WITHHELD_MAX 16384

TEST(too_many_withheld_results_bar_checks)
{
    struct job *many = calloc(WITHHELD_MAX, sizeof(*many));

    assert_non_null(many);
    begin();
    view.now_us += CLOCK_S;
    for (size_t i = 0; i < WITHHELD_MAX; i++) {
        assert_false(network_bars_checks(&network));
        network_withhold(&network, &many[i]);
    }
    note(CAUSE_REFUSED, 0);
    assert_true(network_bars_checks(&network));
    view.now_us++;
    assert_int_equal(poll_network(), NETWORK_NO_EVENT);
    assert_int_equal(answer_with(CANARIES_UP), NETWORK_UP);
    assert_ptr_equal(network_release(&network), &many[0]);
    assert_false(network_bars_checks(&network));
    while (network_release(&network))
        ;
    assert_int_equal(network.withheld_count, 0);
    free(many);
}

/* A random run, and a model that remembers all of it. */
struct model {
    uint64_t random;
    size_t came;                /* withheld so far, numbered from 0 */
    size_t gone;                /* released so far: the first of them */
    int asks_before[JOBS_MAX];  /* how many asks had begun when each came */
    int answered;               /* the number of the last ask that was answered UP */
    int64_t asked_us;           /* when the last ask began */
    int64_t answer_due_us;      /* when it is answered */
    bool is_asking, has_failed; /* a failure has come since the last ask */
};

static void play_result(struct model *model, size_t failing)
{
    size_t kind = random_below(&model->random, 100);

    if (kind >= failing) {
        note(CAUSE_NONE, 200);
        return;
    }
    model->has_failed = true;
    if (kind % 2 || model->came == JOBS_MAX) {
        note(CAUSE_TIMEOUT_CONNECT, 0);
        return;
    }
    model->asks_before[model->came] = asks;
    withhold(model->came++);
}

static void expect_right_releases(struct model *model)
{
    struct job *job;

    while ((job = network_release(&network))) {
        assert_ptr_equal(job, &jobs[model->gone]);
        assert_true(model->asks_before[model->gone] < model->answered);
        model->gone++;
    }
    /* No result that may be released is withheld. */
    if (model->gone < model->came)
        assert_true(model->asks_before[model->gone] >= model->answered);
}

static void play_turn(struct model *model)
{
    bool answers = model->is_asking && view.now_us >= model->answer_due_us;
    bool must_ask =
        !model->is_asking && ((view.is_idle && model->gone < model->came) ||
                              (model->has_failed && view.now_us >= model->asked_us + CLOCK_S));
    int before = asks;

    answer = answers ? CANARIES_UP : CANARIES_PENDING;
    assert_int_equal(poll_network(), answers ? NETWORK_UP : NETWORK_NO_EVENT);
    if (answers) {
        model->is_asking = false;
        model->answered = asks;
    }
    expect_right_releases(model);
    assert_int_equal(asks - before, must_ask);
    if (asks > before) {
        model->is_asking = true;
        model->has_failed = false;
        model->asked_us = view.now_us;
        model->answer_due_us = view.now_us + (int64_t)random_below(&model->random, 3000000);
    }
}

static void play(unsigned run)
{
    struct model model = {.random = random_seed(run)};
    size_t failing = random_below(&model.random, 101);
    size_t steps = random_below(&model.random, 2 * JOBS_MAX);

    assert_int_equal(setup(NULL), 0);
    model.asked_us = view.now_us;
    model.answered = 1;
    begin();
    for (size_t i = 0; i < steps; i++) {
        view.now_us += (int64_t)random_below(&model.random, 200000);
        play_turn(&model);
        view.now_us += (int64_t)random_below(&model.random, 2);
        play_result(&model, failing);
    }
    view.is_idle = true;
    for (int i = 0; network.withheld; i++) {
        assert_in_range(i, 0, 10);
        if (model.is_asking && view.now_us < model.answer_due_us)
            view.now_us = model.answer_due_us;
        play_turn(&model);
    }
    assert_int_equal(model.gone, model.came);
    assert_int_equal(network.withheld_count, 0);
}

TEST(random_runs_obey_the_rules)
{
    for (unsigned run = 0; run < RUNS; run++)
        play(run);
}

#define NETWORK_TEST(test) cmocka_unit_test_setup(test, setup)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        NETWORK_TEST(without_canaries_nothing_is_withheld),
        NETWORK_TEST(canaries_are_freed_once),
        NETWORK_TEST(results_that_the_network_may_cause),
        NETWORK_TEST(canaries_are_asked_at_the_start),
        NETWORK_TEST(answer_may_come_with_the_ask),
        NETWORK_TEST(no_failure_no_ask),
        NETWORK_TEST(failure_leads_to_an_ask_a_second_after_the_last),
        NETWORK_TEST(failure_long_after_the_last_ask_leads_to_one_at_once),
        NETWORK_TEST(failure_that_is_not_final_leads_to_an_ask),
        NETWORK_TEST(order_counts_and_not_the_clock),
        NETWORK_TEST(idle_run_asks_at_once),
        NETWORK_TEST(idle_run_without_withheld_results_does_not_ask_at_once),
        NETWORK_TEST(one_ask_at_a_time),
        NETWORK_TEST(answer_releases_only_what_came_before_the_ask),
        NETWORK_TEST(down_releases_nothing),
        NETWORK_TEST(results_taken_during_an_ask_do_not_count),
        NETWORK_TEST(all_can_be_taken_at_the_end),
        NETWORK_TEST(lost_canary_fails_the_run),
        NETWORK_TEST(shortage_is_no_answer),
        NETWORK_TEST(lasting_shortage_fails_the_run_once_nothing_is_in_flight),
        NETWORK_TEST(idle_run_gives_up_after_the_back_off),
        NETWORK_TEST(too_many_withheld_results_bar_checks),
        NETWORK_TEST(random_runs_obey_the_rules),
    };

    return RUN_TESTS(tests);
}
