/* SPDX-License-Identifier: MIT */
#include "destination.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "output/progress.h"
#include "output/terminal.h"

/*
 * The open descriptor that a file name means; -1: none. It is written to as it is: to open it
 * again, or to replace its file, would overwrite what other programs have written to the same log.
 */
static int descriptor_named(const char *name)
{
    int fd;
    char end;

    if (strcmp(name, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    if (strcmp(name, "/dev/stderr") == 0)
        return STDERR_FILENO;
    if (sscanf(name, "/dev/fd/%d%c", &fd, &end) == 1 ||
        sscanf(name, "/proc/self/fd/%d%c", &fd, &end) == 1)
        return fd;
    return -1;
}

/* Opens the destination's file. Returns the descriptor; -1 with errno. */
static int open_file(struct destination *destination)
{
    const char *name = destination->name;
    int fd = descriptor_named(name);
    struct stat status;

    if (fd >= 0)
        return fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (stat(name, &status) == 0 && !S_ISREG(status.st_mode))
        return open(name, O_WRONLY | O_CLOEXEC);
    destination->file = atomic_file_open(name);
    return destination->file ? atomic_file_fd(destination->file) : -1;
}

static enum destination_kind kind_of(const struct destination *destination)
{
    if (destination->file)
        return DESTINATION_FILE;
    return isatty(destination->sink.fd) ? DESTINATION_TERMINAL : DESTINATION_STREAM;
}

/* Whether systemd has connected the descriptor to its journal: systemd.exec(5), $JOURNAL_STREAM. */
static bool leads_to_journal(int fd)
{
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long long device, inode;
    struct stat status;
    char end;

    return stream && sscanf(stream, "%llu:%llu%c", &device, &inode, &end) == 2 &&
           fstat(fd, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

static enum order order_of(const struct format_context *context)
{
    if (context->settings->order != ORDER_AUTO)
        return (enum order)context->settings->order;
    return context->kind == DESTINATION_TERMINAL ? ORDER_ARRIVAL : ORDER_INPUT;
}

int destination_open(struct destination *destination)
{
    const struct format *format = destination->format;
    struct format_context *context = &destination->context;

    sink_init(&destination->sink, destination->name ? -1 : STDOUT_FILENO);
    if (destination->name)
        destination->sink.fd = open_file(destination);
    if (destination->sink.fd < 0)
        return -1;
    if (format->section_count)
        destination->spool =
            spool_new(destination->file ? atomic_file_target(destination->file) : NULL,
                      format->section_count);
    context->kind = kind_of(destination);
    context->is_journal = leads_to_journal(destination->sink.fd);
    destination->order = order_of(context);
    destination->sink.is_terminal = context->kind == DESTINATION_TERMINAL;
    context->out = &destination->sink.buffer;
    context->sink = &destination->sink;
    context->spool = destination->spool;
    context->state = format->state_bytes ? xcalloc(1, format->state_bytes) : NULL;
    return 0;
}

/* What the destination replaces or is written to. False: nothing yet, or a device. */
static bool get_status(const struct destination *destination, struct stat *status)
{
    const struct atomic_file *file = destination->file;
    int failed =
        file ? stat(atomic_file_target(file), status) : fstat(destination->sink.fd, status);

    return !failed && !S_ISCHR(status->st_mode);
}

bool destination_is_same(const struct destination *a, const struct destination *b)
{
    int fd_a = a->name ? descriptor_named(a->name) : STDOUT_FILENO;
    int fd_b = b->name ? descriptor_named(b->name) : STDOUT_FILENO;
    struct stat status_a, status_b;

    if (a->file && b->file)
        return atomic_file_is_same(a->file, b->file);
    /* Several descriptors may lead to one log: whoever opened them has chosen that. */
    if (fd_a >= 0 && fd_b >= 0)
        return fd_a == fd_b;
    return get_status(a, &status_a) && get_status(b, &status_b) &&
           status_a.st_dev == status_b.st_dev && status_a.st_ino == status_b.st_ino;
}

/* Looks how wide the terminal is, each time, as the user may resize it. */
static void measure(struct destination *destination)
{
    if (destination->context.kind == DESTINATION_TERMINAL)
        destination->context.columns = terminal_columns(destination->sink.fd);
}

static void begin(struct destination *destination)
{
    if (!destination->has_begun && destination->format->begin)
        destination->format->begin(&destination->context);
    destination->has_begun = true;
}

int destination_add(struct destination *destination, struct shown *shown)
{
    struct format_context *context = &destination->context;

    if (context->kind == DESTINATION_TERMINAL)
        progress_clear();
    measure(destination);
    begin(destination);
    context->count++;
    context->shown = shown;
    destination->format->result(context, shown->result);
    if (destination->spool && spool_status(destination->spool)) {
        destination->sink.write_errno = errno;
        return -1;
    }
    return sink_settle(&destination->sink);
}

int destination_flush(struct destination *destination)
{
    return destination->file ? 0 : sink_flush(&destination->sink);
}

/* Whether there is not what the format prints at the end. */
static bool is_in_trouble(const struct destination *destination, const struct totals *totals)
{
    bool needs_history = destination->context.settings->state && destination->format->history_us;

    return totals->trouble || (needs_history && !totals->history);
}

/* Prints what depends on the totals. Returns whether a file may be replaced. */
static bool end(struct destination *destination, const struct totals *totals)
{
    const struct format *format = destination->format;
    bool in_trouble = is_in_trouble(destination, totals);

    destination->context.totals = totals;
    if (in_trouble && !format->trouble)
        return false;
    measure(destination);
    begin(destination);
    if (in_trouble)
        return format->trouble(&destination->context);
    if (format->end)
        format->end(&destination->context);
    return true;
}

/* Closes the file, and gives it its name if keep is set. 0, or -1 with errno. */
static int close_file(struct destination *destination, bool keep)
{
    int fd = destination->sink.fd;

    if (destination->file && keep)
        return atomic_file_commit(destination->file);
    if (destination->file)
        atomic_file_discard(destination->file);
    else if (destination->name && fd >= 0)
        return close(fd);
    return 0;
}

int destination_close(struct destination *destination, const struct totals *totals)
{
    bool keep = totals && end(destination, totals);
    int status = totals ? sink_flush(&destination->sink) : 0;
    int saved_errno = errno;

    if (close_file(destination, keep && status == 0)) {
        saved_errno = errno;
        status = -1;
    }
    if (destination->context.state && destination->format->release)
        destination->format->release(&destination->context);
    free(destination->context.state);
    spool_free(destination->spool);
    sink_release(&destination->sink);
    errno = saved_errno;
    return status;
}
