/* SPDX-License-Identifier: MIT */
/*
 * GitHub Actions: annotations, by workflow commands
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands), and a table
 * that is appended to the step's summary:
 *
 *     result      text if this is standard output's format, so that the log shows the results
 *     end         the annotations        ::error title=dns,file=urls.txt,line=5::URL: no such host
 *                 $GITHUB_STEP_SUMMARY   what was in it, and the table
 *
 * GitHub keeps ten annotations of each severity and step (actions/runner, ExecutionContext.cs) and
 * drops a summary of more than 1 MiB (FileCommandManager.cs). So of more than ten annotations the tenth
 * says how many are missing, and the table has the worst results first, and at most SUMMARY_BYTES.
 * Memory has its rows up to that size for each verdict.
 */
#include "format.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "change_text.h"
#include "fields.h"
#include "hint.h"
#include "markdown_table.h"
#include "output/message.h"
#include "record_buffer.h"
#include "sink.h"

#define KEPT 10 /* annotations of each severity */
#define SUMMARY_BYTES ((size_t)900 * 1024)

enum severity { ERROR, WARNING, NOTICE, SEVERITIES, NO_SEVERITY = SEVERITIES };

static const struct {
    const char *command;
    const char *verdicts;
} severities[SEVERITIES] = {{"error", "FAILED"},
                            {"warning", "WARN"},
                            {"notice", "FLAKY, UNKNOWN or changed"}};

struct annotations {
    struct record_buffer lines; /* the first KEPT */
    size_t bytes_but_last;      /* of the first KEPT - 1 */
    size_t count;               /* of all */
};

struct state {
    struct hint_log hints; /* the first member: it is the state of format_text */
    struct annotations annotations[SEVERITIES];
    struct record_buffer rows[VERDICT_COUNT]; /* at most SUMMARY_BYTES each, and one row */
};

static const char *summary_name(void)
{
    const char *name = getenv("GITHUB_STEP_SUMMARY");

    return name && *name ? name : NULL;
}

static void begin(struct format_context *context)
{
    struct state *state = context->state;

    for (size_t i = 0; i < SEVERITIES; i++) {
        if (record_buffer_init(&state->annotations[i].lines))
            alloc_end_process();
    }
    for (size_t i = 0; i < VERDICT_COUNT; i++) {
        if (record_buffer_init(&state->rows[i]))
            alloc_end_process();
    }
}

static void release(struct format_context *context)
{
    struct state *state = context->state;

    for (size_t i = 0; i < SEVERITIES; i++)
        record_buffer_release(&state->annotations[i].lines);
    for (size_t i = 0; i < VERDICT_COUNT; i++)
        record_buffer_release(&state->rows[i]);
}

static enum severity severity_of(const struct result *result)
{
    switch (result->verdict) {
    case VERDICT_FAILED: return ERROR;
    case VERDICT_WARN: return WARNING;
    case VERDICT_FLAKY:
    case VERDICT_UNKNOWN: return NOTICE;
    default: return result->transition.change == CHANGE_NONE ? NO_SEVERITY : NOTICE;
    }
}

/*
 * A value of a command, as the toolkit's escapeData() and escapeProperty() print it (actions/toolkit,
 * packages/core/src/command.ts). `special`: the characters that are escaped.
 */
static void print_value(FILE *file, const char *text, const char *special)
{
    char *escaped = escape_text(text);

    for (const char *c = escaped; *c;) {
        size_t plain = strcspn(c, special);

        fwrite(c, 1, plain, file);
        c += plain;
        if (*c)
            fprintf(file, "%%%02X", (unsigned char)*c++);
    }
    free(escaped);
}

static void print_data(FILE *file, const char *text)
{
    print_value(file, text, "%\r\n");
}

static void print_property(FILE *file, const char *text)
{
    print_value(file, text, "%\r\n:,");
}

/* "URL (name): sentence [DOWN since 14:05 CET]" */
static void print_message(FILE *file, const struct result *result)
{
    const struct target *target = result->target;
    char *url = escape_url(*target->given ? target->given : "''");
    char change[CHANGE_TEXT_BYTES];

    print_data(file, url);
    free(url);
    if (target->name && *target->name) {
        fputs(" (", file);
        print_data(file, target->name);
        fputc(')', file);
    }
    fputs(result->cause == CAUSE_NONE ? ":" : ": ", file);
    print_data(file, field_message(result));
    fputs(change_mark(change, result), file);
}

/* What standard input or the command line gave has no place that GitHub could show. */
static bool has_place(const struct source *source)
{
    return source->file && strcmp(source->file, "-") != 0;
}

static void print_annotation(FILE *file, const struct result *result, enum severity severity)
{
    const struct source *source = &result->target->source;

    fprintf(file, "::%s title=", severities[severity].command);
    if (severity == NOTICE)
        fprintf(file, "%s%s", verdict_name(result->verdict), result->cause ? " " : "");
    fputs(cause_name(result->cause), file);
    if (has_place(source)) {
        fputs(",file=", file);
        print_property(file, source->file);
        fprintf(file, ",line=%zu", source->line);
    }
    fputs("::", file);
    print_message(file, result);
    fputc('\n', file);
}

