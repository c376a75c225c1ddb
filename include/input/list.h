/* SPDX-License-Identifier: MIT */
#ifndef INPUT_LIST_H
#define INPUT_LIST_H

#include <stdbool.h>

#include "base/error.h"
#include "input/settings.h"
#include "input/target.h"

/*
 * The URLs of a run: operands, files and standard input, in the order of the command line. They are
 * read only when they are needed, so a list may be a pipe that never ends.
 *
 * In a list, a line is a URL and perhaps attributes and a comment. Blank lines and lines that begin with
 * # are skipped. A byte order mark at the beginning, CR LF or CR instead of LF, and a missing newline at
 * the end are tolerated. With --null, lines end in NUL instead. A line of over LIST_LINE_BYTES_MAX,
 * or with a NUL byte, gives a target with a problem, and so does a file in UTF-16, as a whole. Only
 * the targets that filter_includes() (src/input/filter.h) and that are in settings->shard are returned.
 */
#define LIST_LINE_BYTES_MAX 65536

struct list;

/*
 * A list of the inputs of *settings, which it borrows. Nothing is read yet. NULL with the reason and
 * errno if a file cannot be read, or if there are no descriptors left.
 */
struct list *list_new(const struct settings *settings, struct error *error);
void list_free(struct list *list);

/*
 * Gets the next target, which the caller owns then, and blocks until there is one. 1; 0 at the end;
 * -1 with the reason if a file cannot be read or this machine runs out of something: the list has
 * ended then. For one thread at a time.
 */
int list_next(struct list *list, struct target **target, struct error *error);

/* Whether list_next() never waits: all inputs are operands, not files. */
bool list_never_waits(const struct list *list);

/*
 * Whether the list had no URL to check in any shard. Then *error says so. Call it after list_next() has
 * returned 0.
 */
bool list_was_empty(const struct list *list, struct error *error);

/* How many targets --include and --exclude left out. Call it after list_next() has returned 0. */
size_t list_left_out(const struct list *list);

/*
 * From now on the list ends as soon as list_next() would have to wait. A call that is waiting returns at
 * once. A last line without its newline is dropped, except that of a regular file. From any thread.
 */
void list_stop_waiting(struct list *list);

/* From now on the list reads nothing more and ends. From any thread. */
void list_stop(struct list *list);

#endif
