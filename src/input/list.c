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

#include "base/alloc.h"
#include "base/shell_words.h"
#include "filter.h"
#include "list_trust.h"
#include "shard.h"
#include "target_parser.h"
#include "target_refuse.h"

/* Room for the longest line and its end. */
#define BUFFER_BYTES (LIST_LINE_BYTES_MAX + 2)
/*
 * An interrupt from the terminal reaches urlcheck and the writer of the pipe that it reads at the
 * same time: how long it may take from there to list_stop_waiting().
 */
#define INTERRUPT_MS 10

struct list {
    const struct settings *settings;
    struct target_parser *parser;
    size_t next_input;
    size_t operands;
    bool has_targets; /* in any shard */
    size_t left_out;  /* by --include and --exclude */

    /* The file that is being read; fd is -1 if there is none. */
    int fd;
    const char *name;
    char *distrust; /* why its lines may not use files of this machine; NULL: they may; owned */
    size_t line;
    bool ended;    /* everything has been read */
    bool skipping; /* the rest of a line that is too long */
    bool after_cr; /* the last line ended in CR: an LF that follows belongs to it */

    /* What has been read but not returned: length bytes from begin on. */
    size_t begin;
    size_t length;
    char buffer[BUFFER_BYTES];

    int stop[2]; /* a pipe, readable from list_stop_waiting() on */
    atomic_bool stopped;
};

