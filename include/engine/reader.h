/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_READER_H
#define ENGINE_READER_H

#include "engine/chan.h"
#include "input/list.h"

/* A thread that reads the list ahead, so that main never waits for a pipe while results come. */
struct reader;

/* Starts to read list, at most ahead targets before they are received. NULL with errno. */
struct reader *reader_start(struct list *list, size_t ahead);

/* The list being read. */
struct list *reader_list(const struct reader *reader);

/* The channel of struct target *, owned by the receiver; closed at the list's end. */
struct chan *reader_targets(struct reader *reader);

/*
 * Stops reading, joins the thread and frees the reader, and the targets that nobody received.
 * 0, or -1 with the reason if the list ended because it could not be read.
 */
int reader_stop(struct reader *reader, struct reason *reason);

#endif
