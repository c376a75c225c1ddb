/* SPDX-License-Identifier: MIT */
/*
 * A window of a file is in memory. Lines in a row are in it mostly; a line elsewhere moves it.
 */
#include "merge_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/unnamed_file.h"
#include "input/target.h"

/* No result is longer: a URL has at most 64 KiB (input/list.h), and escaping makes it 16 times that. */
#define LINE_BYTES_MAX ((size_t)16 * 1024 * 1024)
/* How much is read at once: of lines in a row, and of a single one. */
#define ROW_BYTES ((size_t)256 * 1024)
#define LINE_BYTES ((size_t)4 * 1024)
/* A position is the file's number and the offset in it. */
#define OFFSET_BITS 48
#define FILES_MAX 65536

struct merge_file {
    int fd;
    const char *name; /* for people */
};

struct merge_files {
    struct merge_file *items;
    size_t count;

    /* merge_files_next(): */
    size_t file;
    off_t offset;
    size_t line;

    /* The window: length bytes of a file from offset `start` on. */
    size_t window_file;
    off_t start;
    char *bytes;
    size_t length;
    size_t room;
};

/* Closes it, and keeps errno. */
static void close_after_error(int fd)
{
    int saved_errno = errno;

    close(fd);
    errno = saved_errno;
}

/* 0, or -1 with errno. */
static int write_all(int fd, const char *bytes, size_t length)
{
    while (length) {
        ssize_t written = write(fd, bytes, length);

        if (written < 0)
            return -1;
        bytes += written;
        length -= (size_t)written;
    }
    return 0;
}

static int refuse_copy(const char *name, struct error *error)
{
    return error_set_errno(error, "cannot copy '%s' to a file in '%s'", name,
                           unnamed_file_folder());
}

/*
 * Copies what a descriptor has, through a buffer of ROW_BYTES, to a file without a name. Returns the file's
 * descriptor; -1 with the reason and errno.
 */
static int copy_all(int from, const char *name, char *buffer, struct error *error)
{
    int to = unnamed_file_open(NULL);
    int status = 0;
    ssize_t got;

    if (to < 0)
        return refuse_copy(name, error);
    while (status == 0 && (got = read(from, buffer, ROW_BYTES)) != 0) {
        if (got < 0)
            status = error_set_errno(error, "cannot read '%s'", name);
        else if (write_all(to, buffer, (size_t)got))
            status = refuse_copy(name, error);
    }
    if (status == 0)
        return to;
    close_after_error(to);
    return -1;
}

/* Opens a file so that it can be read twice; shown is its name for people. -1 with the reason and errno. */
static int open_file(const char *name, const char *shown, char *buffer, struct error *error)
{
    int fd = strcmp(name, "-") == 0 ? dup(STDIN_FILENO) : open(name, O_RDONLY | O_CLOEXEC);
    struct stat status;
    int copy;

    if (fd < 0)
        return error_set_errno(error, "cannot read '%s'", shown);
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        return fd;
    copy = copy_all(fd, shown, buffer, error);
    close_after_error(fd);
    return copy;
}

/* Opens the inputs. 0, or -1 with the reason and errno. */
static int open_all(struct merge_files *files, const struct settings *settings, struct error *error)
{
    errno = EINVAL;
    if (settings->input_count > FILES_MAX)
        return error_set(error, "--merge: at most %d files", FILES_MAX);
    for (; files->count < settings->input_count; files->count++) {
        const char *name = settings->inputs[files->count].text;
        struct merge_file *file = &files->items[files->count];

        file->name = source_file_name(&(struct source){.file = name});
        file->fd = open_file(name, file->name, files->bytes, error);
        if (file->fd < 0)
            return -1;
    }
    return 0;
}

struct merge_files *merge_files_open(const struct settings *settings, struct error *error)
{
    struct merge_files *files = xcalloc(1, sizeof(*files));
    int saved_errno;

    files->items = xcalloc(settings->input_count, sizeof(*files->items));
    files->window_file = SIZE_MAX;
    files->bytes = xmalloc(ROW_BYTES);
    files->room = ROW_BYTES;
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
        close(files->items[i].fd);
    free(files->items);
    free(files->bytes);
    free(files);
}

