/* SPDX-License-Identifier: MIT */
#include "output/terminal.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "base/environment.h"
#include "base/utf8.h"

#define DEFAULT_COLUMNS 80
#define DEFAULT_ROWS 24

bool terminal_has_escapes(int fd)
{
    const char *term = environment_value("TERM");

    return isatty(fd) && term && strcmp(term, "dumb") != 0;
}

size_t terminal_columns(int fd)
{
    struct winsize size;

    if (ioctl(fd, TIOCGWINSZ, &size) || size.ws_col == 0)
        return DEFAULT_COLUMNS;
    return size.ws_col;
}

size_t terminal_rows(int fd)
{
    struct winsize size;

    if (ioctl(fd, TIOCGWINSZ, &size) || size.ws_row == 0)
        return DEFAULT_ROWS;
    return size.ws_row;
}

/*
 * The columns of the character at `text`, of which `length` bytes, at least one, may be read; *bytes is
 * how long it is. wcwidth(3) knows wide ones if the locale is UTF-8.
 */
static size_t character_width(const char *text, size_t length, size_t *bytes)
{
    uint32_t character;
    int width;

    *bytes = utf8_decode(text, length, &character);
    width = *bytes > 1 ? wcwidth((wchar_t)character) : 1;
    if (*bytes == 0)
        *bytes = 1;
    return width < 0 ? 2 : (size_t)width;
}

/*
 * The length in bytes of as much of the text as takes at most that many columns. *taken is how many
 * it takes.
 */
static size_t fit(const char *text, size_t columns, size_t *taken)
{
    size_t length = 0;

    *taken = 0;
    while (text[length]) {
        size_t bytes, width = character_width(text + length, 4, &bytes);

        if (width > columns - *taken)
            break;
        *taken += width;
        length += bytes;
    }
    return length;
}

size_t terminal_width(const char *text)
{
    size_t columns;

    fit(text, SIZE_MAX, &columns);
    return columns;
}

/* The length in bytes of a color (SGR) at `text`, which takes no column. Without its `m` it ends before a newline. */
static size_t color_bytes(const char *text, const char *end)
{
    const char *rest = text;

    while (rest < end && *rest != 'm' && *rest != '\n')
        rest++;
    if (rest < end && *rest == 'm')
        rest++;
    return (size_t)(rest - text);
}

size_t terminal_rows_taken(const char *text, size_t length, size_t columns)
{
    const char *end = text + length;
    size_t rows = 0, taken = 0, bytes;

    for (; text < end; text += bytes) {
        size_t width = character_width(text, (size_t)(end - text), &bytes);

        if (*text == '\033') {
            bytes = color_bytes(text, end);
        } else if (*text == '\n') {
            rows++;
            taken = 0;
        } else if (taken + width > columns) {
            rows++;
            taken = width;
        } else {
            taken += width;
        }
    }
    return rows;
}

void terminal_cut(char *text, size_t columns)
{
    size_t taken;

    text[fit(text, columns, &taken)] = '\0';
}
