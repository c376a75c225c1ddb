/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>
#include <stdint.h>

#include "base/clock.h"
#include "int_chan.h"

/* Channels used by one thread: nothing here may block. */

static void expect(struct chan *chan, int wanted)
{
    int message = -1;

    assert_int_equal(chan_recv(chan, &message), 1);
    assert_int_equal(message, wanted);
}

static void expect_error(struct chan *chan, int64_t deadline_us, int wanted)
{
    int message;

    errno = 0;
    assert_int_equal(chan_recv_many(chan, &message, 1, deadline_us), -1);
    assert_int_equal(errno, wanted);
}

TEST(messages_arrive_in_order)
{
    struct chan *chan = chan_of(3);

    /* The ring wraps around several times, with every number of messages in it. */
    for (int sent = 0, received = 0; received < 100;) {
        while (sent < received + 1 + received % 3)
            send(chan, sent++);
        expect(chan, received++);
    }
    chan_free(chan);
}

TEST(messages_are_copied_whole)
{
    struct message {
        char text[1000];
        int number;
    } message, received[2];
    struct chan *chan = chan_new(sizeof(struct message), 2);

    assert_non_null(chan);
    for (int i = 0; i < 2; i++) {
        memset(message.text, 'a' + i, sizeof(message.text));
        message.number = i;
        assert_int_equal(chan_send(chan, &message), 0);
    }
    memset(&message, 0, sizeof(message));
    assert_int_equal(chan_recv_many(chan, received, 2, CLOCK_NEVER), 2);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(received[i].number, i);
        assert_int_equal(received[i].text[0], 'a' + i);
        assert_int_equal(received[i].text[999], 'a' + i);
    }
    chan_free(chan);
}

