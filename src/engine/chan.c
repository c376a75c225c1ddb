/* SPDX-License-Identifier: MIT */
/*
 * A ring buffer under one mutex, with a condition variable for each reason to wait:
 *
 *   senders ──put()──▶ [ slot | slot | slot ] ──take()──▶ receivers
 *   wait for writable      taken <= n < put           wait for readable
 *
 * A thread is woken only if one waits: the same mutex protects the counts of waiting threads, so
 * no wake-up is lost. In a rendezvous (capacity 0) there is one slot, and a sender waits in addition
 * for `handed` until its message has been taken.
 *
 * chan_select() waits for several channels: it links one selector, on its stack, into each of them,
 * and waits for the selector's own condition. Locks are taken in the order channel, selector.
 *
 * A channel is dead if it has known senders and all of them have left. Messages in it are still
 * delivered; after that a receive returns EDEADLK, as no sender is left.
 */
#include "engine/chan.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/thread.h"

/* A thread in chan_select(), linked into each channel that it waits for. */
struct selector {
    pthread_mutex_t mutex;
    pthread_cond_t woken;
    bool ready;
};

struct wait_link {
    struct selector *selector;
    struct wait_link *next;
};

/* The mutex protects everything. Message n (from 0) is in slot n % slots while taken <= n < put. */
struct chan {
    pthread_mutex_t mutex;
    pthread_cond_t readable; /* a message has come, or none ever will */
    pthread_cond_t writable; /* a slot is free, or the channel is closed */
    pthread_cond_t handed;   /* rendezvous: a message has been taken */
    struct wait_link *selectors;
    uint64_t put;
    uint64_t taken;
    size_t receivers_waiting;
    size_t senders_waiting;
    size_t senders;
    bool knows_senders;
    bool closed;
    bool rendezvous;
    size_t batch; /* how many messages wake a thread in chan_select() */
    size_t message_bytes;
    size_t slots;
    unsigned char ring[];
};

struct chan *chan_new(size_t message_bytes, size_t capacity)
{
    size_t slots = capacity ? capacity : 1;
    struct chan *chan = xcalloc(1, sizeof(*chan) + slots * message_bytes);

    chan->message_bytes = message_bytes;
    chan->slots = slots;
    chan->batch = 1;
    chan->rendezvous = capacity == 0;
    cond_init(&chan->readable);
    cond_init(&chan->writable);
    cond_init(&chan->handed);
    mutex_init(&chan->mutex);
    return chan;
}

void chan_free(struct chan *chan)
{
    if (!chan)
        return;
    mutex_destroy(&chan->mutex);
    cond_destroy(&chan->handed);
    cond_destroy(&chan->writable);
    cond_destroy(&chan->readable);
    free(chan);
}

static unsigned char *slot(struct chan *chan, uint64_t number)
{
    return chan->ring + (size_t)(number % chan->slots) * chan->message_bytes;
}

static bool is_dead(const struct chan *chan)
{
    return chan->knows_senders && chan->senders == 0;
}

static bool would_not_wait(const struct chan *chan)
{
    return chan->put != chan->taken || chan->closed || is_dead(chan);
}

/* Whether a thread in chan_select() is woken: a batch of messages is there, or the ring is full. */
static bool is_ready(const struct chan *chan)
{
    uint64_t count = chan->put - chan->taken;

    return count >= chan->batch || count == chan->slots || chan->closed || is_dead(chan);
}

/* The mutex is held. */
static void wake_selectors(struct chan *chan)
{
    if (!is_ready(chan))
        return;
    for (struct wait_link *link = chan->selectors; link; link = link->next) {
        struct selector *selector = link->selector;

        mutex_lock(&selector->mutex);
        selector->ready = true;
        cond_signal(&selector->woken);
        mutex_unlock(&selector->mutex);
    }
}

void chan_add_sender(struct chan *chan)
{
    mutex_lock(&chan->mutex);
    chan->knows_senders = true;
    chan->senders++;
    mutex_unlock(&chan->mutex);
}

/* The mutex is held. */
static void drop_sender(struct chan *chan)
{
    if (chan->senders == 0)
        abort();
    if (--chan->senders == 0) {
        cond_broadcast(&chan->readable);
        wake_selectors(chan);
    }
}

void chan_remove_sender(struct chan *chan)
{
    mutex_lock(&chan->mutex);
    drop_sender(chan);
    mutex_unlock(&chan->mutex);
}

/* Waits until the message has been taken; if the channel closes first, takes it back. */
static int wait_until_taken(struct chan *chan, uint64_t number)
{
    while (chan->taken <= number) {
        if (chan->closed) {
            chan->put--;
            errno = EPIPE;
            return -1;
        }
        cond_wait_until(&chan->handed, &chan->mutex, CLOCK_NEVER);
    }
    return 0;
}

