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

#include "format.h"

/* How much is gathered before it is written: whole records, so that none is cut in two. */
#define BUFFER_BYTES ((size_t)64 * 1024)

#define FORMAT_ADDRESS(name) &format_##name,
static const struct format *const formats[] = {FORMAT_LIST(FORMAT_ADDRESS)};

struct sink {
    const struct format *format;
    int fd;          /* -1: not open */
    char *name;      /* NULL: standard output */
    char *temporary; /* what the file is called until it is done; NULL: it is written in place */
    struct style style;
    FILE *record; /* a stream into text, in which one record is made */
    char *text;
    size_t text_bytes;
    char *buffer;
    size_t buffered;
    int write_errno; /* errno of the first write that failed, 0 if none did */
};

struct output {
    const struct settings *settings;
    struct sink *sinks;
    size_t count;
    const struct sink *failed;
};

/* NO_COLOR: https://no-color.org/ */
static bool wants_color(const struct settings *settings)
{
    const char *no_color = getenv("NO_COLOR");

    if (settings->color != CHOICE_AUTO)
        return settings->color == CHOICE_ALWAYS;
    return isatty(STDOUT_FILENO) && !(no_color && *no_color);
}

/* Opens a file of its own beside the one that is meant, as that is replaced. */
static int open_beside(struct sink *sink)
{
    char *real = realpath(sink->name, NULL);

    if (real) {
        free(sink->name);
        sink->name = real;
    }
    if (asprintf(&sink->temporary, "%s.XXXXXX", sink->name) < 0) {
        sink->temporary = NULL;
        return -1;
    }
    sink->fd = mkostemp(sink->temporary, O_CLOEXEC);
    if (sink->fd >= 0)
        return fchmod(sink->fd, 0644);
    free(sink->temporary);
    sink->temporary = NULL;
    return -1;
}

/* The file that a request names; NULL: standard output. */
static const char *name_of(const struct settings *settings, const struct output_request *request)
{
    const char *name = request->file ? request->file : settings->output_file;

    return name && strcmp(name, "-") == 0 ? NULL : name;
}

/*
 * The open descriptor that a file name stands for; -1: none. It is written to as it is: to open it
 * anew, or to replace what it leads to, would take from a log what others have written to it.
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

static int open_file(struct sink *sink, const char *name)
{
    int fd = descriptor_named(name);
    struct stat status;

    sink->name = strdup(name);
    if (!sink->name)
        return -1;
    if (fd >= 0) {
        sink->fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        return sink->fd < 0 ? -1 : 0;
    }
    if (stat(name, &status) || S_ISREG(status.st_mode))
        return open_beside(sink);
    sink->fd = open(name, O_WRONLY | O_CLOEXEC);
    return sink->fd < 0 ? -1 : 0;
}

static int open_sink(struct sink *sink, const char *name, const struct settings *settings)
{
    sink->fd = STDOUT_FILENO;
    sink->style.verbose = settings->verbose;
    sink->style.color = name ? settings->color == CHOICE_ALWAYS : wants_color(settings);
    sink->buffer = malloc(BUFFER_BYTES);
    sink->record = open_memstream(&sink->text, &sink->text_bytes);
    if (!sink->buffer || !sink->record)
        return -1;
    if (!name)
        return 0;
    sink->fd = -1;
    return open_file(sink, name);
}

/* Two formats cannot share one place. */
static bool clashes(const struct output *output, const char *name)
{
    for (size_t i = 0; i < output->count; i++) {
        const char *other = name_of(output->settings, &output->settings->outputs[i]);

        if ((!name && !other) || (name && other && strcmp(name, other) == 0))
            return true;
    }
    return false;
}

static int add_sink(struct output *output, const struct output_request *request,
                    struct error *error)
{
    struct sink *sink = &output->sinks[output->count];
    const char *name = name_of(output->settings, request);

    errno = EINVAL;
    sink->format = formats[request->format];
    if (clashes(output, name))
        return error_set(error, "--format: two formats for %s (try NAME:FILE)",
                         name ? name : "standard output");
    if (name && !*name)
        return error_set(error, "--output: a file needs a name");
    output->count++;
    if (open_sink(sink, name, output->settings))
        return error_set(error, "cannot write '%s': %s", name ? name : "standard output",
                         strerror(errno));
    return 0;
}

static bool has_use_for_output_file(const struct settings *settings)
{
    for (size_t i = 0; i < settings->output_count; i++) {
        if (!settings->outputs[i].file)
            return true;
    }
    return !settings->output_file || settings->output_count == 0;
}

struct output *output_open(const struct settings *settings, struct error *error)
{
    const struct output_request plain = {0};
    size_t count = settings->output_count ? settings->output_count : 1;
    struct output *output = calloc(1, sizeof(*output));
    int status = 0;

