/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_LIST_READER_H
#define ENGINE_LIST_READER_H

#include "engine/chan.h"
#include "input/list.h"

/* A thread that reads the list ahead, so that main never waits for a pipe while results come. */
struct list_reader;

/* Starts to read list, at most ahead targets before they are received. NULL with errno. */
struct list_reader *list_reader_start(struct list *list, size_t ahead);

/* The list being read. */
struct list *list_reader_list(const struct list_reader *reader);

/* The channel of struct target *, owned by the receiver; closed at the list's end. */
struct chan *list_reader_targets(struct list_reader *reader);

/*
 * Stops reading, joins the thread and frees the reader, and the targets that nobody received.
 * 0, or -1 with the reason if the list ended because it could not be read.
 */
int list_reader_stop(struct list_reader *reader, struct error *error);

#endif
