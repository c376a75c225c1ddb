/* SPDX-License-Identifier: MIT */
#include "input/list.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shard.h"

/* Room for one item of the longest kind and its end. */
#define BUFFER_BYTES (LIST_ITEM_BYTES + 2)

struct list {
    const struct settings *settings;
    struct target_parser *parser;
    size_t next_input;
    size_t operands;
    bool has_targets; /* there was one, of whatever shard */

    /* The file being read; -1: none. */
    int fd;
    const char *name;
    size_t line;
    bool ended;    /* nothing more comes from fd */
    bool skipping; /* within an item that was too long */

    /* What has been read and not yet handed out: length bytes from begin on. */
    size_t begin;
    size_t length;
    char buffer[BUFFER_BYTES];

    int stop[2]; /* a pipe: readable once waiting is over */
    atomic_bool stopped;
};

/* Says early what could only be found out later: a missing file is a mistake in the call. */
static int check_readable(const struct settings *settings, struct error *error)
{
    for (size_t i = 0; i < settings->input_count; i++) {
        const struct input *input = &settings->inputs[i];
        struct stat status;

        if (input->kind != INPUT_FILE || strcmp(input->text, "-") == 0)
            continue;
        if (access(input->text, R_OK) == 0 && stat(input->text, &status) == 0) {
            if (!S_ISDIR(status.st_mode))
                continue;
            errno = EISDIR;
        }
        return error_set(error, "cannot read '%s': %s", input->text, strerror(errno));
    }
    return 0;
}

struct list *list_new(const struct settings *settings, struct error *error)
{
    struct list *list;

    if (check_readable(settings, error))
        return NULL;
    list = calloc(1, sizeof(*list));
    if (!list)
        goto no_list;
    list->settings = settings;
    list->fd = -1;
    list->parser = target_parser_new(settings);
    if (!list->parser)
        goto no_parser;
    if (pipe2(list->stop, O_CLOEXEC))
        goto no_pipe;
    return list;

no_pipe:
    target_parser_free(list->parser);
no_parser:
    free(list);
no_list:
    error_set(error, "cannot read the list: %s", strerror(errno));
    return NULL;
}

static void close_file(struct list *list)
{
    if (list->fd > STDIN_FILENO)
        close(list->fd);
    list->fd = -1;
}

void list_free(struct list *list)
{
    if (!list)
        return;
    close_file(list);
    close(list->stop[0]);
    close(list->stop[1]);
    target_parser_free(list->parser);
    free(list);
}

void list_stop_waiting(struct list *list)
{
    /* Never read, so it stays readable. It cannot fail: one byte fits into an empty pipe. */
    while (write(list->stop[1], "", 1) < 0 && errno == EINTR)
        ;
}

void list_stop(struct list *list)
{
    atomic_store(&list->stopped, true);
    list_stop_waiting(list);
}

/* O_NONBLOCK: a named pipe without a writer is waited for in poll(), where that can be stopped. */
static int open_file(struct list *list, const char *name, struct error *error)
{
    list->name = name;
    list->line = 0;
    list->ended = false;
    list->skipping = false;
    list->begin = list->length = 0;
    list->fd =
        strcmp(name, "-") == 0 ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (list->fd < 0)
        return error_set(error, "cannot read '%s': %s", name, strerror(errno));
    return 0;
}

static const char *shown_name(const struct list *list)
{
    return strcmp(list->name, "-") == 0 ? "standard input" : list->name;
}

/* Waits until fd can be read. False if waiting is over and there is nothing to read. */
static bool wait_readable(struct list *list)
{
    struct pollfd fds[] = {{.fd = list->fd, .events = POLLIN},
                           {.fd = list->stop[0], .events = POLLIN}};

    while (poll(fds, 2, -1) < 0 && errno == EINTR)
        ;
    return fds[0].revents != 0;
}

