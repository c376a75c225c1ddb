/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>

#include "base/clock.h"
#include "engine/chan.h"

static struct chan *chans[CHAN_SELECT_MAX];

static int setup(void **state)
{
    (void)state;
    for (size_t i = 0; i < CHAN_SELECT_MAX; i++) {
        chans[i] = chan_new(sizeof(int), 1);
        if (!chans[i])
            return -1;
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < CHAN_SELECT_MAX; i++)
        chan_free(chans[i]);
    return 0;
}

static void expect_timeout(size_t count, int64_t deadline_us)
{
    errno = 0;
    assert_int_equal(chan_select(chans, count, deadline_us), -1);
    assert_int_equal(errno, ETIMEDOUT);
}

static void expect_ready(void)
{
    assert_int_equal(chan_select(chans, CHAN_SELECT_MAX, CLOCK_NEVER), 0);
    assert_int_equal(chan_select(chans, CHAN_SELECT_MAX, 0), 0);
}

TEST(empty_channels_time_out)
{
    int64_t deadline_us = clock_now_us() + 20 * CLOCK_MS;

    expect_timeout(CHAN_SELECT_MAX, 0);
    expect_timeout(CHAN_SELECT_MAX, deadline_us);
    assert_true(clock_now_us() >= deadline_us);
}

TEST(no_channels_time_out)
{
    expect_timeout(0, 0);
    expect_timeout(0, clock_now_us() + CLOCK_MS);
}

TEST(null_entries_are_ignored)
{
    struct chan *all[CHAN_SELECT_MAX] = {NULL, NULL, chans[0], NULL};
    int message = 1;

    assert_int_equal(chan_select(all, CHAN_SELECT_MAX, 0), -1);
    assert_int_equal(errno, ETIMEDOUT);
    assert_int_equal(chan_send(chans[0], &message), 0);
    assert_int_equal(chan_select(all, CHAN_SELECT_MAX, CLOCK_NEVER), 0);
    assert_int_equal(chan_select((struct chan *[]){NULL, NULL}, 2, clock_now_us() + 1), -1);
    assert_int_equal(errno, ETIMEDOUT);
}

TEST(message_is_reported_and_not_received)
{
    for (size_t i = 0; i < CHAN_SELECT_MAX; i++) {
        int message = (int)i;

        assert_int_equal(chan_send(chans[i], &message), 0);
        expect_ready();
        assert_int_equal(chan_recv(chans[i], &message), 1);
        assert_int_equal(message, i);
        expect_timeout(CHAN_SELECT_MAX, 0);
    }
}

TEST(close_is_reported)
{
    for (size_t i = 0; i < CHAN_SELECT_MAX; i++) {
        expect_timeout(CHAN_SELECT_MAX, 0);
        chan_close(chans[i]);
        expect_ready();
        chan_free(chans[i]);
        chans[i] = NULL;
    }
}

TEST(death_is_reported)
{
    chan_add_sender(chans[2]);
    expect_timeout(CHAN_SELECT_MAX, 0);
    chan_remove_sender(chans[2]);
    expect_ready();
}

TEST(batch_is_waited_for)
{
    struct chan *chan = chan_new(sizeof(int), 4);
    int message = 0;

    chan_set_batch(chan, 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(chan_select(&chan, 1, 0), -1);
        assert_int_equal(chan_send(chan, &message), 0);
    }
    assert_int_equal(chan_select(&chan, 1, CLOCK_NEVER), 0);
    /* The batch does not concern receivers. */
    assert_int_equal(chan_recv(chan, &message), 1);
    assert_int_equal(chan_select(&chan, 1, 0), -1);
    chan_set_batch(chan, 0);
    assert_int_equal(chan_select(&chan, 1, CLOCK_NEVER), 0);
    chan_free(chan);
}

TEST(full_or_dead_channel_does_not_wait_for_a_batch)
{
    struct chan *chan = chan_new(sizeof(int), 2);
    int message = 0;

    chan_set_batch(chan, 3);
    chan_add_sender(chan);
    assert_int_equal(chan_send(chan, &message), 0);
    assert_int_equal(chan_select(&chan, 1, 0), -1);
    assert_int_equal(chan_send(chan, &message), 0);
    assert_int_equal(chan_select(&chan, 1, CLOCK_NEVER), 0);
    assert_int_equal(chan_recv(chan, &message), 1);
    assert_int_equal(chan_select(&chan, 1, 0), -1);
    chan_remove_sender(chan);
    assert_int_equal(chan_select(&chan, 1, CLOCK_NEVER), 0);
    chan_free(chan);
}

