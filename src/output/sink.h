/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_SINK_H
#define OUTPUT_SINK_H

#include <stdbool.h>

#include "base/text.h"

/* A descriptor that records are written to, through a buffer. Main thread; writing blocks. */
struct sink {
    int fd;              /* borrowed; -1: not open yet */
    bool is_terminal;    /* if it has been closed, what is written is dropped without an error */
    bool counts_rows;    /* of a terminal */
    size_t rows_written; /* if counts_rows */
    struct text buffer;  /* records that are not written yet: only whole ones are written */
    int write_errno; /* of the first write that failed, after which nothing is written; 0: none */
};

void sink_init(struct sink *sink, int fd);
void sink_release(struct sink *sink);

/* After a record was added to the buffer: writes the buffer if it is full. 0, or -1 with errno. */
int sink_settle(struct sink *sink);

/* Writes the buffer and empties it. 0, or -1 with errno. */
int sink_flush(struct sink *sink);

/* How many rows of the terminal all records take, those in the buffer included; 0 without counts_rows. */
size_t sink_rows(const struct sink *sink);

/* Writes all bytes. 0, or -1 with errno: also that of an earlier write. */
int sink_write(struct sink *sink, const char *bytes, size_t count);

#endif
