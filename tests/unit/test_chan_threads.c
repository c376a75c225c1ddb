/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>

#include "base/clock.h"
#include "int_chan.h"

/* Channels between threads: which calls block, and what wakes them. */

/* A call in a thread of its own, and what it returned. */
struct call {
    struct helper helper;
    struct chan *chan;
    int message;
    int64_t deadline_us;
    ssize_t status;
    int error;
    atomic_bool returned;
};

static void do_send(void *argument)
{
    struct call *call = argument;

    call->status = chan_send(call->chan, &call->message);
    call->error = errno;
    atomic_store(&call->returned, true);
}

static void do_receive(void *argument)
{
    struct call *call = argument;

    call->status = chan_recv_many(call->chan, &call->message, 1, call->deadline_us);
    call->error = errno;
    atomic_store(&call->returned, true);
}

/* Starts the call, which blocks in the channel, or will in a moment. */
static void begin(struct call *call, void (*body)(void *), struct chan *chan, int message)
{
    *call = (struct call){.chan = chan, .message = message, .deadline_us = CLOCK_NEVER};
    helper_start(&call->helper, body, call);
    helper_await_sleep(&call->helper);
}

static void expect_return(struct call *call, ssize_t status, int error)
{
    helper_join(&call->helper);
    assert_int_equal(call->status, status);
    if (status < 0)
        assert_int_equal(call->error, error);
}

static int receive(struct chan *chan)
{
    int message;

    assert_int_equal(chan_recv(chan, &message), 1);
    return message;
}

TEST(rendezvous_send_returns_after_its_receive)
{
    struct chan *chan = chan_of(0);
    struct call call;

    begin(&call, do_send, chan, 7);
    assert_false(atomic_load(&call.returned));
    assert_int_equal(receive(chan), 7);
    expect_return(&call, 0, 0);
    chan_free(chan);
}

/* Each sender returns when its own message is received. */
TEST(rendezvous_senders_return_one_by_one)
{
    struct chan *chan = chan_of(0);
    struct call calls[3];

    for (int i = 0; i < 3; i++)
        begin(&calls[i], do_send, chan, i);
    for (int left = 3; left > 0; left--) {
        int returned = 0;

        for (int i = 0; i < 3; i++)
            returned += atomic_load(&calls[i].returned);
        assert_in_range(returned, 0, 3 - left);
        expect_return(&calls[receive(chan)], 0, 0);
    }
    chan_free(chan);
}

TEST(rendezvous_receiver_may_be_first)
{
    struct chan *chan = chan_of(0);
    struct call call;

    begin(&call, do_receive, chan, 0);
    send(chan, 9);
    expect_return(&call, 1, 0);
    assert_int_equal(call.message, 9);
    chan_free(chan);
}

TEST(close_takes_back_messages_of_a_rendezvous)
{
    struct chan *chan = chan_of(0);
    struct call calls[3];
    int message;

    for (int i = 0; i < 3; i++)
        begin(&calls[i], do_send, chan, i);
    chan_close(chan);
    for (int i = 0; i < 3; i++)
        expect_return(&calls[i], -1, EPIPE);
    assert_int_equal(chan_recv(chan, &message), 0);
    chan_free(chan);
}

/* In any race a message is received exactly if its send succeeds. */
TEST(close_and_receive_agree_about_a_rendezvous)
{
    for (int round = 0; round < 500; round++) {
        struct chan *chan = chan_of(0);
        struct call sender, receiver;

        sender = (struct call){.chan = chan, .message = round};
        receiver = (struct call){.chan = chan, .deadline_us = CLOCK_NEVER};
        helper_start(&sender.helper, do_send, &sender);
        helper_start(&receiver.helper, do_receive, &receiver);
        chan_close(chan);
        helper_join(&sender.helper);
        helper_join(&receiver.helper);
        assert_int_equal(receiver.status, sender.status == 0 ? 1 : 0);
        if (receiver.status == 1)
            assert_int_equal(receiver.message, round);
        chan_free(chan);
    }
}