TEST(too_many_channels_fail)
{
    struct chan *many[CHAN_SELECT_MAX + 1] = {NULL};

    errno = 0;
    assert_int_equal(chan_select(many, CHAN_SELECT_MAX + 1, 0), -1);
    assert_int_equal(errno, EINVAL);
}

/* Waits in chan_select() for all of the channels. */
static void select_all(void *argument)
{
    int *status = argument;

    *status = chan_select(chans, CHAN_SELECT_MAX, CLOCK_NEVER);
}

static void send_one(struct chan *chan)
{
    int message = 1;

    assert_int_equal(chan_send(chan, &message), 0);
}

TEST(waiting_thread_is_woken)
{
    static void (*const wake[])(struct chan *) = {send_one, chan_close, chan_remove_sender};

    for (size_t i = 0; i < COUNT_OF(wake) * CHAN_SELECT_MAX; i++) {
        struct chan **chan = &chans[i % CHAN_SELECT_MAX];
        struct helper helper;
        int status = -1;

        chan_add_sender(*chan);
        helper_start(&helper, select_all, &status);
        helper_await_sleep(&helper);
        wake[i / CHAN_SELECT_MAX](*chan);
        helper_join(&helper);
        assert_int_equal(status, 0);
        chan_free(*chan);
        *chan = chan_new(sizeof(int), 1);
        assert_non_null(*chan);
    }
}

TEST(all_waiting_threads_are_woken)
{
    struct helper helpers[4];
    int statuses[4] = {-1, -1, -1, -1};

    for (size_t i = 0; i < COUNT_OF(helpers); i++)
        helper_start(&helpers[i], select_all, &statuses[i]);
    for (size_t i = 0; i < COUNT_OF(helpers); i++)
        helper_await_sleep(&helpers[i]);
    send_one(chans[1]);
    for (size_t i = 0; i < COUNT_OF(helpers); i++) {
        helper_join(&helpers[i]);
        assert_int_equal(statuses[i], 0);
    }
}

#define MESSAGES 5000

static void send_many(void *argument)
{
    struct chan *chan = argument;

    for (int i = 0; i < MESSAGES; i++)
        chan_send(chan, &i);
    chan_close(chan);
}

/* Receives what is there, in order. False once the channel is closed. */
static bool drain(struct chan *chan, int *next)
{
    ssize_t count;
    int message;

    while ((count = chan_recv_many(chan, &message, 1, 0)) == 1)
        assert_int_equal(message, (*next)++);
    return count != 0;
}

/* As in the run loop: select, then receive without blocking. No wake-up may be lost. */
TEST(select_loop_misses_nothing)
{
    struct chan *open[CHAN_SELECT_MAX];
    struct helper helpers[CHAN_SELECT_MAX];
    int next[CHAN_SELECT_MAX] = {0};
    size_t left = CHAN_SELECT_MAX;

    for (size_t i = 0; i < CHAN_SELECT_MAX; i++) {
        open[i] = chans[i];
        helper_start(&helpers[i], send_many, chans[i]);
    }
    while (left) {
        assert_int_equal(chan_select(open, CHAN_SELECT_MAX, CLOCK_NEVER), 0);
        for (size_t i = 0; i < CHAN_SELECT_MAX; i++) {
            if (open[i] && !drain(open[i], &next[i])) {
                open[i] = NULL;
                left--;
            }
        }
    }
    for (size_t i = 0; i < CHAN_SELECT_MAX; i++) {
        helper_join(&helpers[i]);
        assert_int_equal(next[i], MESSAGES);
    }
}

#define SELECT_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        SELECT_TEST(empty_channels_time_out),
        SELECT_TEST(no_channels_time_out),
        SELECT_TEST(null_entries_are_ignored),
        SELECT_TEST(message_is_reported_and_not_received),
        SELECT_TEST(close_is_reported),
        SELECT_TEST(death_is_reported),
        SELECT_TEST(batch_is_waited_for),
        SELECT_TEST(full_or_dead_channel_does_not_wait_for_a_batch),
        SELECT_TEST(too_many_channels_fail),
        SELECT_TEST(waiting_thread_is_woken),
        SELECT_TEST(all_waiting_threads_are_woken),
        SELECT_TEST(select_loop_misses_nothing),
    };

    return RUN_TESTS(tests);
}