/* A missing file is a mistake on the command line: it is reported before the run begins. */
static int check_readable(const struct settings *settings, struct error *error)
{
    for (size_t i = 0; i < settings->input_count; i++) {
        const struct input *input = &settings->inputs[i];
        struct stat status;

        if (input->kind != INPUT_FILE || strcmp(input->text, "-") == 0)
            continue;
        if (access(input->text, R_OK) || stat(input->text, &status))
            return error_set_errno(error, "cannot read '%s'", input->text);
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
    if (pipe2(list->stop, O_CLOEXEC)) {
        error_set_errno(error, "cannot read the list");
        free(list);
        return NULL;
    }
    list->settings = settings;
    list->fd = -1;
    list->parser = target_parser_new(settings, &settings->check);
    return list;
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
    free(list->distrust);
    free(list);
}

void list_stop_waiting(struct list *list)
{
    /* The byte is never read, so the pipe stays readable. */
    while (write(list->stop[1], "", 1) < 0 && errno == EINTR)
        ;
}

void list_stop(struct list *list)
{
    atomic_store(&list->stopped, true);
    list_stop_waiting(list);
}

static void judge_trust(struct list *list)
{
    free(list->distrust);
    list->distrust = list->settings->trust_list ? NULL : list_distrust(list->fd, list->name);
    target_parser_distrust(list->parser, list->distrust);
}

/*
 * O_NONBLOCK: open(2) does not wait until a named pipe has a writer. wait_readable() does, and can
 * be stopped.
 */
static int open_file(struct list *list, const char *name, struct error *error)
{
    bool is_stdin = strcmp(name, "-") == 0;

    list->name = name;
    list->line = 0;
    list->ended = false;
    list->skipping = list->after_cr = false;
    list->begin = list->length = 0;
    list->fd = is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (list->fd < 0)
        return error_set_errno(error, "cannot read '%s'", name);
    judge_trust(list);
    return 0;
}

/*
 * Waits until the file can be read: 1. 0 if there is nothing to read and waiting is over; -1 with
 * errno.
 */
static int wait_readable(struct list *list)
{
    struct pollfd fds[] = {{.fd = list->fd, .events = POLLIN},
                           {.fd = list->stop[0], .events = POLLIN}};
    int found;

    do
        found = poll(fds, 2, -1);
    while (found < 0 && errno == EINTR);
    return found < 0 ? -1 : fds[0].revents != 0;
}

/* Reads some bytes into the free part of the buffer. Their number, 0 at the end; -1 with errno. */
static ssize_t read_some(struct list *list)
{
    ssize_t count;

    do {
        int readable = wait_readable(list);

        if (readable < 0)
            return -1;
        if (!readable || atomic_load(&list->stopped)) {
            list->length = 0; /* the end of the last line was not read: drop it */
            return 0;
        }
        count = read(list->fd, list->buffer + list->length, BUFFER_BYTES - list->length);
    } while (count < 0 && (errno == EINTR || errno == EAGAIN));
    return count;
}

/*
 * Whether the rest of a line without its newline, at the end of the list, is not to be trusted: the
 * run is ending, and perhaps so was the writer, in the middle of a URL. A file is complete.
 */
static bool is_cut_off(const struct list *list)
{
    struct pollfd stop = {.fd = list->stop[0], .events = POLLIN};
    struct stat status;

    if (fstat(list->fd, &status) == 0 && S_ISREG(status.st_mode))
        return false;
    return poll(&stop, 1, INTERRUPT_MS) > 0;
}

/* Moves what is left in the buffer to its beginning, and reads more. */
static int fill(struct list *list, struct error *error)
{
    ssize_t count;

    memmove(list->buffer, list->buffer + list->begin, list->length);
    list->begin = 0;
    count = read_some(list);
    if (count < 0)
        return error_set_errno(error, "cannot read %s",
                               strcmp(list->name, "-") == 0 ? "standard input" : list->name);
    list->ended = count == 0;
    if (list->ended && list->length && is_cut_off(list))
        list->length = 0;
    list->length += (size_t)count;
    return 0;
}

static void consume(struct list *list, size_t length)
{
    list->begin += length;
    list->length -= length;
}

/* Drops a byte order mark (EF BB BF) at the beginning of a file. */
static void skip_byte_order_mark(struct list *list)
{
    if (list->line == 0 && list->length >= 3 &&
        memcmp(list->buffer + list->begin, "\xef\xbb\xbf", 3) == 0)
        consume(list, 3);
}

/* Drops the LF of a CR LF. */
static void skip_line_feed(struct list *list)
{
    if (!list->after_cr || list->length == 0)
        return;
    if (list->buffer[list->begin] == '\n')
        consume(list, 1);
    list->after_cr = false;
}

/* Where the next line ends: at LF, CR LF or CR, or at a NUL. NULL: not in the buffer. */
static const char *find_end(const struct list *list)
{
    const char *start = list->buffer + list->begin;
    const char *line_feed, *carriage_return;

    if (list->settings->null_separated)
        return memchr(start, '\0', list->length);
    line_feed = memchr(start, '\n', list->length);
    carriage_return = memchr(start, '\r', line_feed ? (size_t)(line_feed - start) : list->length);
    return carriage_return ? carriage_return : line_feed;
}

/*
 * Gets the next line of the open file, without its end: 1, and *line is valid until the next call;
 * 0 at the end of the file; -1 with the reason. Of a line that is too long, only the first bytes
 * are returned, more than LIST_LINE_BYTES_MAX of them; the rest is skipped.
 */
static int next_line(struct list *list, const char **line, size_t *length, struct error *error)
{
    for (;;) {
        const char *found;
        bool was_skipping = list->skipping;

        skip_line_feed(list);
        found = find_end(list);
        *line = list->buffer + list->begin;
        *length = found ? (size_t)(found - *line) : list->length;
        if (found || list->length == BUFFER_BYTES || (list->ended && list->length)) {
            consume(list, *length + (found != NULL));
            list->skipping = !found && !list->ended;
            list->after_cr = found && *found == '\r';
            if (was_skipping)
                continue;
            list->line++;
            return 1;
        }
        if (list->ended)
            return 0;
        if (fill(list, error))
            return -1;
        skip_byte_order_mark(list);
    }
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

/*
 * Whether a line is the beginning of UTF-16 text: a byte order mark, or two ASCII characters with a
 * NUL before or after each.
 */
static bool is_utf16(const char *line, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)line;

    if (length >= 2 &&
        ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff)))
        return true;
    return length >= 4 && !bytes[0] == !bytes[2] && !bytes[1] == !bytes[3] &&
           !bytes[0] != !bytes[1];
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
    struct source source = {.file = list->name};
    const char *line;
    size_t length;
    int status;

    do {
        status = next_line(list, &line, &length, error);
        if (status <= 0) {
            close_file(list);
            return status;
        }
    } while (is_skipped(line, length));
    source.line = list->line;
    if (is_utf16(line, length)) {
        *target = refuse_utf16(line, length, source);
        close_file(list); /* no other line can be read either */
        return 1;
    }
    if (line[length - 1] == '\r')
        length--;
    if (length > LIST_LINE_BYTES_MAX)
        *target = target_refuse_cut(line, length, source, "longer than 64 KiB");
    else
        *target = target_parse(list->parser, line, length, source);
    return 1;
}

/* Opens the next file, or gets the target of the next operand: 1; 0 without a target; -1. */
static int next_input(struct list *list, struct target **target, struct error *error)
{
    const struct input *input = &list->settings->inputs[list->next_input++];
    struct source source;

    if (input->kind == INPUT_FILE)
        return open_file(list, input->text, error);
    source = (struct source){.line = ++list->operands};
    *target = target_parse(list->parser, input->text, strlen(input->text), source);
    return 1;
}

/* list_next() for all shards. */
static int next_in_any_shard(struct list *list, struct target **target, struct error *error)
{
    int status = 0;

    *target = NULL;
    while (status == 0 && !atomic_load(&list->stopped)) {
        if (list->fd >= 0)
            status = next_in_file(list, target, error);
        else if (list->next_input < list->settings->input_count)
            status = next_input(list, target, error);
        else
            return 0;
    }
    if (status == 1 && !*target)
        status = error_set_errno(error, "cannot read the list");
    if (status < 0) {
        close_file(list);
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

bool list_was_empty(const struct list *list, struct error *error)
{
    if (list->has_targets)
        return false;
    if (list->left_out)
        error_set(error, "no URLs given: --include and --exclude left out all %zu", list->left_out);
    else
        settings_no_urls(list->settings, error);
    return true;
}

size_t list_left_out(const struct list *list)
{
    return list->left_out;
}