TEST(send_waits_for_room)
{
    struct chan *chan = chan_of(2);
    struct call call;

    send(chan, 1);
    send(chan, 2);
    begin(&call, do_send, chan, 3);
    assert_false(atomic_load(&call.returned));
    assert_int_equal(receive(chan), 1);
    expect_return(&call, 0, 0);
    assert_int_equal(receive(chan), 2);
    assert_int_equal(receive(chan), 3);
    chan_free(chan);
}

TEST(batch_receive_wakes_all_senders)
{
    struct chan *chan = chan_of(4);
    struct call calls[4];
    int messages[4];

    for (int i = 0; i < 4; i++)
        send(chan, i);
    for (int i = 0; i < 4; i++)
        begin(&calls[i], do_send, chan, 4 + i);
    assert_int_equal(chan_recv_many(chan, messages, 4, CLOCK_NEVER), 4);
    for (int i = 0; i < 4; i++)
        expect_return(&calls[i], 0, 0);
    chan_free(chan);
}

TEST(close_wakes_waiting_senders)
{
    struct chan *chan = chan_of(1);
    struct call calls[3];
    int message;

    send(chan, 100);
    for (int i = 0; i < 3; i++)
        begin(&calls[i], do_send, chan, i);
    chan_close(chan);
    for (int i = 0; i < 3; i++)
        expect_return(&calls[i], -1, EPIPE);
    assert_int_equal(receive(chan), 100);
    assert_int_equal(chan_recv(chan, &message), 0);
    chan_free(chan);
}

TEST(close_wakes_waiting_receivers)
{
    static const size_t capacities[] = {0, 1, 8};

    for (size_t c = 0; c < COUNT_OF(capacities); c++) {
        struct chan *chan = chan_of(capacities[c]);
        struct call calls[3];

        for (int i = 0; i < 3; i++)
            begin(&calls[i], do_receive, chan, 0);
        chan_close(chan);
        for (int i = 0; i < 3; i++)
            expect_return(&calls[i], 0, 0);
        chan_free(chan);
    }
}

TEST(death_wakes_waiting_receivers)
{
    struct chan *chan = chan_of(1);
    struct call calls[3];

    chan_add_sender(chan);
    chan_add_sender(chan);
    for (int i = 0; i < 3; i++)
        begin(&calls[i], do_receive, chan, 0);
    chan_remove_sender(chan);
    assert_false(atomic_load(&calls[0].returned));
    chan_remove_sender(chan);
    for (int i = 0; i < 3; i++)
        expect_return(&calls[i], -1, EDEADLK);
    chan_free(chan);
}

TEST(message_wakes_a_receiver_with_a_deadline)
{
    struct chan *chan = chan_of(1);
    struct call call = {.chan = chan, .deadline_us = clock_now_us() + 3600 * CLOCK_S};

    helper_start(&call.helper, do_receive, &call);
    helper_await_sleep(&call.helper);
    send(chan, 4);
    expect_return(&call, 1, 0);
    assert_int_equal(call.message, 4);
    chan_free(chan);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(rendezvous_send_returns_after_its_receive),
        cmocka_unit_test(rendezvous_senders_return_one_by_one),
        cmocka_unit_test(rendezvous_receiver_may_be_first),
        cmocka_unit_test(close_takes_back_messages_of_a_rendezvous),
        cmocka_unit_test(close_and_receive_agree_about_a_rendezvous),
        cmocka_unit_test(send_waits_for_room),
        cmocka_unit_test(batch_receive_wakes_all_senders),
        cmocka_unit_test(close_wakes_waiting_senders),
        cmocka_unit_test(close_wakes_waiting_receivers),
        cmocka_unit_test(death_wakes_waiting_receivers),
        cmocka_unit_test(message_wakes_a_receiver_with_a_deadline),
    };

    return RUN_TESTS(tests);
}
