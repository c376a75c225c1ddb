/* SPDX-License-Identifier: MIT */
#include "sink.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "output/terminal.h"

/* A write begins once this many bytes are in the buffer. It has only whole records. */
#define BUFFER_BYTES ((size_t)64 * 1024)

void sink_init(struct sink *sink, int fd)
{
    *sink = (struct sink){.fd = fd};
}

void sink_release(struct sink *sink)
{
    text_release(&sink->buffer);
}

int sink_write(struct sink *sink, const char *bytes, size_t count)
{
    while (count && sink->write_errno == 0) {
        ssize_t written = write(sink->fd, bytes, count);

        if (written >= 0) {
            bytes += written;
            count -= (size_t)written;
        } else if (errno == EIO && sink->is_terminal) {
            break; /* it was closed: nobody misses the lines, but files are still written */
        } else if (errno == EAGAIN) { /* another process made the pipe non-blocking */
            poll(&(struct pollfd){.fd = sink->fd, .events = POLLOUT}, 1, -1);
        } else if (errno != EINTR) {
            sink->write_errno = errno;
        }
    }
    errno = sink->write_errno;
    return sink->write_errno ? -1 : 0;
}

size_t sink_rows(const struct sink *sink)
{
    size_t rows = sink->rows_written;

    if (sink->counts_rows && sink->buffer.length)
        rows += terminal_rows_taken(sink->buffer.bytes, sink->buffer.length,
                                    terminal_columns(sink->fd));
    return rows;
}

int sink_flush(struct sink *sink)
{
    sink->rows_written = sink_rows(sink);
    sink_write(sink, sink->buffer.bytes, sink->buffer.length);
    text_clear(&sink->buffer);
    errno = sink->write_errno;
    return sink->write_errno ? -1 : 0;
}

int sink_settle(struct sink *sink)
{
    return sink->buffer.length < BUFFER_BYTES ? 0 : sink_flush(sink);
}
