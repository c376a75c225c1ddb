/* SPDX-License-Identifier: MIT */
#include "input/arg_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

/* How long a pipe may stay silent. */
#define SILENCE_MAX_MS 5000

/* read(2), but waits for a pipe, at most SILENCE_MAX_MS. */
static ssize_t read_some(int fd, char *bytes, size_t room)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};

    for (;;) {
        int found = poll(&ready, 1, SILENCE_MAX_MS);
        ssize_t count;

        if (found == 0)
            errno = ETIMEDOUT;
        if (found == 0 || (found < 0 && errno != EINTR))
            return -1;
        count = found > 0 ? read(fd, bytes, room) : -1;
        if (count >= 0 || (errno != EINTR && errno != EAGAIN))
            return count;
    }
}

/* Reads to the end, or until there is more than is allowed. NULL with errno. */
static char *read_all(int fd, size_t *length)
{
    size_t room = 4096;
    char *text = xmalloc(room);
    ssize_t count;

    *length = 0;
    while (*length <= ARG_FILE_BYTES_MAX &&
           (count = read_some(fd, text + *length, room - 1 - *length)) != 0) {
        if (count < 0) {
            free(text);
            return NULL;
        }
        *length += (size_t)count;
        if (*length == room - 1)
            text = xrealloc(text, room *= 2);
    }
    text[*length] = '\0';
    return text;
}

/* Opens the file if its type is allowed. -1 with the reason and errno. */
static int open_file(const char *name, enum arg_files files, struct error *error)
{
    struct stat status;
    /* Without O_NONBLOCK, opening a pipe would wait for a writer. */
    int fd = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return error_set_errno(error, "cannot read '%s'", name);
    if (files == ARG_FILES_REGULAR && (fstat(fd, &status) || !S_ISREG(status.st_mode))) {
        close(fd);
        errno = EINVAL;
        return error_set(error, "'%s' is not a regular file", name);
    }
    return fd;
}

/* Reads all of an open file. NULL with the reason and errno. */
static char *read_open(int fd, const char *name, size_t *length, struct error *error)
{
    char *text = read_all(fd, length);

    if (!text)
        error_set_errno(error, "cannot read '%s'", name);
    if (text && *length > ARG_FILE_BYTES_MAX) {
        error_set(error, "'%s' is larger than 1 MiB", name);
        free(text);
        text = NULL;
        errno = EFBIG;
    }
    return text;
}

char *arg_file_read(const char *name, enum arg_files files, size_t *length, struct error *error)
{
    char *text;
    int fd, saved_errno;

    if (strcmp(name, "-") == 0) {
        error_set(error, "standard input is for URLs (try @FILE)");
        errno = EINVAL;
        return NULL;
    }
    fd = open_file(name, files, error);
    if (fd < 0)
        return NULL;
    text = read_open(fd, name, length, error);
    saved_errno = errno;
    close(fd);
    errno = saved_errno;
    return text;
}

/* The text, or NULL with the reason if it contains a NUL byte. NULL stays NULL. */
static char *refuse_nul(char *text, size_t length, const char *name, struct error *error)
{
    if (!text || strlen(text) == length)
        return text;
    error_set(error, "'%s' contains a NUL byte", name);
    free(text);
    errno = EINVAL;
    return NULL;
}

char *arg_file_read_text(const char *name, enum arg_files files, struct error *error)
{
    size_t length;
    char *text = arg_file_read(name, files, &length, error);

    return refuse_nul(text, length, name, error);
}

char *arg_stdin_read_text(struct error *error)
{
    static const char name[] = "standard input";
    size_t length;
    char *text = read_open(STDIN_FILENO, name, &length, error);

    return refuse_nul(text, length, name, error);
}

const char *arg_variable(const char *place)
{
    return strncmp(place, "env:", 4) == 0 ? place + 4 : NULL;
}

/* Only names that a shell can set: letters, digits and _, no digit first. */
static char *read_variable(const char *name, struct error *error)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    const char *value = getenv(name);

    errno = EINVAL;
    if (!*name || name[strspn(name, letters)] || (*name >= '0' && *name <= '9'))
        error_set(error, "'env:%s' is not the name of a variable (try @env:NAME)", name);
    else if (!value)
        error_set(error, "the environment has no variable '%s'", name);
    else
        return xstrdup(value);
    return NULL;
}

char *arg_read(const char *place, enum arg_files files, size_t *length, struct error *error)
{
    const char *name = arg_variable(place);
    char *text = name ? read_variable(name, error) : arg_file_read(place, files, length, error);

    if (name && text)
        *length = strlen(text);
    return text;
}

char *arg_read_text(const char *place, enum arg_files files, struct error *error)
{
    const char *name = arg_variable(place);

    return name ? read_variable(name, error) : arg_file_read_text(place, files, error);
}