    error_set(error, "out of memory");
    if (!output)
        return NULL;
    output->settings = settings;
    output->sinks = calloc(count, sizeof(*output->sinks));
    if (!output->sinks) {
        free(output);
        return NULL;
    }
    errno = EINVAL;
    if (!has_use_for_output_file(settings))
        status = error_set(error, "--output: each --format names a file of its own");
    for (size_t i = 0; i < count && status == 0; i++)
        status = add_sink(output, settings->output_count ? &settings->outputs[i] : &plain, error);
    if (status) {
        int saved_errno = errno;

        output_close(output, false, &(struct error){""});
        errno = saved_errno;
        return NULL;
    }
    return output;
}

static bool wants(const struct settings *settings, const struct sink *sink,
                  const struct result *result)
{
    if (sink->name)
        return true;
    return !settings->silent && !(settings->quiet && result->verdict == VERDICT_OK);
}

/* Writes all that is in bytes. 0, or -1 with errno, which the sink remembers. */
static int write_all(struct sink *sink, const char *bytes, size_t count)
{
    while (count && sink->write_errno == 0) {
        ssize_t written = write(sink->fd, bytes, count);

        if (written >= 0) {
            bytes += written;
            count -= (size_t)written;
        } else if (errno == EAGAIN) { /* whoever shares the pipe made it so */
            poll(&(struct pollfd){.fd = sink->fd, .events = POLLOUT}, 1, -1);
        } else if (errno != EINTR) {
            sink->write_errno = errno;
        }
    }
    errno = sink->write_errno;
    return sink->write_errno ? -1 : 0;
}

static int flush_sink(struct sink *sink)
{
    size_t count = sink->buffered;

    sink->buffered = 0;
    return write_all(sink, sink->buffer, count);
}

/* Makes the record, and adds it to what is to be written. */
static int record_in(struct sink *sink, const struct result *result)
{
    rewind(sink->record);
    if (sink->format->record(sink->record, result, &sink->style) || fflush(sink->record) ||
        ferror(sink->record)) {
        errno = ENOMEM;
        return -1;
    }
    if (sink->buffered + sink->text_bytes > BUFFER_BYTES && flush_sink(sink))
        return -1;
    if (sink->text_bytes > BUFFER_BYTES)
        return write_all(sink, sink->text, sink->text_bytes);
    memcpy(sink->buffer + sink->buffered, sink->text, sink->text_bytes);
    sink->buffered += sink->text_bytes;
    return 0;
}

int output_record(struct output *output, const struct result *result)
{
    for (size_t i = 0; i < output->count; i++) {
        struct sink *sink = &output->sinks[i];

        if (wants(output->settings, sink, result) && record_in(sink, result)) {
            output->failed = sink;
            return -1;
        }
    }
    return 0;
}

int output_flush(struct output *output)
{
    for (size_t i = 0; i < output->count; i++) {
        struct sink *sink = &output->sinks[i];

        if (!sink->temporary && flush_sink(sink)) {
            output->failed = sink;
            return -1;
        }
    }
    return 0;
}

const char *output_failed_name(const struct output *output)
{
    return output->failed && output->failed->name ? output->failed->name : "standard output";
}

/* Ends the sink's file; one that is to be kept gets its name. 0, or -1 with errno. */
static int close_file(struct sink *sink, bool keep)
{
    int status = keep ? flush_sink(sink) : 0;

    if (sink->name && sink->fd >= 0 && close(sink->fd))
        status = -1;
    if (sink->temporary && keep && status == 0)
        status = rename(sink->temporary, sink->name);
    if (sink->temporary && (!keep || status)) {
        int saved_errno = errno;

        unlink(sink->temporary);
        errno = saved_errno;
    }
    return status;
}

static void release_sink(struct sink *sink)
{
    if (sink->record)
        fclose(sink->record);
    free(sink->text);
    free(sink->buffer);
    free(sink->temporary);
    free(sink->name);
}

int output_look_for_reader(const struct output *output)
{
    struct pollfd standard = {.fd = STDOUT_FILENO};

    for (size_t i = 0; i < output->count; i++) {
        if (output->sinks[i].fd == STDOUT_FILENO && poll(&standard, 1, 0) == 1 &&
            (standard.revents & POLLERR)) {
            errno = EPIPE;
            return -1;
        }
    }
    return 0;
}

int output_close(struct output *output, bool keep, struct error *error)
{
    int status = 0;

    if (!output)
        return 0;
    for (size_t i = 0; i < output->count; i++) {
        struct sink *sink = &output->sinks[i];
        bool is_known = sink->write_errno != 0;

        if (close_file(sink, keep) && !is_known && (sink->name || errno != EPIPE))
            status = error_set(error, "cannot write %s: %s",
                               sink->name ? sink->name : "standard output", strerror(errno));
        release_sink(sink);
    }
    free(output->sinks);
    free(output);
    return status;
}
