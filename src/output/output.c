/* SPDX-License-Identifier: MIT */
#include "output/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/format.h"

/* A line goes out in one piece if it fits in here. */
#define BUFFER_BYTES ((size_t)256 * 1024)

static const struct format *const formats[] = {&format_text, &format_jsonl};

struct sink {
    const struct format *format;
    FILE *file;
    char *name;      /* NULL: standard output */
    char *temporary; /* what the file is called until it is done; NULL: it is written in place */
    struct style style;
};

struct output {
    const struct settings *settings;
    struct sink *sinks;
    size_t count;
    const struct sink *failed;
};

static const struct format *find_format(const char *name)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    }
    return NULL;
}

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
    int fd;

    if (real) {
        free(sink->name);
        sink->name = real;
    }
    if (asprintf(&sink->temporary, "%s.XXXXXX", sink->name) < 0) {
        sink->temporary = NULL;
        return -1;
    }
    fd = mkostemp(sink->temporary, O_CLOEXEC);
    if (fd < 0) {
        free(sink->temporary);
        sink->temporary = NULL;
        return -1;
    }
    if (fchmod(fd, 0644) == 0)
        sink->file = fdopen(fd, "w");
    if (!sink->file)
        close(fd);
    return sink->file ? 0 : -1;
}

static int open_sink(struct sink *sink, const struct output_request *request,
                     const struct settings *settings)
{
    const char *name = request->file ? request->file : settings->output_file;
    struct stat status;

    sink->style.verbose = settings->verbose;
    if (!name) {
        sink->file = stdout;
        sink->style.color = wants_color(settings);
    } else {
        sink->style.color = settings->color == CHOICE_ALWAYS;
        sink->name = strdup(name);
        if (!sink->name)
            return -1;
        if (stat(name, &status) == 0 && !S_ISREG(status.st_mode))
            sink->file = fopen(name, "we");
        else if (open_beside(sink))
            return -1;
        if (!sink->file)
            return -1;
    }
    setvbuf(sink->file, NULL, _IOFBF, BUFFER_BYTES);
    return 0;
}

/* Two formats cannot share one place. */
static bool clashes(const struct output *output, const struct output_request *request)
{
    const char *name = request->file ? request->file : output->settings->output_file;

    for (size_t i = 0; i < output->count; i++) {
        const char *other = output->settings->outputs[i].file;

        if (!other)
            other = output->settings->output_file;
        if ((!name && !other) || (name && other && strcmp(name, other) == 0))
            return true;
    }
    return false;
}

static int add_sink(struct output *output, const struct output_request *request,
                    struct reason *reason)
{
    struct sink *sink = &output->sinks[output->count];
    const char *name = request->file ? request->file : output->settings->output_file;

    sink->format = find_format(request->format);
    errno = EINVAL;
    if (!sink->format)
        return reason_set(reason, "--format: '%s' is not text or jsonl", request->format);
    if (clashes(output, request))
        return reason_set(reason, "--format: two formats for %s (try NAME:FILE)",
                          name ? name : "standard output");
    output->count++;
    if (open_sink(sink, request, output->settings))
        return reason_set(reason, "cannot write '%s': %s", name, strerror(errno));
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

struct output *output_open(const struct settings *settings, struct reason *reason)
{
    static char text[] = "text";
    const struct output_request plain = {.format = text};
    size_t count = settings->output_count ? settings->output_count : 1;
    struct output *output = calloc(1, sizeof(*output));
    int status = 0;

    reason_set(reason, "out of memory");
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
        status = reason_set(reason, "--output: each --format names a file of its own");
    for (size_t i = 0; i < count && status == 0; i++)
        status = add_sink(output, settings->output_count ? &settings->outputs[i] : &plain, reason);
    if (status) {
        int error = errno;

        output_close(output, false, &(struct reason){""});
        errno = error;
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

int output_record(struct output *output, const struct result *result)
{
    for (size_t i = 0; i < output->count; i++) {
        struct sink *sink = &output->sinks[i];

        if (!wants(output->settings, sink, result))
            continue;
        if (sink->format->record(sink->file, result, &sink->style) || ferror(sink->file)) {
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

        if (!sink->temporary && fflush(sink->file)) {
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

/* Writes out and ends the sink; a file that is to be kept gets its name. */
static int close_sink(struct sink *sink, bool keep)
{
    int status = 0;
    int error = 0;

    if (sink->file) {
        status = sink->file == stdout ? fflush(stdout) : fclose(sink->file);
        error = errno;
    }
    if (sink->temporary && keep && status == 0) {
        status = rename(sink->temporary, sink->name);
        error = errno;
    }
    if (sink->temporary && (!keep || status))
        unlink(sink->temporary);
    free(sink->temporary);
    free(sink->name);
    errno = error;
    return status;
}

int output_close(struct output *output, bool keep, struct reason *reason)
{
    int status = 0;

    if (!output)
        return 0;
    for (size_t i = 0; i < output->count; i++) {
        struct sink *sink = &output->sinks[i];
        char *name = sink->name ? strdup(sink->name) : NULL;

        if (close_sink(sink, keep))
            status = reason_set(reason, "cannot write %s: %s", name ? name : "standard output",
                                strerror(errno));
        free(name);
    }
    free(output->sinks);
    free(output);
    return status;
}
