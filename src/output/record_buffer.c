/* SPDX-License-Identifier: MIT */
#include "record_buffer.h"

#include <errno.h>
#include <stdlib.h>
#ifdef __GLIBC__
#include <stdio_ext.h>
#endif

int record_buffer_init(struct record_buffer *buffer)
{
    *buffer = (struct record_buffer){0};
    buffer->stream = open_memstream(&buffer->text, &buffer->bytes);
    if (!buffer->stream)
        return -1;
#ifdef __GLIBC__
    __fsetlocking(buffer->stream, FSETLOCKING_BYCALLER); /* one thread uses it */
#endif
    return 0;
}

void record_buffer_release(struct record_buffer *buffer)
{
    if (buffer->stream)
        fclose(buffer->stream);
    free(buffer->text);
    *buffer = (struct record_buffer){0};
}

int record_buffer_settle(struct record_buffer *buffer)
{
    if (fflush(buffer->stream) == 0 && !ferror(buffer->stream))
        return 0;
    errno = ENOMEM; /* a memory stream has no other errors */
    return -1;
}

void record_buffer_clear(struct record_buffer *buffer)
{
    rewind(buffer->stream);
    buffer->bytes = 0;
}
