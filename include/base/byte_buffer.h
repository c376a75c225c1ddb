/* SPDX-License-Identifier: MIT */
#ifndef BASE_BYTE_BUFFER_H
#define BASE_BYTE_BUFFER_H

#include <stddef.h>

/* Bytes of a response that are kept until they have been judged. All zeros is an empty one. */
struct byte_buffer {
    char *bytes; /* owned; NULL: none yet; else there is room for a NUL behind them */
    size_t length;
    size_t room;
};

/* Appends a copy, of as much as keeps the length within the limit. 0, or -1 with errno ENOMEM. */
int byte_buffer_append(struct byte_buffer *buffer, const char *bytes, size_t count, size_t limit);

/* Makes it empty, and keeps its room for more. */
void byte_buffer_clear(struct byte_buffer *buffer);

void byte_buffer_release(struct byte_buffer *buffer);

#endif
