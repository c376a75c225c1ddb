/* SPDX-License-Identifier: MIT */
#include "output/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atomic_file.h"
#include "base/alloc.h"
#include "format.h"
#include "json.h"
#include "output/summary.h"

/* A write begins once this many bytes are in the buffer. It has only whole records. */
#define BUFFER_BYTES ((size_t)64 * 1024)

#define FORMAT_ADDRESS(name) &format_##name,
static const struct format *const formats[] = {FORMAT_LIST(FORMAT_ADDRESS)};

struct destination {
    const struct format *format;
    struct format_options options;
    bool is_seen;             /* text on a terminal, for a person who also sees the summary */
    bool is_terminal;         /* standard output, which is a terminal */
    const char *name;         /* NULL: standard output; borrowed */
    int fd;                   /* -1: not open */
    struct atomic_file *file; /* owns fd; NULL: fd is written to directly */
    FILE *buffer;             /* a memory stream of records that are not written yet */
    char *text;               /* what is in the buffer */
    size_t text_bytes;
    size_t lines_seen; /* with is_seen: lines of all records */
    int write_errno;   /* of the first write that failed, after which nothing is written; 0: none */
};

struct output {
    const struct settings *settings;
    struct destination *destinations;
    size_t count;
    const struct destination *failed; /* borrowed; NULL: none */
};

static const char *name_of(const struct destination *destination)
{
    return destination->name ? destination->name : "standard output";
}

/* NO_COLOR: https://no-color.org/ */
static bool wants_color(const struct settings *settings, const char *name)
{
    const char *no_color = getenv("NO_COLOR");

    if (settings->color != CHOICE_AUTO)
        return settings->color == CHOICE_ALWAYS;
    return !name && isatty(STDOUT_FILENO) && !(no_color && *no_color);
}

/* The file that a request names; NULL: standard output. */
static const char *file_of(const struct settings *settings, const struct output_request *request)
{
    const char *name = request->file ? request->file : settings->output_file;

    return name && strcmp(name, "-") == 0 ? NULL : name;
}

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

/* Whether a request before this one has the same destination. */
static bool is_taken(const struct output *output, const char *name)
{
    for (size_t i = 0; i < output->count; i++) {
        const char *other = output->destinations[i].name;

        if ((!name && !other) || (name && other && strcmp(name, other) == 0))
            return true;
    }
    return false;
}

/* Adds the destination of a request. -1 with the reason and errno. */
static int add_destination(struct output *output, const struct output_request *request,
                           struct error *error)
{
    const struct settings *settings = output->settings;
    const char *name = file_of(settings, request);
    struct destination *destination = &output->destinations[output->count];
    bool is_terminal = !name && isatty(STDOUT_FILENO);

    errno = EINVAL;
    if (is_taken(output, name))
        return error_set(error, "--format: two formats for %s (try NAME:FILE)",
                         name ? name : "standard output");
    if (name && !*name)
        return error_set(error, "--output: a file needs a name");
    *destination = (struct destination){
        .format = formats[request->format],
        .options = {.color = wants_color(settings, name), .verbose = settings->verbose},
        .is_terminal = is_terminal,
        .is_seen =
            is_terminal && formats[request->format] == &format_text && summary_is_wanted(settings),
        .name = name,
        .fd = name ? -1 : STDOUT_FILENO};
    output->count++;
    destination->buffer = open_memstream(&destination->text, &destination->text_bytes);
    if (name && destination->buffer)
        destination->fd = open_file(destination);
    if (!destination->buffer || destination->fd < 0)
        return error_set_errno(error, "cannot write '%s'", name_of(destination));
    return 0;
}

/* Whether --output is given although no format is without a file. */
static bool is_output_file_unused(const struct settings *settings)
{
    for (size_t i = 0; i < settings->output_count; i++) {
        if (!settings->outputs[i].file)
            return false;
    }
    return settings->output_file && settings->output_count;
}

static int add_destinations(struct output *output, struct error *error)
{
    static const struct output_request plain = {0};
    const struct settings *settings = output->settings;

    if (is_output_file_unused(settings)) {
        errno = EINVAL;
        return error_set(error, "--output: each --format names a file of its own");
    }
    if (settings->output_count == 0)
        return add_destination(output, &plain, error);
    for (size_t i = 0; i < settings->output_count; i++) {
        if (add_destination(output, &settings->outputs[i], error))
            return -1;
    }
    return 0;
}

struct output *output_open(const struct settings *settings, struct error *error)
{
    struct output *output = xcalloc(1, sizeof(*output));

