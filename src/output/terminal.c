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
 * The length in bytes of as much of the text as takes at most that many columns. *taken is how many
 * it takes. wcwidth(3) knows combining and wide characters, if the locale is UTF-8.
 */
static size_t fit(const char *text, size_t columns, size_t *taken)
{
    size_t length = 0;

    *taken = 0;
    while (text[length]) {
        uint32_t character;
        size_t bytes = utf8_decode(text + length, 4, &character);
        int width = bytes > 1 ? wcwidth((wchar_t)character) : 1;

        if (width < 0)
            width = 2;
        if ((size_t)width > columns - *taken)
            break;
        *taken += (size_t)width;
        length += bytes ? bytes : 1;
    }
    return length;
}

size_t terminal_width(const char *text)
{
    size_t columns;

    fit(text, SIZE_MAX, &columns);
    return columns;
}

void terminal_cut(char *text, size_t columns)
{
    size_t taken;

    text[fit(text, columns, &taken)] = '\0';
}
