/* SPDX-License-Identifier: MIT */
#include "input/list.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/shell_words.h"
#include "extract.h"
#include "filter.h"
#include "list_file.h"
#include "list_signature.h"
#include "list_trust.h"
#include "shard.h"
#include "target_parser.h"
#include "target_refuse.h"

_Static_assert(LIST_FILE_LINE_MAX == LIST_LINE_BYTES_MAX, "the buffer is for lines of lists");

/* The problem of a line or URL of over LIST_LINE_BYTES_MAX. */
static const char too_long[] = "longer than 64 KiB";

struct list {
    const struct settings *settings;
    struct target_parser *parser;
    size_t next_input;
    size_t operands;
    bool has_targets; /* in any shard */
    size_t left_out;  /* by --include and --exclude */

    struct list_file file;      /* that is being read */
    struct extractor extractor; /* for --extract */
    char *distrust; /* why its lines may not use files of this machine; NULL: they may; owned */
};

static int refuse_file(const struct settings *settings, const char *name, struct error *error)
{
    if (settings->extract && errno == ENOENT && strstr(name, "://"))
        return error_set(error,
                         "'%s' is no file: with --extract, operands are files (try curl -s URL | "
                         "urlcheck --extract)",
                         name);
    return error_set_errno(error, "cannot read '%s'", name);
}

/* A missing file is a mistake on the command line: it is reported before the run begins. */
static int check_readable(const struct settings *settings, struct error *error)
{
    for (size_t i = 0; i < settings->input_count; i++) {
        const struct input *input = &settings->inputs[i];
        struct stat status;

        if (input->kind != INPUT_FILE || strcmp(input->text, "-") == 0)
            continue;
        if (access(input->text, R_OK) || stat(input->text, &status))
            return refuse_file(settings, input->text, error);
        errno = EISDIR;
        if (S_ISDIR(status.st_mode))
            return error_set_errno(error, "cannot read '%s'", input->text);
    }
    return 0;
}

struct list *list_new(const struct settings *settings, struct error *error)
{
    struct list *list;

    if (check_readable(settings, error))
        return NULL;
    list = xcalloc(1, sizeof(*list));
    if (list_file_init(&list->file, settings->null_separated)) {
        error_set_errno(error, "cannot read the list");
        free(list);
        return NULL;
    }
    list->settings = settings;
    list->parser = target_parser_new(settings, &settings->check);
    return list;
}

void list_free(struct list *list)
{
    if (!list)
        return;
    list_file_release(&list->file);
    target_parser_free(list->parser);
    extractor_release(&list->extractor);
    free(list->distrust);
    free(list);
}

void list_stop_waiting(struct list *list)
{
    list_file_stop_waiting(&list->file);
}

void list_stop(struct list *list)
{
    list_file_stop(&list->file);
}

static void judge_trust(struct list *list)
{
    free(list->distrust);
    list->distrust =
        list->settings->trust_list ? NULL : list_distrust(list->file.fd, list->file.name);
    target_parser_distrust(list->parser, list->distrust);
}

static int open_file(struct list *list, const struct input *input, struct error *error)
{
    if (list_file_open(&list->file, input->text, input->fd, error))
        return -1;
    extractor_begin(&list->extractor, input->text);
    judge_trust(list);
    return 0;
}

/* Whether a line is blank or a comment. A line that was cut may have more than blanks. */
static bool is_skipped(const char *line, size_t length)
{
    size_t blanks = 0;

    while (blanks < length && shell_is_blank(line[blanks]))
        blanks++;
    if (blanks == length)
        return length <= LIST_LINE_BYTES_MAX;
    return line[blanks] == '#';
}

/* A target that shows the ASCII characters of a line in UTF-16. */
static struct target *refuse_utf16(const char *line, size_t length, struct source source)
{
    char *shown = xmalloc(length + 1);
    size_t count = 0;
    struct target *target;

    for (size_t i = 0; i < length; i++) {
        if (line[i] > 0)
            shown[count++] = line[i];
    }
    target = target_refuse(shown, count, source, "",
                           "the list is in UTF-16: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)");
    free(shown);
    return target;
}