    json_prepare();
    output->settings = settings;
    output->destinations = xcalloc(settings->output_count + 1, sizeof(*output->destinations));
    if (add_destinations(output, error)) {
        int saved_errno = errno;
        struct error ignored;

        output_close(output, false, &ignored);
        errno = saved_errno;
        return NULL;
    }
    return output;
}

static bool wants(const struct settings *settings, const struct destination *destination,
                  const struct result *result)
{
    if (destination->name)
        return true;
    if (destination->is_seen && result->verdict == VERDICT_UNKNOWN)
        return false; /* the summary has their number */
    return !settings->silent && !(settings->quiet && result->verdict == VERDICT_OK);
}

/* Writes the buffer and empties it. -1 with errno. */
static int flush(struct destination *destination)
{
    const char *bytes = destination->text;
    size_t left = destination->text_bytes;

    while (left && destination->write_errno == 0) {
        ssize_t written = write(destination->fd, bytes, left);

        if (written >= 0) {
            bytes += written;
            left -= (size_t)written;
        } else if (errno == EIO && destination->is_terminal) {
            break; /* it was closed: nobody misses the lines, but files are still written */
        } else if (errno == EAGAIN) { /* another process made the pipe non-blocking */
            poll(&(struct pollfd){.fd = destination->fd, .events = POLLOUT}, 1, -1);
        } else if (errno != EINTR) {
            destination->write_errno = errno;
        }
    }
    rewind(destination->buffer);
    destination->text_bytes = 0;
    errno = destination->write_errno;
    return destination->write_errno ? -1 : 0;
}

/* Adds the record to the buffer. -1 with errno. */
static int record(struct destination *destination, const struct result *result)
{
    size_t before = destination->text_bytes;

    destination->format->record(destination->buffer, result, &destination->options);
    if (fflush(destination->buffer) || ferror(destination->buffer)) {
        destination->write_errno = errno = ENOMEM; /* a memory stream has no other errors */
        return -1;
    }
    for (size_t i = before; destination->is_seen && i < destination->text_bytes; i++)
        destination->lines_seen += destination->text[i] == '\n';
    return destination->text_bytes < BUFFER_BYTES ? 0 : flush(destination);
}

int output_record(struct output *output, const struct result *result)
{
    for (size_t i = 0; i < output->count; i++) {
        struct destination *destination = &output->destinations[i];

        if (wants(output->settings, destination, result) && record(destination, result)) {
            output->failed = destination;
            return -1;
        }
    }
    return 0;
}

int output_flush(struct output *output)
{
    for (size_t i = 0; i < output->count; i++) {
        struct destination *destination = &output->destinations[i];

        if (!destination->file && flush(destination)) {
            output->failed = destination;
            return -1;
        }
    }
    return 0;
}

size_t output_lines_seen(const struct output *output)
{
    size_t lines = 0;

    for (size_t i = 0; i < output->count; i++)
        lines += output->destinations[i].lines_seen;
    return lines;
}

const char *output_failed_name(const struct output *output)
{
    return output->failed ? name_of(output->failed) : "standard output";
}

int output_look_for_reader(const struct output *output)
{
    struct pollfd standard = {.fd = STDOUT_FILENO};

    for (size_t i = 0; i < output->count; i++) {
        const struct destination *destination = &output->destinations[i];

        if (destination->fd == STDOUT_FILENO && !destination->is_terminal &&
            poll(&standard, 1, 0) == 1 && (standard.revents & POLLERR)) {
            errno = EPIPE;
            return -1;
        }
    }
    return 0;
}

/* Ends the destination, and gives its file its name if keep is set. -1 with errno. */
static int finish(struct destination *destination, bool keep)
{
    int status = keep ? flush(destination) : 0;

    if (destination->file) {
        if (keep && status == 0)
            return atomic_file_commit(destination->file);
        atomic_file_discard(destination->file);
        return status;
    }
    if (destination->name && destination->fd >= 0 && close(destination->fd))
        return -1;
    return status;
}

int output_close(struct output *output, bool keep, struct error *error)
{
    int status = 0;

    if (!output)
        return 0;
    for (size_t i = 0; i < output->count; i++) {
        struct destination *destination = &output->destinations[i];
        bool is_known = destination->write_errno != 0;

        if (finish(destination, keep) && !is_known && (destination->name || errno != EPIPE))
            status = error_set_errno(error, "cannot write %s", name_of(destination));
        if (destination->buffer)
            fclose(destination->buffer);
        free(destination->text);
    }
    free(output->destinations);
    free(output);
    return status;
}