/* The mutex is held. 0, or -1 with errno EPIPE. */
static int put(struct chan *chan, const void *message)
{
    while (!chan->closed && chan->put - chan->taken == chan->slots) {
        chan->senders_waiting++;
        cond_wait_until(&chan->writable, &chan->mutex, CLOCK_NEVER);
        chan->senders_waiting--;
    }
    if (chan->closed) {
        errno = EPIPE;
        return -1;
    }
    if (chan->message_bytes)
        memcpy(slot(chan, chan->put), message, chan->message_bytes);
    chan->put++;
    if (chan->receivers_waiting)
        cond_signal(&chan->readable);
    wake_selectors(chan);
    return chan->rendezvous ? wait_until_taken(chan, chan->put - 1) : 0;
}

static int send_and(struct chan *chan, const void *message, bool leave)
{
    int status;

    mutex_lock(&chan->mutex);
    status = put(chan, message);
    if (leave)
        drop_sender(chan);
    mutex_unlock(&chan->mutex);
    return status;
}

int chan_send(struct chan *chan, const void *message)
{
    return send_and(chan, message, false);
}

int chan_send_last(struct chan *chan, const void *message)
{
    return send_and(chan, message, true);
}

/* Takes up to max messages, and wakes as many senders. The mutex is held. */
static size_t take(struct chan *chan, unsigned char *messages, size_t max)
{
    size_t count = 0;

    for (; count < max && chan->taken != chan->put; count++, chan->taken++) {
        if (chan->message_bytes)
            memcpy(messages + count * chan->message_bytes, slot(chan, chan->taken),
                   chan->message_bytes);
    }
    if (chan->rendezvous)
        cond_broadcast(&chan->handed);
    if (count == 1 && chan->senders_waiting)
        cond_signal(&chan->writable);
    else if (chan->senders_waiting)
        cond_broadcast(&chan->writable);
    return count;
}

ssize_t chan_recv_many(struct chan *chan, void *messages, size_t max, int64_t deadline_us)
{
    ssize_t received = -1;

    mutex_lock(&chan->mutex);
    while (!would_not_wait(chan)) {
        bool in_time = false;

        chan->receivers_waiting++;
        if (deadline_us > 0)
            in_time = cond_wait_until(&chan->readable, &chan->mutex, deadline_us);
        chan->receivers_waiting--;
        if (!in_time && !would_not_wait(chan)) {
            errno = ETIMEDOUT;
            goto out;
        }
    }
    if (chan->put != chan->taken)
        received = (ssize_t)take(chan, messages, max);
    else if (chan->closed)
        received = 0;
    else
        errno = EDEADLK;
out:
    mutex_unlock(&chan->mutex);
    return received;
}

ssize_t chan_recv(struct chan *chan, void *message)
{
    return chan_recv_many(chan, message, 1, CLOCK_NEVER);
}

void chan_close(struct chan *chan)
{
    mutex_lock(&chan->mutex);
    chan->closed = true;
    cond_broadcast(&chan->readable);
    cond_broadcast(&chan->writable);
    cond_broadcast(&chan->handed);
    wake_selectors(chan);
    mutex_unlock(&chan->mutex);
}

void chan_set_batch(struct chan *chan, size_t batch)
{
    mutex_lock(&chan->mutex);
    chan->batch = batch ? batch : 1;
    mutex_unlock(&chan->mutex);
}

/* Links a selector into the channel. True: the channel is ready already. */
static bool link_add(struct chan *chan, struct wait_link *link)
{
    bool ready;

    mutex_lock(&chan->mutex);
    link->next = chan->selectors;
    chan->selectors = link;
    ready = is_ready(chan);
    mutex_unlock(&chan->mutex);
    return ready;
}

static void link_remove(struct chan *chan, struct wait_link *link)
{
    struct wait_link **at = &chan->selectors;

    mutex_lock(&chan->mutex);
    while (*at != link)
        at = &(*at)->next;
    *at = link->next;
    mutex_unlock(&chan->mutex);
}

/* Waits until a channel is ready, or until the deadline. */
static bool selector_wait(struct selector *selector, int64_t deadline_us)
{
    bool ready;

    mutex_lock(&selector->mutex);
    while (!selector->ready && cond_wait_until(&selector->woken, &selector->mutex, deadline_us))
        ;
    ready = selector->ready;
    mutex_unlock(&selector->mutex);
    return ready;
}

int chan_select(struct chan *const *chans, size_t count, int64_t deadline_us)
{
    struct selector selector = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    struct wait_link links[CHAN_SELECT_MAX];
    bool ready = false;
    size_t linked = 0;

    if (count > CHAN_SELECT_MAX) {
        errno = EINVAL;
        return -1;
    }
    cond_init(&selector.woken);
    for (; linked < count && !ready; linked++) {
        links[linked].selector = &selector;
        ready = chans[linked] && link_add(chans[linked], &links[linked]);
    }
    if (!ready)
        ready = selector_wait(&selector, deadline_us);
    while (linked-- > 0) {
        if (chans[linked])
            link_remove(chans[linked], &links[linked]);
    }
    cond_destroy(&selector.woken);
    mutex_destroy(&selector.mutex);
    if (!ready)
        errno = ETIMEDOUT;
    return ready ? 0 : -1;
}