/* Makes the window begin at that offset of the file, and keeps what it has from there on. */
static void move_window(struct merge_files *files, size_t file, off_t offset)
{
    size_t kept = 0;

    if (file == files->window_file && offset >= files->start &&
        offset <= files->start + (off_t)files->length)
        kept = files->length - (size_t)(offset - files->start);
    if (kept)
        memmove(files->bytes, files->bytes + files->length - kept, kept);
    files->window_file = file;
    files->start = offset;
    files->length = kept;
}

/* Adds up to that many bytes to the window. How many: 0 at the end of the file; -1 with errno. */
static ssize_t extend_window(struct merge_files *files, size_t bytes)
{
    ssize_t got;

    if (files->room < files->length + bytes) {
        files->room = files->length + bytes;
        files->bytes = xrealloc(files->bytes, files->room);
    }
    do
        got = pread(files->items[files->window_file].fd, files->bytes + files->length, bytes,
                    files->start + (off_t)files->length);
    while (got < 0 && errno == EINTR);
    if (got > 0)
        files->length += (size_t)got;
    return got;
}

/* The line in the window that begins at the offset; NULL: it does not end in it. */
static const char *find_in_window(const struct merge_files *files, size_t file, off_t offset,
                                  size_t *length)
{
    const char *begin, *end;

    if (file != files->window_file || offset < files->start ||
        offset >= files->start + (off_t)files->length)
        return NULL;
    begin = files->bytes + (offset - files->start);
    end = memchr(begin, '\n', (size_t)(files->bytes + files->length - begin));
    *length = end ? (size_t)(end - begin) : 0;
    return end ? begin : NULL;
}

/*
 * Finds the line at the offset, and reads what is missing, `bytes` at once. 1; 0: the file ends there;
 * -1 with the reason.
 */
static int find_line(struct merge_files *files, size_t file, off_t offset, size_t bytes,
                     struct merge_line *line, struct error *error)
{
    ssize_t got = 1;

    line->is_cut = false;
    line->text = find_in_window(files, file, offset, &line->length);
    if (line->text)
        return 1;
    for (move_window(files, file, offset); got > 0; bytes = ROW_BYTES) {
        if (files->length > LINE_BYTES_MAX)
            return error_set(error, "longer than %zu MiB", LINE_BYTES_MAX / 1024 / 1024);
        got = extend_window(files, bytes);
        line->text = find_in_window(files, file, offset, &line->length);
        if (line->text)
            return 1;
    }
    if (got < 0)
        return error_set(error, "%s", strerror(errno));
    line->text = files->bytes;
    line->length = files->length;
    line->is_cut = true;
    return line->length > 0;
}

int merge_files_next(struct merge_files *files, struct merge_line *line, struct error *error)
{
    struct error reason;
    int got = 0;

    while (got == 0 && files->file < files->count) {
        line->file = files->items[files->file].name;
        line->number = ++files->line;
        line->position = (uint64_t)files->file << OFFSET_BITS | (uint64_t)files->offset;
        got = find_line(files, files->file, files->offset, ROW_BYTES, line, &reason);
        files->offset += (off_t)line->length + 1;
        if (got == 1)
            break;
        if (got < 0)
            error_set(error, "%s:%zu: %s: the rest of the file is not read", line->file,
                      line->number, reason.text);
        files->file++;
        files->offset = 0;
        files->line = 0;
    }
    return got;
}

int merge_files_line_at(struct merge_files *files, uint64_t position, struct merge_line *line,
                        struct error *error)
{
    size_t file = (size_t)(position >> OFFSET_BITS);
    off_t offset = (off_t)(position & ((UINT64_C(1) << OFFSET_BITS) - 1));
    bool is_next = file == files->window_file && offset >= files->start &&
                   offset <= files->start + (off_t)files->length;
    struct error reason;

    if (find_line(files, file, offset, is_next ? ROW_BYTES : LINE_BYTES, line, &reason) == 1)
        return 0;
    return error_set(error, "'%s' has changed while it was read", files->items[file].name);
}
