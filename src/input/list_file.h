/* SPDX-License-Identifier: MIT */
#ifndef INPUT_LIST_FILE_H
#define INPUT_LIST_FILE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* The longest line, and room for its end. */
#define LIST_FILE_LINE_MAX 65536
#define LIST_FILE_BYTES (LIST_FILE_LINE_MAX + 2)

/* Files and standard input, one after the other, as bytes and as lines. A part of struct list. */
struct list_file {
    int fd; /* -1: no file is open */
    const char *name;
    size_t line;
    bool null_separated; /* lines end in NUL */
    bool ended;          /* everything has been read */
    bool skipping;       /* the rest of a line that is too long */
    bool after_cr;       /* the last line ended in CR: an LF that follows belongs to it */

    /* What has been read but not returned: length bytes from begin on. */
    size_t begin;
    size_t length;
    char buffer[LIST_FILE_BYTES];

    int stop[2]; /* a pipe, readable from list_file_stop_waiting() on */
    atomic_bool stopped;
};

/* Without a file. 0, or -1 with errno. The storage is all zeros. */
int list_file_init(struct list_file *file, bool null_separated);
void list_file_release(struct list_file *file);

/*
 * Opens a file; - is standard input. With fd, which is not 0, it is open there, and is read from its beginning. The
 * name is borrowed. 0, or -1 with the reason and errno.
 */
int list_file_open(struct list_file *file, const char *name, int fd, struct error *error);
void list_file_close(struct list_file *file);

/*
 * Moves what is left in the buffer to its beginning, and reads more: blocks until there is some. 0; or
 * -1 with the reason. At the end of the file, and if waiting is over, file->ended is set.
 */
int list_file_fill(struct list_file *file, struct error *error);

/* Drops the first bytes that are left in the buffer. */
void list_file_consume(struct list_file *file, size_t length);

/*
 * Gets the next line of the open file, without its end: 1, and *line is valid until the next call;
 * 0 at the end of the file; -1 with the reason. Of a line that is too long, only the first bytes
 * are returned, more than LIST_FILE_LINE_MAX of them; the rest is skipped.
 */
int list_file_next_line(struct list_file *file, const char **line, size_t *length,
                        struct error *error);

/* As list_stop_waiting() and list_stop(). */
void list_file_stop_waiting(struct list_file *file);
void list_file_stop(struct list_file *file);

#endif
