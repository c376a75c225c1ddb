/* SPDX-License-Identifier: MIT */
#include "input/text_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads to the end, or one byte more than there may be. NULL with errno. */
static char *read_all(FILE *file, size_t *length)
{
    size_t room = 0;
    char *text = NULL;

    *length = 0;
    do {
        char *grown;

        room = room ? 2 * room : 4096;
        grown = realloc(text, room);
        if (!grown)
            break;
        text = grown;
        *length += fread(text + *length, 1, room - 1 - *length, file);
        if (*length < room - 1 && ferror(file))
            break;
        if (*length < room - 1 || *length > TEXT_FILE_BYTES) {
            text[*length] = '\0';
            return text;
        }
    } while (true);
    free(text);
    return NULL;
}

char *text_file_read(const char *name, size_t *length, struct reason *reason)
{
    FILE *file;
    char *text;
    int error;

    if (strcmp(name, "-") == 0) {
        reason_set(reason, "standard input is for URLs (try @FILE)");
        errno = EINVAL;
        return NULL;
    }
    file = fopen(name, "re");
    text = file ? read_all(file, length) : NULL;
    if (!text)
        reason_set_errno(reason, "cannot read '%s'", name);
    error = errno;
    if (file)
        fclose(file);
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
