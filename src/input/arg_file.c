/* SPDX-License-Identifier: MIT */
#include "input/arg_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How long a pipe may say nothing. */
#define PATIENCE_MS 5000

/* Waits for what a pipe has, but not for ever. As read(2). */
static ssize_t read_some(int fd, char *bytes, size_t room)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};

    for (;;) {
        int found = poll(&ready, 1, PATIENCE_MS);
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

/* Reads to the end, or one byte more than there may be. NULL with errno. */
static char *read_all(int fd, size_t *length)
{
    size_t room = 4096;
    char *text = malloc(room);
    ssize_t count;

    *length = 0;
    while (text && (count = read_some(fd, text + *length, room - 1 - *length)) != 0) {
        char *grown = text;

        if (count > 0)
            *length += (size_t)count;
        if (count > 0 && *length == room - 1)
            grown = realloc(text, room *= 2);
        if (count < 0 || !grown) {
            free(text);
            return NULL;
        }
        text = grown;
        if (*length > TEXT_FILE_BYTES)
            break;
    }
    if (text)
        text[*length] = '\0';
    return text;
}

char *arg_file_read(const char *name, size_t *length, struct error *error)
{
    char *text;
    int fd, saved_errno;

    if (strcmp(name, "-") == 0) {
        error_set(error, "standard input is for URLs (try @FILE)");
        errno = EINVAL;
        return NULL;
    }
    /* A pipe that nobody writes to would keep open() waiting. */
    fd = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    text = fd >= 0 ? read_all(fd, length) : NULL;
    if (!text)
        error_set_errno(error, "cannot read '%s'", name);
    saved_errno = errno;
    if (fd >= 0)
        close(fd);
    errno = saved_errno;
    if (text && *length > TEXT_FILE_BYTES) {
        error_set(error, "'%s' holds more than 1 MiB", name);
        free(text);
        errno = EFBIG;
        return NULL;
    }
    return text;
}

char *arg_file_read_text(const char *name, struct error *error)
{
    size_t length;
    char *text = arg_file_read(name, &length, error);

    if (!text || strlen(text) == length)
        return text;
    error_set(error, "'%s' holds a NUL byte", name);
    free(text);
    errno = EINVAL;
    return NULL;
}

const char *arg_variable(const char *place)
{
    return strncmp(place, "env:", 4) == 0 ? place + 4 : NULL;
}

static char *read_variable(const char *name, struct error *error)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    const char *value = getenv(name);
    char *text;

    errno = EINVAL;
    if (!*name || name[strspn(name, letters)] || (*name >= '0' && *name <= '9'))
        return error_set(error, "'env:%s' names no variable (try @env:NAME)", name), NULL;
    if (!value)
        return error_set(error, "the environment has no variable '%s'", name), NULL;
    text = strdup(value);
    if (!text)
        error_set(error, "out of memory");
    return text;
}

char *arg_read(const char *place, size_t *length, struct error *error)
{
    const char *name = arg_variable(place);
    char *text = name ? read_variable(name, error) : arg_file_read(place, length, error);

    if (name && text)
        *length = strlen(text);
    return text;
}

char *arg_read_text(const char *place, struct error *error)
{
    const char *name = arg_variable(place);

    return name ? read_variable(name, error) : arg_file_read_text(place, error);
}