static int add_annotation(struct annotations *annotations, const struct result *result,
                          enum severity severity)
{
    if (annotations->count++ >= KEPT)
        return 0;
    print_annotation(annotations->lines.stream, result, severity);
    if (record_buffer_settle(&annotations->lines))
        return -1;
    if (annotations->count == KEPT - 1)
        annotations->bytes_but_last = annotations->lines.bytes;
    return 0;
}

static int add_row(struct record_buffer *rows, const struct result *result)
{
    if (rows->bytes >= SUMMARY_BYTES || !summary_name())
        return 0;
    markdown_print_row(rows->stream, result);
    return record_buffer_settle(rows);
}

static void print_result(struct format_context *context, const struct result *result)
{
    struct state *state = context->state;
    enum severity severity = severity_of(result);

    if (context->replaces_text)
        format_text.result(context, result);
    if (add_row(&state->rows[result->verdict], result) ||
        (severity != NO_SEVERITY &&
         add_annotation(&state->annotations[severity], result, severity)))
        context->sink->write_errno = errno;
}

static void print_annotations(FILE *file, const struct annotations *annotations,
                              enum severity severity)
{
    if (annotations->count == 0) /* the buffer has no text yet, which may be NULL */
        return;
    if (annotations->count <= KEPT) {
        fwrite(annotations->lines.text, 1, annotations->lines.bytes, file);
        return;
    }
    fwrite(annotations->lines.text, 1, annotations->bytes_but_last, file);
    fprintf(file, "::%s title=urlcheck::… and %zu more %s, see the %s\n",
            severities[severity].command, annotations->count - (KEPT - 1),
            severities[severity].verdicts, summary_name() ? "summary" : "log");
}

/* Prints as many whole rows as fit into *room, and takes them from it. Returns their number. */
static size_t print_rows(FILE *file, const struct record_buffer *rows, size_t *room)
{
    size_t bytes = rows->bytes < *room ? rows->bytes : *room, count = 0;

    while (bytes && rows->text[bytes - 1] != '\n')
        bytes--;
    for (size_t i = 0; i < bytes; i++)
        count += rows->text[i] == '\n';
    if (bytes)
        fwrite(rows->text, 1, bytes, file);
    *room =
        bytes < rows->bytes ? 0 : *room - bytes; /* nothing that is less bad comes after a gap */
    return count;
}

static void print_table(FILE *file, const struct format_context *context, size_t room)
{
    const struct state *state = context->state;
    size_t missing = context->count;

    for (size_t i = 0; i < VERDICT_COUNT; i++)
        missing -= print_rows(file, &state->rows[markdown_order[i]], &room);
    if (missing)
        fprintf(file, "\n… and %zu more, see the log\n", missing);
}

static int print_summary(struct sink *sink, const struct format_context *context, size_t used)
{
    FILE *file = sink->buffer.stream;

    fputs(used ? "\n\n" : "", file); /* what is before it need not end in a newline */
    if (context->totals->trouble) {
        markdown_print_trouble(file, context->totals);
    } else {
        markdown_print_head(file, context);
        if (record_buffer_settle(&sink->buffer))
            return -1;
        used += sink->buffer.bytes;
        print_table(file, context, used < SUMMARY_BYTES ? SUMMARY_BYTES - used : 0);
    }
    return sink_flush(sink);
}

/* Appends to the open summary, which other programs may have written to. 0, or -1 with errno. */
static int append_summary(int fd, const struct format_context *context)
{
    struct stat file;
    struct sink sink;
    int status = -1;

    if (fstat(fd, &file) != 0)
        return -1;
    if (file.st_size >= (off_t)SUMMARY_BYTES) {
        message_remark("the step's summary is full: urlcheck adds nothing to it");
        return 0;
    }
    if (sink_init(&sink, fd) == 0)
        status = print_summary(&sink, context, (size_t)file.st_size);
    sink_release(&sink);
    return status;
}

static int write_summary(const char *name, const struct format_context *context)
{
    int fd = open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    int status, saved_errno;

    if (fd < 0)
        return -1;
    status = append_summary(fd, context);
    saved_errno = errno;
    if (close(fd) != 0)
        return -1;
    errno = saved_errno;
    return status;
}

static void finish(struct format_context *context)
{
    const char *name = summary_name();

    if (sink_flush(context->sink) == 0 && name && write_summary(name, context)) {
        context->sink->write_errno = errno;
        context->failed_file = name;
    }
}

static void end(struct format_context *context)
{
    const struct state *state = context->state;

    for (enum severity severity = ERROR; severity < SEVERITIES; severity++)
        print_annotations(context->out, &state->annotations[severity], severity);
    finish(context);
}

static bool trouble(struct format_context *context)
{
    fputs("::error title=urlcheck::", context->out);
    print_data(context->out, context->totals->trouble);
    fputc('\n', context->out);
    finish(context);
    return true;
}

const struct format format_github = {.begin = begin,
                                     .result = print_result,
                                     .end = end,
                                     .trouble = trouble,
                                     .release = release,
                                     .state_bytes = sizeof(struct state)};