/* Reads what is there into the free part of the buffer, after moving what is left to its front. */
static int fill(struct list *list, struct error *error)
{
    ssize_t count;

    memmove(list->buffer, list->buffer + list->begin, list->length);
    list->begin = 0;
    do {
        if (!wait_readable(list) || atomic_load(&list->stopped)) {
            /* Half a line is no item, if more of it would have come. */
            list->length = 0;
            list->ended = true;
            return 0;
        }
        count = read(list->fd, list->buffer + list->length, BUFFER_BYTES - list->length);
    } while (count < 0 && (errno == EINTR || errno == EAGAIN));
    if (count < 0)
        return error_set(error, "cannot read %s: %s", shown_name(list), strerror(errno));
    if (count == 0)
        list->ended = true;
    list->length += (size_t)count;
    return 0;
}

/* A byte order mark (EF BB BF) before the first item says nothing that a URL list needs. */
static void skip_mark(struct list *list)
{
    if (list->line == 0 && list->length >= 3 &&
        memcmp(list->buffer + list->begin, "\xef\xbb\xbf", 3) == 0) {
        list->begin += 3;
        list->length -= 3;
    }
}

static void consume(struct list *list, size_t length)
{
    list->begin += length;
    list->length -= length;
}

/*
 * The next item of the open file, without its end: 1 and *item, which is good until the next call;
 * 0 at the end of the file; -1 with the reason. One that is too long comes with its beginning, of
 * more than LIST_ITEM_BYTES; the rest of it is passed over.
 */
static int next_item(struct list *list, const char **item, size_t *length, struct error *error)
{
    const char end = list->settings->null_separated ? '\0' : '\n';

    for (;;) {
        const char *start = list->buffer + list->begin;
        const char *found = memchr(start, end, list->length);
        bool was_skipping = list->skipping;

        *item = start;
        *length = found ? (size_t)(found - start) : list->length;
        if (found || list->length == BUFFER_BYTES || (list->ended && list->length)) {
            consume(list, *length + (found != NULL));
            list->skipping = !found && !list->ended;
            if (was_skipping)
                continue;
            list->line++;
            return 1;
        }
        if (list->ended)
            return 0;
        if (fill(list, error))
            return -1;
        skip_mark(list);
    }
}

/* A comment, or a blank line; of what is too long nobody knows whether it is blank. */
static bool is_passed_over(const char *item, size_t length)
{
    size_t blanks = 0;

    while (blanks < length && item[blanks] && strchr(" \t\r\n", item[blanks]))
        blanks++;
    if (blanks == length)
        return length <= LIST_ITEM_BYTES;
    return item[blanks] == '#';
}

/* A target of the open file: 1; 0 at the file's end; -1. */
static int next_of_file(struct list *list, struct target **target, struct error *error)
{
    struct source source = {.file = list->name};
    const char *item;
    size_t length;
    int status;

    do {
        status = next_item(list, &item, &length, error);
        if (status <= 0) {
            close_file(list);
            return status;
        }
    } while (is_passed_over(item, length));
    source.line = list->line;
    if (length > 0 && item[length - 1] == '\r')
        length--;
    if (length > LIST_ITEM_BYTES)
        *target = target_refuse_cut(item, length, source, "longer than 64 KiB");
    else
        *target = target_parse(list->parser, item, length, source);
    return 1;
}

/* As list_next(), of all shards. */
static int next_of_all(struct list *list, struct target **target, struct error *error)
{
    int status = 0;

    *target = NULL;
    while (status == 0 && !atomic_load(&list->stopped)) {
        const struct input *input;

        if (list->fd >= 0) {
            status = next_of_file(list, target, error);
            continue;
        }
        if (list->next_input == list->settings->input_count)
            return 0;
        input = &list->settings->inputs[list->next_input++];
        if (input->kind == INPUT_FILE) {
            status = open_file(list, input->text, error);
        } else {
            struct source source = {.line = ++list->operands};

            *target = target_parse(list->parser, input->text, strlen(input->text), source);
            status = 1;
        }
    }
    if (status == 1 && !*target)
        status = error_set(error, "cannot read the list: %s", strerror(errno));
    if (status < 0) {
        close_file(list);
        list->next_input = list->settings->input_count;
    }
    return status;
}

int list_next(struct list *list, struct target **target, struct error *error)
{
    int status;

    while ((status = next_of_all(list, target, error)) == 1) {
        list->has_targets = true;
        if (shard_holds(&list->settings->shard, *target))
            break;
        target_free(*target);
    }
    return status;
}

bool list_was_empty(const struct list *list)
{
    return !list->has_targets;
}
