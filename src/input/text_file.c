/* SPDX-License-Identifier: MIT */
#include "input/text_file.h"

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

char *text_file_read(const char *name, size_t *length, struct reason *reason)
{
    char *text;
    int fd, error;

    if (strcmp(name, "-") == 0) {
        reason_set(reason, "standard input is for URLs (try @FILE)");
        errno = EINVAL;
        return NULL;
    }
    /* A pipe that nobody writes to would keep open() waiting. */
    fd = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    text = fd >= 0 ? read_all(fd, length) : NULL;
    if (!text)
        reason_set_errno(reason, "cannot read '%s'", name);
    error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    if (text && *length > TEXT_FILE_BYTES) {
        reason_set(reason, "'%s' holds more than 1 MiB", name);
        free(text);
        errno = EFBIG;
        return NULL;
    }
    return text;
}

char *text_file_read_text(const char *name, struct reason *reason)
{
    size_t length;
    char *text = text_file_read(name, &length, reason);

    if (!text || strlen(text) == length)
        return text;
    reason_set(reason, "'%s' holds a NUL byte", name);
    free(text);
    errno = EINVAL;
    return NULL;
}

const char *text_variable(const char *place)
{
    return strncmp(place, "env:", 4) == 0 ? place + 4 : NULL;
}

static char *read_variable(const char *name, struct reason *reason)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    const char *value = getenv(name);
    char *text;

    errno = EINVAL;
    if (!*name || name[strspn(name, letters)] || (*name >= '0' && *name <= '9'))
        return reason_set(reason, "'env:%s' names no variable (try @env:NAME)", name), NULL;
    if (!value)
        return reason_set(reason, "the environment has no variable '%s'", name), NULL;
    text = strdup(value);
    if (!text)
        reason_set(reason, "out of memory");
    return text;
}

char *text_read(const char *place, size_t *length, struct reason *reason)
{
    const char *name = text_variable(place);
    char *text = name ? read_variable(name, reason) : text_file_read(place, length, reason);

    if (name && text)
        *length = strlen(text);
    return text;
}

char *text_read_text(const char *place, struct reason *reason)
{
    const char *name = text_variable(place);

    return name ? read_variable(name, reason) : text_file_read_text(place, reason);
}
