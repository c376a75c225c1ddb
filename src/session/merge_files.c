/* SPDX-License-Identifier: MIT */
#include "merge_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/unnamed_file.h"
#include "input/target.h"

/* No result is longer: a URL has at most 64 KiB (input/list.h), and escaping makes it 16 times that. */
#define LINE_BYTES_MAX ((size_t)16 * 1024 * 1024)
/* How much is read at once. */
#define BLOCK_BYTES ((size_t)256 * 1024)

struct merge_file {
    int fd; /* -1: not open */
    const char *path;
    const char *name; /* for people */
};

struct merge_files {
    struct merge_file *items;
    size_t count;
    size_t file;    /* the one that is read */
    bool has_begun; /* a block of it was returned */
    bool has_ended; /* and its end was read: what a writer appends from now on does not count */
    char *rest;     /* the beginning of a line, which the last block did not have */
    size_t rest_length, rest_room;
};

/* Closes it, and keeps errno. */
static void close_after_error(int fd)
{
    int saved_errno = errno;

    close(fd);
    errno = saved_errno;
}

static ssize_t read_some(int fd, char *bytes, size_t count)
{
    ssize_t got;

    do
        got = read(fd, bytes, count);
    while (got < 0 && errno == EINTR);
    return got;
}

static bool is_folder(int fd)
{
    struct stat status;

    return fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Sets the reason why a file cannot be opened. Keeps errno. */
static void refuse_file(const char *name, struct error *error)
{
    error_set_errno(error, "cannot read '%s'", source_file_name(&(struct source){.file = name}));
}

/* Opens a file; - is standard input. -1 with the reason and errno. */
static int open_file(const char *name, struct error *error)
{
    int fd = strcmp(name, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                                    : open(name, O_RDONLY | O_CLOEXEC);

    if (fd >= 0 && is_folder(fd)) {
        close(fd);
        fd = -1;
        errno = EISDIR;
    }
    if (fd < 0)
        refuse_file(name, error);
    return fd;
}

static void close_file(struct merge_file *file)
{
    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
}

/* Whether it can be opened again later, and is then read from its beginning. */
static bool is_regular(const struct merge_file *file)
{
    struct stat status;

    return strcmp(file->path, "-") != 0 && fstat(file->fd, &status) == 0 && S_ISREG(status.st_mode);
}

/*
 * Opens the inputs, so that all can be read. There may be more than descriptors: regular files are closed again
 * until it is their turn. 0, or -1 with the reason and errno.
 */
static int open_all(struct merge_files *files, const struct settings *settings, struct error *error)
{
    for (; files->count < settings->input_count; files->count++) {
        struct merge_file *file = &files->items[files->count];

        file->path = settings->inputs[files->count].text;
        file->name = source_file_name(&(struct source){.file = file->path});
        file->fd = open_file(file->path, error);
        if (file->fd < 0)
            return -1;
        if (is_regular(file))
            close_file(file);
    }
    return 0;
}

struct merge_files *merge_files_open(const struct settings *settings, struct error *error)
{
    struct merge_files *files = xcalloc(1, sizeof(*files));
    int saved_errno;

    files->items = xcalloc(settings->input_count, sizeof(*files->items));
    if (open_all(files, settings, error) == 0)
        return files;
    saved_errno = errno;
    merge_files_close(files);
    errno = saved_errno;
    return NULL;
}

void merge_files_close(struct merge_files *files)
{
    if (!files)
        return;
    for (size_t i = 0; i < files->count; i++)
        close_file(&files->items[i]);
    free(files->items);
    free(files->rest);
    free(files);
}

/* Makes room for count more bytes after the first ones. */
static void make_room(char **bytes, size_t length, size_t count, size_t *room)
{
    if (*room - length >= count)
        return;
    *room = length + count;
    *bytes = xrealloc(*bytes, *room);
}

/* Keeps what follows the last newline of the block for the next one. False: it has no newline. */
static bool keep_rest(struct merge_files *files, struct merge_block *block)
{
    const char *end = memrchr(block->text, '\n', block->length);
    size_t length = end ? (size_t)(end + 1 - block->text) : 0;

    if (!end)
        return false;
    files->rest_length = block->length - length;
    if (files->rest_length) {
        make_room(&files->rest, 0, files->rest_length, &files->rest_room);
        memcpy(files->rest, block->text + length, files->rest_length);
    }
    block->length = length;
    return true;
}

/* Reads whole lines of the current file: 1; 0 at its end; -1 with the reason. */
static int read_block(struct merge_files *files, struct merge_block *block, struct error *error)
{
    ssize_t got;

    make_room(&block->text, 0, files->rest_length + BLOCK_BYTES, &block->room);
    if (files->rest_length)
        memcpy(block->text, files->rest, files->rest_length);
    block->length = files->rest_length;
    files->rest_length = 0;
    do {
        if (block->length > LINE_BYTES_MAX)
            return error_set(error, "longer than %zu MiB", LINE_BYTES_MAX / 1024 / 1024);
        make_room(&block->text, block->length, BLOCK_BYTES, &block->room);
        got = read_some(files->items[files->file].fd, block->text + block->length, BLOCK_BYTES);
        if (got < 0)
            return error_set(error, "%s", strerror(errno));
        block->length += (size_t)got;
    } while (got > 0 && !keep_rest(files, block));
    files->has_ended = got == 0;
    return block->length > 0;
}

/* Opens the current file, unless it is open. 0, or -1 with the reason. */
static int reopen(struct merge_file *file, struct error *error)
{
    struct error ignored;

    if (file->fd < 0)
        file->fd = open_file(file->path, &ignored);
    return file->fd < 0 ? error_set(error, "%s", strerror(errno)) : 0;
}

bool merge_files_next(struct merge_files *files, struct merge_block *block)
{
    int got = 0;

    while (got == 0 && files->file < files->count) {
        struct merge_file *file = &files->items[files->file];

        block->file = file->name;
        block->begins_file = !files->has_begun;
        block->trouble.text[0] = '\0';
        got = reopen(file, &block->trouble) ? -1 : read_block(files, block, &block->trouble);
        if (got < 0)
            block->length = 0;
        files->has_begun = got == 1 && !files->has_ended;
        if (files->has_begun)
            continue;
        close_file(file);
        files->file++;
    }
    return got != 0;
}

void merge_block_release(struct merge_block *block)
{
    free(block->text);
}

static int refuse_copy(const char *name, struct error *error)
{
    return error_set_errno(error, "cannot copy '%s' to a file in '%s'", name,
                           unnamed_file_folder());
}

/*
 * Copies what a descriptor has to a file without a name. Returns the file's descriptor; -1 with the reason
 * and errno.
 */
static int copy_all(int from, const char *name, struct error *error)
{
    int to = unnamed_file_open(NULL);
    int status = 0;
    char *buffer;
    ssize_t got;

    if (to < 0)
        return refuse_copy(name, error);
    buffer = xmalloc(BLOCK_BYTES);
    while (status == 0 && (got = read_some(from, buffer, BLOCK_BYTES)) != 0) {
        if (got < 0)
            status = error_set_errno(error, "cannot read '%s'", name);
        else if (unnamed_file_write(to, buffer, (size_t)got))
            status = refuse_copy(name, error);
    }
    free(buffer);
    if (status == 0)
        return to;
    close_after_error(to);
    return -1;
}

int merge_files_open_again(const char *name, struct error *error)
{
    int fd = open_file(name, error), copy;
    struct stat status;

    if (fd < 0 ||
        (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && lseek(fd, 0, SEEK_CUR) == 0))
        return fd;
    copy = copy_all(fd, source_file_name(&(struct source){.file = name}), error);
    close_after_error(fd);
    return copy;
}
