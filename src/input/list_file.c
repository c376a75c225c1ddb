/* SPDX-License-Identifier: MIT */
#include "list_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * An interrupt from the terminal reaches urlcheck and the writer of the pipe that it reads at the
 * same time: how long it may take from there to list_stop_waiting().
 */
#define INTERRUPT_MS 10

int list_file_init(struct list_file *file, bool null_separated)
{
    file->fd = -1;
    file->null_separated = null_separated;
    return pipe2(file->stop, O_CLOEXEC);
}

void list_file_close(struct list_file *file)
{
    if (file->fd > STDIN_FILENO)
        close(file->fd);
    file->fd = -1;
}

void list_file_release(struct list_file *file)
{
    list_file_close(file);
    close(file->stop[0]);
    close(file->stop[1]);
}

void list_file_stop_waiting(struct list_file *file)
{
    /* The byte is never read, so the pipe stays readable. */
    while (write(file->stop[1], "", 1) < 0 && errno == EINTR)
        ;
}

void list_file_stop(struct list_file *file)
{
    atomic_store(&file->stopped, true);
    list_file_stop_waiting(file);
}

/*
 * O_NONBLOCK: open(2) does not wait until a named pipe has a writer. wait_readable() does, and can
 * be stopped.
 */
static int open_fd(const char *name, int fd)
{
    if (fd)
        return lseek(fd, 0, SEEK_SET) ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
    return strcmp(name, "-") == 0 ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

int list_file_open(struct list_file *file, const char *name, int fd, struct error *error)
{
    file->name = name;
    file->line = 0;
    file->ended = false;
    file->skipping = file->after_cr = false;
    file->begin = file->length = 0;
    file->fd = open_fd(name, fd);
    if (file->fd < 0)
        return error_set_errno(error, "cannot read '%s'", name);
    return 0;
}

/*
 * Waits until the file can be read: 1. 0 if there is nothing to read and waiting is over; -1 with
 * errno.
 */
static int wait_readable(struct list_file *file)
{
    struct pollfd fds[] = {{.fd = file->fd, .events = POLLIN},
                           {.fd = file->stop[0], .events = POLLIN}};
    int found;

    do
        found = poll(fds, 2, -1);
    while (found < 0 && errno == EINTR);
    return found < 0 ? -1 : fds[0].revents != 0;
}

/* Reads some bytes into the free part of the buffer. Their number, 0 at the end; -1 with errno. */
static ssize_t read_some(struct list_file *file)
{
    ssize_t count;

    do {
        int readable = wait_readable(file);

        if (readable < 0)
            return -1;
        if (!readable || atomic_load(&file->stopped)) {
            file->length = 0; /* the end of the last line was not read: drop it */
            return 0;
        }
        count = read(file->fd, file->buffer + file->length, LIST_FILE_BYTES - file->length);
    } while (count < 0 && (errno == EINTR || errno == EAGAIN));
    return count;
}

/*
 * Whether the rest of a line without its newline, at the end of the list, is not to be trusted: the
 * run is ending, and perhaps so was the writer, in the middle of a URL. A file is complete.
 */
static bool is_cut_off(const struct list_file *file)
{
    struct pollfd stop = {.fd = file->stop[0], .events = POLLIN};
    struct stat status;

    if (fstat(file->fd, &status) == 0 && S_ISREG(status.st_mode))
        return false;
    return poll(&stop, 1, INTERRUPT_MS) > 0;
}

int list_file_fill(struct list_file *file, struct error *error)
{
    ssize_t count;

    memmove(file->buffer, file->buffer + file->begin, file->length);
    file->begin = 0;
    count = read_some(file);
    if (count < 0)
        return error_set_errno(error, "cannot read %s",
                               strcmp(file->name, "-") == 0 ? "standard input" : file->name);
    file->ended = count == 0;
    if (file->ended && file->length && is_cut_off(file))
        file->length = 0;
    file->length += (size_t)count;
    return 0;
}

void list_file_consume(struct list_file *file, size_t length)
{
    file->begin += length;
    file->length -= length;
}

/* Drops a byte order mark (EF BB BF) at the beginning of a file. */
static void skip_byte_order_mark(struct list_file *file)
{
    if (file->line == 0 && file->length >= 3 &&
        memcmp(file->buffer + file->begin, "\xef\xbb\xbf", 3) == 0)
        list_file_consume(file, 3);
}

/* Drops the LF of a CR LF. */
static void skip_line_feed(struct list_file *file)
{
    if (!file->after_cr || file->length == 0)
        return;
    if (file->buffer[file->begin] == '\n')
        list_file_consume(file, 1);
    file->after_cr = false;
}

/* Where the next line ends: at LF, CR LF or CR, or at a NUL. NULL: not in the buffer. */
static const char *find_end(const struct list_file *file)
{
    const char *start = file->buffer + file->begin;
    const char *line_feed, *carriage_return;

    if (file->null_separated)
        return memchr(start, '\0', file->length);
    line_feed = memchr(start, '\n', file->length);
    carriage_return = memchr(start, '\r', line_feed ? (size_t)(line_feed - start) : file->length);
    return carriage_return ? carriage_return : line_feed;
}

int list_file_next_line(struct list_file *file, const char **line, size_t *length,
                        struct error *error)
{
    for (;;) {
        const char *found;
        bool was_skipping = file->skipping;

        skip_line_feed(file);
        found = find_end(file);
        *line = file->buffer + file->begin;
        *length = found ? (size_t)(found - *line) : file->length;
        if (found || file->length == LIST_FILE_BYTES || (file->ended && file->length)) {
            list_file_consume(file, *length + (found != NULL));
            file->skipping = !found && !file->ended;
            file->after_cr = found && *found == '\r';
            if (was_skipping)
                continue;
            file->line++;
            return 1;
        }
        if (file->ended)
            return 0;
        if (list_file_fill(file, error))
            return -1;
        skip_byte_order_mark(file);
    }
}
