/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_RECORD_BUFFER_H
#define OUTPUT_RECORD_BUFFER_H

#include <stddef.h>
#include <stdio.h>

/* Records in memory, until somebody writes them: only whole ones are written. Main thread. */
struct record_buffer {
    FILE *stream; /* to print to; NULL: not open */
    char *text;   /* the records; valid after record_buffer_settle() */
    size_t bytes;
};

/* 0, or -1 with errno. To be released in both cases. */
int record_buffer_init(struct record_buffer *buffer);
void record_buffer_release(struct record_buffer *buffer);

/* After something was printed: brings text and bytes up to date. 0, or -1 with errno ENOMEM. */
int record_buffer_settle(struct record_buffer *buffer);

/* Empties it, and keeps its memory. */
void record_buffer_clear(struct record_buffer *buffer);

#endif
