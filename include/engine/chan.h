/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_CHAN_H
#define ENGINE_CHAN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A channel as in Go: threads send messages of one size, by value; others receive them in the
 * order in which they were sent. All functions but chan_new() and chan_free() may be called by
 * any thread at any time.
 *
 * Capacity 0 is a rendezvous: a send returns when its message has been received.
 *
 * A channel can know its senders (chan_add_sender). One that has known any is dead when the last
 * has left: an empty dead channel that nobody closed can never deliver again, and a receive from
 * it returns EDEADLK where Go would say "all goroutines are asleep".
 *
 * Times are points of the clock in base/clock.h.
 */
struct chan;

/*
 * A new channel for messages of message_bytes each (0 is allowed: then only the count matters) and
 * room for capacity of them, or NULL with errno ENOMEM or what pthread_cond_init() said.
 * The caller owns it.
 */
struct chan *chan_new(size_t message_bytes, size_t capacity);

/* Frees the channel; messages still in it are dropped. Nobody may be using it. NULL is fine. */
void chan_free(struct chan *chan);

/* One more thread is going to send: called before it is started, so that it is never missed. */
void chan_add_sender(struct chan *chan);

/* A thread that was added will send no more. */
void chan_remove_sender(struct chan *chan);

/*
 * Sends a copy of *message, waiting for room. 0, or -1 with errno EPIPE if the channel is closed,
 * also while waiting: the message has then not been, and will not be, received.
 */
int chan_send(struct chan *chan, const void *message);

/* chan_send() and, sent or not, chan_remove_sender() in one. */
int chan_send_last(struct chan *chan, const void *message);

/*
 * Receives up to max messages into the array at messages: waits until deadline_us for the first
 * and takes the others only if they are there.
 *
 * Returns how many it received; 0 if the channel is closed and drained; -1 with errno ETIMEDOUT,
 * or EDEADLK if it is empty and its last sender has left.
 */
ssize_t chan_recv_many(struct chan *chan, void *messages, size_t max, int64_t deadline_us);

/* chan_recv_many() for one message and without a deadline. */
ssize_t chan_recv(struct chan *chan, void *message);

/* No message may be sent from now on; those sent can still be received. Wakes all who wait. */
void chan_close(struct chan *chan);

/*
 * From now on chan_select() waits until the channel has batch messages (1 at first), or is full,
 * closed or dead: a receiver in no hurry is woken once for many. For the thread that selects.
 */
void chan_set_batch(struct chan *chan, size_t batch);

#define CHAN_SELECT_MAX 4

/*
 * Waits until a receive from one of the count channels would not wait (it has a message, is closed
 * or is dead; but see chan_set_batch()), or until the deadline. NULL entries are passed over. 0, or
 * -1 with errno ETIMEDOUT, EINVAL if there are more than CHAN_SELECT_MAX, or ENOMEM.
 */
int chan_select(struct chan *const *chans, size_t count, int64_t deadline_us);

#endif
