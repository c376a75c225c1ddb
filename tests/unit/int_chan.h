/* SPDX-License-Identifier: MIT */
#ifndef TESTS_INT_CHAN_H
#define TESTS_INT_CHAN_H

#include "engine/chan.h"

/* Channels whose messages are numbers. */

static inline struct chan *chan_of(size_t capacity)
{
    struct chan *chan = chan_new(sizeof(int), capacity);

    assert_non_null(chan);
    return chan;
}

static inline void send(struct chan *chan, int message)
{
    assert_int_equal(chan_send(chan, &message), 0);
}

#endif
