/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_LANES_H
#define ENGINE_LANES_H

#include <stddef.h>

/*
 * A few threads that work on blocks of data, each in its lane. Blocks come back in the order in which they
 * were sent: the first one goes to the first lane, the second one to the second, and so on in turns, and so
 * they are received.
 *
 *              ┌─▶ in ─▶ thread ─▶ out ─┐
 *     send() ──┼─▶ in ─▶ thread ─▶ out ─┼──▶ receive()
 *              └─▶ in ─▶ thread ─▶ out ─┘
 *
 * A block belongs to its lane from lanes_send() until lanes_receive(). All functions are for one thread.
 */
struct lanes;

/* Works on a block, on a lane's thread; `lane` is from 0. */
typedef void lanes_work(void *context, size_t lane, void *block);

/*
 * Starts that many threads, or as many as this machine has: at least one. NULL with errno: it has none. The
 * context is borrowed.
 */
struct lanes *lanes_new(size_t count, lanes_work *work, void *context);

/* Waits for the threads, which first do what was sent. Blocks not received are dropped. NULL is fine. */
void lanes_free(struct lanes *lanes);

/* How many blocks may have been sent and not yet received. */
size_t lanes_room(const struct lanes *lanes);

/* Sends a block, for which there is room. */
void lanes_send(struct lanes *lanes, void *block);

/* The first block not yet received; waits until it is done. NULL: all have been received. */
void *lanes_receive(struct lanes *lanes);

#endif
