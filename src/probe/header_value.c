/* SPDX-License-Identifier: MIT */
#include "header_value.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A blank, or part of the end of a line. */
static bool is_space(char c)
{
    return header_is_blank(c) || c == '\r' || c == '\n' || c == '\0';
}

void header_trim(const char **value, size_t *length)
{
    while (*length && header_is_blank(**value))
        ++*value, --*length;
    while (*length && is_space((*value)[*length - 1]))
        --*length;
}

int header_status(const char *line, size_t length, const char **phrase)
{
    const char *end = line + length, *digits;
    int status = 0;

    if (length < 5 || memcmp(line, "HTTP/", 5) != 0)
        return 0;
    line += 5;
    if (line == end || *line == '.')
        return 0;
    while (line < end && (isdigit((unsigned char)*line) || *line == '.'))
        line++;
    if (line == end || *line != ' ')
        return 0;
    while (line < end && *line == ' ')
        line++;
    for (digits = line; line < end && isdigit((unsigned char)*line) && line < digits + 3; line++)
        status = status * 10 + (*line - '0');
    *phrase = line;
    return line == digits + 3 ? status : 0;
}

/* Moves *at to the end of the digits of a number; -1 if there are none, or too many. */
static int64_t parse_number(const char **at, const char *end)
{
    const char *first = *at;
    int64_t number = 0;

    for (; *at < end && isdigit((unsigned char)**at); ++*at) {
        int digit = **at - '0';

        if (number > (INT64_MAX - digit) / 10)
            return -1;
        number = number * 10 + digit;
    }
    return *at > first ? number : -1;
}

int header_content_length(const char *value, size_t length, int64_t *bytes)
{
    const char *end;

    header_trim(&value, &length);
    end = value + length;
    for (;;) {
        int64_t number;

        while (value < end && header_is_blank(*value))
            value++;
        number = parse_number(&value, end);
        if (number < 0 || (*bytes >= 0 && *bytes != number))
            return -1;
        *bytes = number;
        while (value < end && header_is_blank(*value))
            value++;
        if (value == end)
            return 0;
        if (*value++ != ',')
            return -1;
    }
}

bool header_is_compression(const char *value, size_t length)
{
    static const char *const names[] = {"gzip", "x-gzip", "deflate", "br", "zstd", "compress"};
    char text[64];
    char *rest = text, *name;

    snprintf(text, sizeof(text), "%.*s", (int)length, value);
    while ((name = strsep(&rest, ", \t\r\n"))) {
        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
            if (strcasecmp(name, names[i]) == 0)
                return true;
        }
    }
    return false;
}

bool header_has_word(const char *value, size_t length, const char *word)
{
    size_t word_length = strlen(word);

    for (size_t i = 0; i + word_length <= length; i++) {
        if ((value[i] | 0x20) == *word && strncasecmp(value + i, word, word_length) == 0)
            return true;
    }
    return false;
}