/* Gets the next target of the open file, or closes the file: 1; 0 at its end; -1. */
static int next_in_file(struct list *list, struct target **target, struct error *error)
{
    struct source source = {.file = list->file.name};
    const char *line, *problem;
    size_t length, signature;
    int status;

    do {
        status = list_file_next_line(&list->file, &line, &length, error);
        if (status <= 0) {
            list_file_close(&list->file);
            return status;
        }
    } while (is_skipped(line, length));
    source.line = list->file.line;
    if (list_is_utf16(line, length)) {
        *target = refuse_utf16(line, length, source);
        list_file_close(&list->file); /* no other line can be read either */
        return 1;
    }
    problem = list->file.line == 1 ? list_signature_problem(line, length, &signature) : NULL;
    if (problem) {
        *target = target_refuse(line, signature, source, "", problem);
        list_file_close(&list->file);
        return 1;
    }
    if (line[length - 1] == '\r')
        length--;
    if (length > LIST_LINE_BYTES_MAX)
        *target = target_refuse_cut(line, length, source, too_long);
    else
        *target = target_parse(list->parser, line, length, source);
    return 1;
}

/*
 * Gets the next URL of the open file: 1; 0 at its end, or if it is in UTF-16, which is then in the
 * buffer; -1 with the reason.
 */
static int next_extracted(struct list *list, struct extracted *found, struct error *error)
{
    struct list_file *file = &list->file;

    for (;;) {
        struct extract_text text = {file->buffer + file->begin, file->length, file->ended};

        if (!list->extractor.has_begun && list_is_utf16(text.start, text.length))
            return 0;
        list_file_consume(
            file, extractor_next(&list->extractor, &text, file->length == LIST_FILE_BYTES, found));
        if (found->url)
            return 1;
        if (file->ended)
            return 0;
        if (list_file_fill(file, error))
            return -1;
    }
}

/* next_in_file() for --extract: a target for the next URL. */
static int extract_in_file(struct list *list, struct target **target, struct error *error)
{
    struct source source = {.file = list->file.name, .line = 1};
    struct extracted found;
    int status = next_extracted(list, &found, error);

    if (status == 0 && list->file.length) {
        *target = refuse_utf16(list->file.buffer + list->file.begin, list->file.length, source);
        status = 1;
        list_file_close(&list->file);
    } else if (status <= 0) {
        list_file_close(&list->file);
    } else {
        source.line = found.line;
        *target = found.is_cut ? target_refuse_cut(found.url, found.length, source, too_long)
                               : target_parse(list->parser, found.url, found.length, source);
    }
    return status;
}

/* Opens the next file, or gets the target of the next operand: 1; 0 without a target; -1. */
static int next_input(struct list *list, struct target **target, struct error *error)
{
    const struct input *input = &list->settings->inputs[list->next_input++];
    struct source source;

    if (input->kind == INPUT_FILE)
        return open_file(list, input, error);
    source = (struct source){.line = ++list->operands};
    *target = target_parse(list->parser, input->text, strlen(input->text), source);
    return 1;
}

/* list_next() for all shards. */
static int next_in_any_shard(struct list *list, struct target **target, struct error *error)
{
    int status = 0;

    *target = NULL;
    while (status == 0 && !atomic_load(&list->file.stopped)) {
        if (list->file.fd >= 0 && list->settings->extract)
            status = extract_in_file(list, target, error);
        else if (list->file.fd >= 0)
            status = next_in_file(list, target, error);
        else if (list->next_input < list->settings->input_count)
            status = next_input(list, target, error);
        else
            return 0;
    }
    if (status == 1 && !*target)
        status = error_set_errno(error, "cannot read the list");
    if (status < 0) {
        list_file_close(&list->file);
        list->next_input = list->settings->input_count;
    }
    return status;
}

int list_next(struct list *list, struct target **target, struct error *error)
{
    int status;

    while ((status = next_in_any_shard(list, target, error)) == 1) {
        bool is_included = filter_includes(list->settings, *target);

        list->has_targets = list->has_targets || is_included;
        list->left_out += !is_included;
        if (is_included && shard_includes(&list->settings->shard, *target))
            break;
        target_free(*target);
    }
    return status;
}

bool list_never_waits(const struct list *list)
{
    const struct settings *settings = list->settings;

    for (size_t i = 0; i < settings->input_count; i++) {
        if (settings->inputs[i].kind == INPUT_FILE || settings->extract)
            return false;
    }
    return true;
}

bool list_was_empty(const struct list *list, struct error *error)
{
    if (list->has_targets)
        return false;
    if (list->left_out == 1)
        error_set(error, "no URLs given: --include and --exclude left out the only one");
    else if (list->left_out)
        error_set(error, "no URLs given: --include and --exclude left out all %zu", list->left_out);
    else if (list->settings->extract)
        error_set(error, "no URLs given: --extract found none");
    else
        settings_no_urls(list->settings, error);
    return true;
}

size_t list_left_out(const struct list *list)
{
    return list->left_out;
}
