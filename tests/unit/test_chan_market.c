/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <errno.h>

#include "base/clock.h"
#include "engine/chan.h"

/* Many senders and receivers: each message arrives once, and in the order of its sender. */

#define SENDERS 8
#define RECEIVERS 4
#define MESSAGES_MAX 20000

struct market {
    struct chan *chan;
    int messages; /* of each sender */
    size_t batch;
    atomic_int next_sender;
    atomic_int failures;
    atomic_uchar received[SENDERS * MESSAGES_MAX];
};

static struct market market;

static void sell(void *argument)
{
    int sender = atomic_fetch_add(&market.next_sender, 1);

    (void)argument;
    for (int i = 0; i < market.messages; i++) {
        int message = sender * market.messages + i;

        if (chan_send(market.chan, &message))
            atomic_fetch_add(&market.failures, 1);
    }
    chan_remove_sender(market.chan);
}

/* Receives until no sender is left. */
static void buy(void *argument)
{
    int messages[64], last[SENDERS];
    ssize_t count;

    (void)argument;
    memset(last, -1, sizeof(last));
    while ((count = chan_recv_many(market.chan, messages, market.batch, CLOCK_NEVER)) > 0) {
        for (ssize_t i = 0; i < count; i++) {
            int sender = messages[i] / market.messages;

            if (messages[i] <= last[sender])
                atomic_fetch_add(&market.failures, 1);
            last[sender] = messages[i];
            atomic_fetch_add(&market.received[messages[i]], 1);
        }
    }
    if (count != -1 || errno != EDEADLK)
        atomic_fetch_add(&market.failures, 1);
}

static void trade(size_t capacity, int messages, size_t batch)
{
    struct helper helpers[SENDERS + RECEIVERS];

    memset(&market, 0, sizeof(market));
    market.chan = chan_new(sizeof(int), capacity);
    assert_non_null(market.chan);
    market.messages = messages;
    market.batch = batch;
    for (size_t i = 0; i < SENDERS; i++)
        chan_add_sender(market.chan);
    for (size_t i = 0; i < SENDERS + RECEIVERS; i++)
        helper_start(&helpers[i], i < SENDERS ? sell : buy, NULL);
    for (size_t i = 0; i < SENDERS + RECEIVERS; i++)
        helper_join(&helpers[i]);
    assert_int_equal(atomic_load(&market.failures), 0);
    for (int i = 0; i < SENDERS * messages; i++)
        assert_int_equal(atomic_load(&market.received[i]), 1);
    chan_free(market.chan);
}

TEST(buffered_channel_delivers_each_message_once)
{
    trade(64, MESSAGES_MAX, 1);
}

TEST(batches_deliver_each_message_once)
{
    trade(100, MESSAGES_MAX, 64);
}

TEST(one_slot_delivers_each_message_once)
{
    trade(1, MESSAGES_MAX / 10, 3);
}

TEST(rendezvous_delivers_each_message_once)
{
    trade(0, MESSAGES_MAX / 10, 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffered_channel_delivers_each_message_once),
        cmocka_unit_test(batches_deliver_each_message_once),
        cmocka_unit_test(one_slot_delivers_each_message_once),
        cmocka_unit_test(rendezvous_delivers_each_message_once),
    };

    return RUN_TESTS(tests);
}
