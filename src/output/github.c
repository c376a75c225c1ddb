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
 * says how many are missing (what could not be read is one of them), and the table has the worst results first,
 * and at most SUMMARY_BYTES. Memory has its rows up to that size for each verdict.
 */
#include "format.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/escape.h"
#include "change_text.h"
#include "fields.h"
#include "hint.h"
#include "markdown_table.h"
#include "output/message.h"
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
    struct text lines;  /* the first KEPT */
    size_t bytes[KEPT]; /* of the first 1, 2, ... of them */
    size_t count;       /* of all */
};

struct state {
    struct hint_log hints; /* the first member: it is the state of format_text */
    bool has_summary;
    struct annotations annotations[SEVERITIES];
    struct text rows[VERDICT_COUNT]; /* at most SUMMARY_BYTES each, and one row */
};

static const char *summary_name(void)
{
    const char *name = getenv("GITHUB_STEP_SUMMARY");

    return name && *name ? name : NULL;
}

static void begin(struct format_context *context)
{
    struct state *state = context->state;

    state->has_summary = summary_name() != NULL;
}

static void release(struct format_context *context)
{
    struct state *state = context->state;

    for (size_t i = 0; i < SEVERITIES; i++)
        text_release(&state->annotations[i].lines);
    for (size_t i = 0; i < VERDICT_COUNT; i++)
        text_release(&state->rows[i]);
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
static void print_value(struct text *out, const char *text, const char *special)
{
    char *escaped = escape_text(text);

    for (const char *c = escaped; *c;) {
        size_t plain = strcspn(c, special);

        text_add_bytes(out, c, plain);
        c += plain;
        if (*c)
            text_addf(out, "%%%02X", (unsigned char)*c++);
    }
    free(escaped);
}

static void print_data(struct text *out, const char *text)
{
    print_value(out, text, "%\r\n");
}

static void print_property(struct text *out, const char *text)
{
    print_value(out, text, "%\r\n:,");
}

/* "URL (name): sentence [DOWN since 14:05 CET]" */
static void print_message(struct text *out, const struct result *result)
{
    const struct target *target = result->target;
    char *url = escape_url(*target->given ? target->given : "''");
    char change[CHANGE_TEXT_BYTES];

    print_data(out, url);
    free(url);
    if (target->name && *target->name) {
        text_add(out, " (");
        print_data(out, target->name);
        text_add_char(out, ')');
    }
    text_add(out, result->cause == CAUSE_NONE ? ":" : ": ");
    print_data(out, field_message(result));
    text_add(out, change_mark(change, result));
}

/* What standard input or the command line gave has no place that GitHub could show. */
static bool has_place(const struct source *source)
{
    return source->file && strcmp(source->file, "-") != 0;
}

static void print_annotation(struct text *out, const struct result *result, enum severity severity)
{
    const struct source *source = &result->target->source;

    text_addf(out, "::%s title=", severities[severity].command);
    if (severity == NOTICE)
        text_addf(out, "%s%s", verdict_name(result->verdict), result->cause ? " " : "");
    text_add(out, cause_name(result->cause));
    if (has_place(source)) {
        text_add(out, ",file=");
        print_property(out, source->file);
        text_addf(out, ",line=%zu", source->line);
    }
    text_add(out, "::");
    print_message(out, result);
    text_add_char(out, '\n');
}

static void add_annotation(struct annotations *annotations, const struct result *result,
                           enum severity severity)
{
    if (annotations->count < KEPT) {
        print_annotation(&annotations->lines, result, severity);
        annotations->bytes[annotations->count] = annotations->lines.length;
    }
    annotations->count++;
}

static void print_result(struct format_context *context, const struct result *result)
{
    struct state *state = context->state;
    struct text *rows = &state->rows[result->verdict];
    enum severity severity = severity_of(result);

    if (context->replaces_text)
        format_text.result(context, result);
    if (state->has_summary && rows->length < SUMMARY_BYTES)
        markdown_print_row(rows, context->shown);
    if (severity != NO_SEVERITY)
        add_annotation(&state->annotations[severity], result, severity);
}

/* Prints at most `room` annotations, which is from 2 to KEPT. */
static void print_annotations(struct text *out, const struct annotations *annotations,
                              enum severity severity, size_t room)
{
    bool fits = annotations->count <= room;
    size_t shown = fits ? annotations->count : room - 1;

    if (shown)
        text_add_bytes(out, annotations->lines.bytes, annotations->bytes[shown - 1]);
    if (!fits)
        text_addf(out, "::%s title=urlcheck::… and %zu more %s, see the %s\n",
                  severities[severity].command, annotations->count - shown,
                  severities[severity].verdicts, summary_name() ? "summary" : "log");
}

static void print_trouble(struct text *out, const char *trouble)
{
    text_add(out, "::error title=urlcheck::");
    print_data(out, trouble);
    text_add_char(out, '\n');
}

/* Prints as many whole rows as fit into *room, and takes them from it. Returns their number. */
static size_t print_rows(struct text *out, const struct text *rows, size_t *room)
{
    size_t bytes = rows->length < *room ? rows->length : *room, count = 0;

    while (bytes && rows->bytes[bytes - 1] != '\n')
        bytes--;
    for (size_t i = 0; i < bytes; i++)
        count += rows->bytes[i] == '\n';
    text_add_bytes(out, rows->bytes, bytes);
    *room =
        bytes < rows->length ? 0 : *room - bytes; /* nothing that is less bad comes after a gap */
    return count;
}

static void print_table(struct text *out, const struct format_context *context, size_t room)
{
    const struct state *state = context->state;
    size_t missing = context->count;

    for (size_t i = 0; i < VERDICT_COUNT; i++)
        missing -= print_rows(out, &state->rows[markdown_order[i]], &room);
    if (missing)
        text_addf(out, "\n… and %zu more, see the log\n", missing);
}

static int print_summary(struct sink *sink, const struct format_context *context, size_t used)
{
    struct text *out = &sink->buffer;

    text_add(out, used ? "\n\n" : ""); /* what is before it need not end in a newline */
    if (context->totals->trouble) {
        markdown_print_trouble(out, context->totals->trouble);
    } else {
        markdown_print_head(out, context);
        used += out->length;
        print_table(out, context, used < SUMMARY_BYTES ? SUMMARY_BYTES - used : 0);
    }
    return sink_flush(sink);
}

/* Appends to the open summary, which other programs may have written to. 0, or -1 with errno. */
static int append_summary(int fd, const struct format_context *context)
{
    struct stat file;
    struct sink sink;
    int status;

    if (fstat(fd, &file) != 0)
        return -1;
    if (file.st_size >= (off_t)SUMMARY_BYTES) {
        message_remark("the step's summary is full: urlcheck adds nothing to it");
        return 0;
    }
    sink_init(&sink, fd);
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
    const char *trouble = context->totals->lesser_trouble;

    if (trouble)
        print_trouble(context->out, trouble);
    for (enum severity severity = ERROR; severity < SEVERITIES; severity++)
        print_annotations(context->out, &state->annotations[severity], severity,
                          trouble && severity == ERROR ? KEPT - 1 : KEPT);
    finish(context);
}

static bool trouble(struct format_context *context)
{
    print_trouble(context->out, context->totals->trouble);
    finish(context);
    return true;
}

const struct format format_github = {.begin = begin,
                                     .result = print_result,
                                     .end = end,
                                     .trouble = trouble,
                                     .release = release,
                                     .state_bytes = sizeof(struct state)};
