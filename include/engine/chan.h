/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_CHAN_H
#define ENGINE_CHAN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A channel as in Go: threads send messages of one fixed size, copied by value; receivers
 * get them in the order in which they were sent. Any thread may call any function at any time, except
 * chan_new() and chan_free().
 *
 * A channel of capacity 0 is a rendezvous: a send returns when its message has been received.
 *
 * A channel can know its senders (chan_add_sender()). If it has known any and all have left, an
 * empty channel that is not closed can never deliver again: a receive returns EDEADLK, where Go
 * would stop with "all goroutines are asleep - deadlock!".
 *
 * Times are points of the clock in base/clock.h.
 */
struct chan;

/*
 * A new channel for messages of message_bytes each (0: only the number of messages matters), with
 * room for capacity of them. The caller frees it.
 */
struct chan *chan_new(size_t message_bytes, size_t capacity);

/* Frees the channel and drops the messages in it. No thread may be using it. NULL is fine. */
void chan_free(struct chan *chan);

/* One more sender. Call it before the sender can send, so that none is missed. */
void chan_add_sender(struct chan *chan);

/* A sender that was added will send no more. */
void chan_remove_sender(struct chan *chan);

/*
 * Sends a copy of *message. Blocks while the channel is full. 0; or -1 with errno EPIPE if the
 * channel is closed, before or while it waits: the message is then not received.
 */
int chan_send(struct chan *chan, const void *message);

/* chan_send(), and, whether or not the message was sent, chan_remove_sender(), in one step. */
int chan_send_last(struct chan *chan, const void *message);

/*
 * Receives up to max messages into the array at messages. Blocks until deadline_us for the first
 * one, and takes more only if they are there already. Returns how many it received; 0 if the
 * channel is closed and empty; or -1 with errno ETIMEDOUT, or EDEADLK if it is empty and its last
 * sender has left.
 */
ssize_t chan_recv_many(struct chan *chan, void *messages, size_t max, int64_t deadline_us);

/* chan_recv_many() for one message, without a deadline. */
ssize_t chan_recv(struct chan *chan, void *message);

/* Nothing can be sent any more; messages in the channel can be received. Wakes all that wait. */
void chan_close(struct chan *chan);

/*
 * From now on chan_select() waits until the channel holds batch messages (1 at first), or is full,
 * closed or dead, so that a receiver that is in no hurry is woken once for many messages. Called by
 * the thread that selects.
 */
void chan_set_batch(struct chan *chan, size_t batch);

#define CHAN_SELECT_MAX 4

/*
 * Blocks until one of the count channels can be received from without waiting (it holds a batch of
 * messages, or is closed or dead), or until deadline_us. Entries that are NULL are ignored. 0; or -1
 * with errno ETIMEDOUT, or EINVAL if there are more than CHAN_SELECT_MAX channels.
 */
int chan_select(struct chan *const *chans, size_t count, int64_t deadline_us);

#endif
