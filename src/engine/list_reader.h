/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_LIST_READER_H
#define ENGINE_LIST_READER_H

#include "engine/chan.h"
#include "input/list.h"

/*
 * A thread that reads the list ahead of the checks, so that main never waits for a pipe while results
 * come.
 */
struct list_reader;

/*
 * Starts to read the list, which is borrowed, up to ahead targets before they are received. A list that
 * never waits has then been read that far. NULL with errno EAGAIN or ENOMEM.
 */
struct list_reader *list_reader_start(struct list *list, size_t ahead);

/* The channel of struct target *, owned by the receiver. It is closed at the end of the list. */
struct chan *list_reader_targets(struct list_reader *reader);

/*
 * Stops reading, joins the thread, and frees the reader and the targets that were not received. Blocks
 * for as long as reading one line takes. 0; or -1 with the error that ended the list.
 */
int list_reader_stop(struct list_reader *reader, struct error *error);

#endif
