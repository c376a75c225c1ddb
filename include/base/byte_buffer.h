/* SPDX-License-Identifier: MIT */
#ifndef BASE_BYTE_BUFFER_H
#define BASE_BYTE_BUFFER_H

#include <stddef.h>

/*
 * Bytes that a server sent, kept until they have been judged. A server decides how many there are,
 * so this is the one buffer of urlcheck's own whose allocation may fail without ending the run. A
 * buffer of all zeros is empty.
 */
struct byte_buffer {
    char *bytes; /* owned; NULL: nothing was appended; else there is room for a NUL at the end */
    size_t length;
    size_t capacity;
};

/*
 * Appends a copy of the bytes, cut so that the length does not exceed length_max. 0, or -1 with
 * errno ENOMEM; the buffer then stays as it was.
 */
int byte_buffer_append(struct byte_buffer *buffer, const char *bytes, size_t count,
                       size_t length_max);

/* Makes the buffer empty and keeps its memory for what comes next. */
void byte_buffer_clear(struct byte_buffer *buffer);

/* Frees its memory; the buffer is then empty. */
void byte_buffer_release(struct byte_buffer *buffer);

#endif
