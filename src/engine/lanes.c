/* SPDX-License-Identifier: MIT */
#include "engine/lanes.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "engine/chan.h"

/* So that a thread has work while its last block waits to be received. */
#define BLOCKS_PER_LANE 2
#define STACK_BYTES ((size_t)1024 * 1024)

struct lane {
    struct lanes *lanes;
    size_t number;
    pthread_t thread;
    struct chan *in, *out;
};

struct lanes {
    lanes_work *work;
    void *context;
    struct lane *items;
    size_t count;
    size_t sent, received;
};

static void *run_lane(void *argument)
{
    struct lane *lane = argument;
    void *block;

    while (chan_recv(lane->in, &block) == 1) {
        lane->lanes->work(lane->lanes->context, lane->number, block);
        chan_send(lane->out, &block);
    }
    return NULL;
}

static void release_channels(struct lane *lane)
{
    chan_free(lane->in);
    chan_free(lane->out);
}

struct lanes *lanes_new(size_t count, lanes_work *work, void *context)
{
    struct lanes *lanes = xcalloc(1, sizeof(*lanes));

    lanes->work = work;
    lanes->context = context;
    lanes->items = xcalloc(count, sizeof(*lanes->items));
    for (; lanes->count < count; lanes->count++) {
        struct lane *lane = &lanes->items[lanes->count];

        *lane = (struct lane){.lanes = lanes,
                              .number = lanes->count,
                              .in = chan_new(sizeof(void *), BLOCKS_PER_LANE),
                              .out = chan_new(sizeof(void *), BLOCKS_PER_LANE)};
        if (thread_start(&lane->thread, STACK_BYTES, run_lane, lane)) {
            release_channels(lane);
            break;
        }
    }
    if (lanes->count)
        return lanes;
    lanes_free(lanes);
    return NULL;
}

void lanes_free(struct lanes *lanes)
{
    if (!lanes)
        return;
    for (size_t i = 0; i < lanes->count; i++)
        chan_close(lanes->items[i].in);
    for (size_t i = 0; i < lanes->count; i++) {
        thread_join(lanes->items[i].thread);
        release_channels(&lanes->items[i]);
    }
    free(lanes->items);
    free(lanes);
}

size_t lanes_room(const struct lanes *lanes)
{
    return lanes->count * BLOCKS_PER_LANE;
}

void lanes_send(struct lanes *lanes, void *block)
{
    chan_send(lanes->items[lanes->sent++ % lanes->count].in, &block);
}

void *lanes_receive(struct lanes *lanes)
{
    void *block;

    if (lanes->received == lanes->sent)
        return NULL;
    chan_recv(lanes->items[lanes->received++ % lanes->count].out, &block);
    return block;
}