TEST(batch_receives_what_is_there)
{
    struct chan *chan = chan_of(10);
    int messages[10];

    for (int i = 0; i < 7; i++)
        send(chan, i);
    assert_int_equal(chan_recv_many(chan, messages, 4, CLOCK_NEVER), 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(messages[i], i);
    assert_int_equal(chan_recv_many(chan, messages, 10, CLOCK_NEVER), 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(messages[i], i + 4);
    chan_free(chan);
}

TEST(batch_writes_only_what_it_received)
{
    struct chan *chan = chan_of(4);
    int messages[3] = {-1, -1, -1};

    send(chan, 5);
    assert_int_equal(chan_recv_many(chan, messages, 3, 0), 1);
    assert_int_equal(messages[0], 5);
    assert_int_equal(messages[1], -1);
    assert_int_equal(messages[2], -1);
    chan_free(chan);
}

TEST(closed_channel_drains_and_then_reports_it)
{
    struct chan *chan = chan_of(5);
    int messages[5];

    for (int i = 0; i < 5; i++)
        send(chan, i);
    chan_close(chan);
    expect(chan, 0);
    assert_int_equal(chan_recv_many(chan, messages, 5, CLOCK_NEVER), 4);
    assert_int_equal(messages[3], 4);
    for (int i = 0; i < 3; i++)
        assert_int_equal(chan_recv(chan, messages), 0);
    assert_int_equal(chan_recv_many(chan, messages, 5, 0), 0);
    chan_free(chan);
}

static void expect_send_fails(struct chan *chan)
{
    int message = 1;

    errno = 0;
    assert_int_equal(chan_send(chan, &message), -1);
    assert_int_equal(errno, EPIPE);
}

TEST(send_after_close_fails)
{
    static const size_t capacities[] = {0, 1, 5};

    for (size_t i = 0; i < COUNT_OF(capacities); i++) {
        struct chan *chan = chan_of(capacities[i]);
        int message;

        chan_close(chan);
        chan_close(chan);
        expect_send_fails(chan);
        assert_int_equal(chan_recv(chan, &message), 0);
        chan_free(chan);
    }
}

TEST(message_of_a_failed_send_does_not_arrive)
{
    struct chan *chan = chan_of(5);
    int message;

    send(chan, 1);
    chan_close(chan);
    expect_send_fails(chan);
    expect(chan, 1);
    assert_int_equal(chan_recv(chan, &message), 0);
    chan_free(chan);
}

TEST(past_deadline_does_not_block)
{
    struct chan *chan = chan_of(1);

    expect_error(chan, 0, ETIMEDOUT);
    expect_error(chan, clock_now_us(), ETIMEDOUT);
    send(chan, 3);
    assert_int_equal(chan_recv_many(chan, &(int){0}, 1, 0), 1);
    chan_free(chan);
}

TEST(deadline_is_waited_for)
{
    struct chan *chan = chan_of(1);
    int64_t deadline_us = clock_now_us() + 20 * CLOCK_MS;

    expect_error(chan, deadline_us, ETIMEDOUT);
    assert_true(clock_now_us() >= deadline_us);
    chan_free(chan);
}

TEST(dead_channel_reports_deadlock)
{
    struct chan *chan = chan_of(2);

    chan_add_sender(chan);
    chan_add_sender(chan);
    chan_remove_sender(chan);
    expect_error(chan, 0, ETIMEDOUT);
    send(chan, 1);
    send(chan, 2);
    chan_remove_sender(chan);
    expect(chan, 1);
    expect(chan, 2);
    expect_error(chan, CLOCK_NEVER, EDEADLK);
    expect_error(chan, 0, EDEADLK);
    chan_free(chan);
}

TEST(last_message_of_the_last_sender_arrives)
{
    struct chan *chan = chan_of(2);
    int message = 7;

    chan_add_sender(chan);
    chan_add_sender(chan);
    assert_int_equal(chan_send_last(chan, &message), 0);
    expect(chan, 7);
    expect_error(chan, 0, ETIMEDOUT);
    message = 8;
    assert_int_equal(chan_send_last(chan, &message), 0);
    expect(chan, 8);
    expect_error(chan, 0, EDEADLK);
    /* The sender leaves even if it could not send. */
    chan_add_sender(chan);
    chan_close(chan);
    assert_int_equal(chan_send_last(chan, &message), -1);
    assert_int_equal(errno, EPIPE);
    chan_free(chan);
}

TEST(new_sender_revives_a_dead_channel)
{
    struct chan *chan = chan_of(2);

    chan_add_sender(chan);
    chan_remove_sender(chan);
    chan_add_sender(chan);
    expect_error(chan, 0, ETIMEDOUT);
    chan_remove_sender(chan);
    expect_error(chan, CLOCK_NEVER, EDEADLK);
    chan_free(chan);
}

TEST(channel_without_known_senders_is_not_dead)
{
    struct chan *chan = chan_of(2);

    expect_error(chan, 0, ETIMEDOUT);
    chan_free(chan);
}

TEST(closed_takes_precedence_over_dead)
{
    struct chan *chan = chan_of(2);
    int message;

    chan_add_sender(chan);
    chan_remove_sender(chan);
    chan_close(chan);
    assert_int_equal(chan_recv(chan, &message), 0);
    chan_free(chan);
}

TEST(messages_of_no_bytes_are_counted)
{
    struct chan *chan = chan_new(0, 100);

    assert_non_null(chan);
    for (int i = 0; i < 100; i++)
        assert_int_equal(chan_send(chan, NULL), 0);
    assert_int_equal(chan_recv_many(chan, NULL, 30, CLOCK_NEVER), 30);
    assert_int_equal(chan_recv_many(chan, NULL, 1000, CLOCK_NEVER), 70);
    errno = 0;
    assert_int_equal(chan_recv_many(chan, NULL, 1, 0), -1);
    assert_int_equal(errno, ETIMEDOUT);
    chan_free(chan);
}

TEST(free_drops_messages)
{
    struct chan *chan = chan_of(3);

    send(chan, 1);
    send(chan, 2);
    chan_free(chan);
    chan_free(NULL);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_arrive_in_order),
        cmocka_unit_test(messages_are_copied_whole),
        cmocka_unit_test(batch_receives_what_is_there),
        cmocka_unit_test(batch_writes_only_what_it_received),
        cmocka_unit_test(closed_channel_drains_and_then_reports_it),
        cmocka_unit_test(send_after_close_fails),
        cmocka_unit_test(message_of_a_failed_send_does_not_arrive),
        cmocka_unit_test(past_deadline_does_not_block),
        cmocka_unit_test(deadline_is_waited_for),
        cmocka_unit_test(dead_channel_reports_deadlock),
        cmocka_unit_test(last_message_of_the_last_sender_arrives),
        cmocka_unit_test(new_sender_revives_a_dead_channel),
        cmocka_unit_test(channel_without_known_senders_is_not_dead),
        cmocka_unit_test(closed_takes_precedence_over_dead),
        cmocka_unit_test(messages_of_no_bytes_are_counted),
        cmocka_unit_test(free_drops_messages),
    };

    return RUN_TESTS(tests);
}
