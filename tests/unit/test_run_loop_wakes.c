/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "fake_run.h"
#include "fast_clock.h"

/*
 * How often main wakes. While results come and the threads have enough to do, it wakes for 32 results
 * or after a millisecond; otherwise for each result. The waits of main are recorded (WRAPPED =
 * chan_select chan_set_batch).
 */

#define WAKE_RESULTS 32
#define WAKE_US CLOCK_MS

int __real_chan_select(struct chan *const *chans, size_t count, int64_t deadline_us);
int __wrap_chan_select(struct chan *const *chans, size_t count, int64_t deadline_us);
void __real_chan_set_batch(struct chan *chan, size_t batch);
void __wrap_chan_set_batch(struct chan *chan, size_t batch);

static size_t batch;       /* as last set */
static size_t waits[2];    /* how often main waited for one result, for a batch */
static int violations;     /* of the rule */
static size_t in_turn;     /* results of the turn that goes on */
static size_t small_turns; /* turns after a wait for a batch that brought fewer results */
static bool has_waited_for_batch, has_stopped;
static bool list_has_ended; /* under the mutex of the fake */

void __wrap_chan_set_batch(struct chan *chan, size_t messages)
{
    batch = messages;
    __real_chan_set_batch(chan, messages);
}

int __wrap_chan_select(struct chan *const *chans, size_t count, int64_t deadline_us)
{
    bool is_batch = batch != 1;
    int64_t wait_us = deadline_us == CLOCK_NEVER ? CLOCK_NEVER : deadline_us - clock_now_us();

    waits[is_batch]++;
    if (is_batch)
        violations +=
            has_stopped || batch != WAKE_RESULTS || wait_us > WAKE_US || wait_us < WAKE_US * 9 / 10;
    else
        violations += !has_stopped && deadline_us != CLOCK_NEVER;
    has_waited_for_batch = is_batch;
    return __real_chan_select(chans, count, deadline_us);
}

/* A millisecond of this clock is longer than the test: main wakes for results only. */
static int setup(void **state)
{
    (void)state;
    clock_run(1, 1000000);
    memset(waits, 0, sizeof(waits));
    violations = 0;
    in_turn = small_turns = 0;
    has_waited_for_batch = list_has_ended = has_stopped = false;
    batch = 1;
    return 0;
}

static int64_t note_turn(struct fake *fake, const struct run_status *status)
{
    pthread_mutex_lock(&fake->mutex);
    list_has_ended = status->list_ended;
    pthread_cond_broadcast(&fake->changed);
    pthread_mutex_unlock(&fake->mutex);
    small_turns += has_waited_for_batch && in_turn < WAKE_RESULTS;
    in_turn = 0;
    return CLOCK_NEVER;
}

static enum delivery note_result(struct fake *fake, size_t index)
{
    (void)fake;
    (void)index;
    in_turn++;
    return DELIVERY_CONTINUE;
}

/* So few that all are read ahead: the list has ended before the first check does. */
#define COUNT 1000

static void await_the_list(struct fake *fake, size_t index, struct result *result)
{
    (void)result;
    if (index == 0)
        FAKE_AWAIT(fake, list_has_ended);
}

static struct fake *fake_of_few_wakes(size_t max)
{
    struct fake *fake = fake_new(COUNT, 1, max);

    fake->behave = await_the_list;
    fake->on_idle = note_turn;
    fake->deliver = note_result;
    return fake;
}

TEST(main_wakes_for_many_results_at_once)
{
    struct fake *fake = fake_of_few_wakes(1);

    fake_expect_done(fake);
    assert_int_equal(violations, 0);
    assert_int_equal(small_turns, 0);
    /* In each of these turns 32 to 64 results are taken, except in the first and the last few. */
    assert_in_range(waits[1], (COUNT - 512) / 64, COUNT / WAKE_RESULTS);
    fake_free(fake);
}

/* Checks 1 to 200 end one by one, each once the result before it was delivered. */
static void end_one_by_one(struct fake *fake, size_t index, struct result *result)
{
    await_the_list(fake, index, result);
    if (index > 0 && index <= 200)
        FAKE_AWAIT(fake, fake->delivered >= index);
}

TEST(main_wakes_for_few_results_after_a_millisecond)
{
    struct fake *fake = fake_of_few_wakes(1);

    clock_run(1, 1);
    fake->behave = end_one_by_one;
    fake_expect_done(fake);
    assert_true(waits[1] > 0);
    fake_free(fake);
}

/* Without a queue the threads have nothing else to do. */
TEST(main_wakes_for_each_result_without_a_queue)
{
    struct fake *fake = fake_of_few_wakes(4);

    fake->config.may_end_early = true;
    fake_expect_done(fake);
    assert_int_equal(violations, 0);
    assert_int_equal(waits[1], 0);
    fake_free(fake);
}

/* Fewer jobs are left than fill the queue. */
TEST(main_wakes_for_each_result_at_the_end)
{
    struct fake *fake = fake_new(100, 1, 1);

    fake->behave = await_the_list;
    fake->on_idle = note_turn;
    fake->deliver = note_result;
    fake_expect_done(fake);
    assert_int_equal(violations, 0);
    assert_int_equal(waits[1], 0);
    fake_free(fake);
}

/* The run stops while the queue is full: main does not wait for a batch of cancelled checks. */
static enum delivery have_enough(struct fake *fake, size_t index)
{
    note_result(fake, index);
    has_stopped = fake->delivered >= 200;
    return has_stopped ? DELIVERY_STOP : DELIVERY_CONTINUE;
}

TEST(main_wakes_for_each_result_after_a_stop)
{
    struct fake *fake = fake_of_few_wakes(1);

    fake->deliver = have_enough;
    assert_int_equal(fake_run(fake).end, RUN_STOPPED);
    assert_true(waits[1] > 0);
    assert_int_equal(violations, 0);
    fake_free(fake);
}

#define WAKE_TEST(test) cmocka_unit_test_setup(test, setup)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        WAKE_TEST(main_wakes_for_many_results_at_once),
        WAKE_TEST(main_wakes_for_few_results_after_a_millisecond),
        WAKE_TEST(main_wakes_for_each_result_without_a_queue),
        WAKE_TEST(main_wakes_for_each_result_at_the_end),
        WAKE_TEST(main_wakes_for_each_result_after_a_stop),
    };

    return RUN_TESTS(tests);
}
