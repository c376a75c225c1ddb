/* SPDX-License-Identifier: MIT */
#ifndef INPUT_LIST_H
#define INPUT_LIST_H

#include <stdbool.h>

#include "base/error.h"
#include "input/settings.h"
#include "input/target.h"

/*
 * The URLs of a run, in order: operands, files, standard input. They are read as they are asked
 * for: a pipe is served as it comes and may never end.
 *
 * A list, line by line: the first word is the URL; blank lines and lines that begin with # are
 * passed over; a byte order mark at the beginning, CR before LF and a missing last newline are
 * tolerated. With --null, NUL takes the place of the newline. An item of over LIST_ITEM_BYTES, or
 * with a NUL byte, gives a target with a problem. Of all that, the settings' shard is handed out.
 */
#define LIST_ITEM_BYTES 65536

struct list;

/*
 * A list of settings' inputs, which it borrows; NULL with the reason and errno, also where a file
 * cannot be read. Nothing is read yet.
 */
struct list *list_new(const struct settings *settings, struct error *error);
void list_free(struct list *list);

/*
 * The next target, which the caller then owns. Blocks until there is one: 1; 0 at the end; -1 with
 * the reason if a file cannot be read or memory is short: the list has then ended. One thread.
 */
int list_next(struct list *list, struct target **target, struct error *error);

/* Whether the list held nothing, of any shard. Once list_next() has said that it has ended. */
bool list_was_empty(const struct list *list);

/*
 * From now on the list ends where list_next() would have to wait, at once also for one that is
 * waiting. From any thread.
 */
void list_stop_waiting(struct list *list);

/* From now on the list reads nothing more, and ends at once. From any thread. */
void list_stop(struct list *list);

#endif
