/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/units.h"

#define FIRST_CAPACITY ((size_t)1024)

void text_reserve(struct text *text, size_t count)
{
    size_t capacity = text->capacity ? text->capacity : FIRST_CAPACITY;

    if (text->capacity - text->length >= count)
        return;
    while (capacity - text->length < count)
        capacity *= 2;
    text->bytes = xrealloc(text->bytes, capacity);
    text->capacity = capacity;
}

void text_release(struct text *text)
{
    free(text->bytes);
    *text = (struct text){0};
}

static void add_blanks(struct text *text, size_t length, size_t width)
{
    for (; length < width; length++)
        text_add_char(text, ' ');
}

void text_add_left(struct text *text, const char *string, size_t width)
{
    text_add(text, string);
    add_blanks(text, strlen(string), width);
}

void text_add_right(struct text *text, const char *string, size_t width)
{
    add_blanks(text, strlen(string), width);
    text_add(text, string);
}

void text_add_decimal(struct text *text, int64_t number, unsigned decimals)
{
    char digits[UNITS_TEXT_BYTES];
    const char *start;

    if (decimals == 0 && number >= 0 && number < 10) { /* every fourth number of a result */
        text_add_char(text, (char)('0' + number));
        return;
    }
    start = format_decimal(digits, number, decimals);
    text_add_bytes(text, start, (size_t)(digits + UNITS_TEXT_BYTES - 1 - start));
}

void text_addf(struct text *text, const char *format, ...)
{
    va_list arguments;
    int length;

    for (size_t needed = 256;; needed = (size_t)length + 1) {
        text_reserve(text, needed);
        va_start(arguments, format);
        length = vsnprintf(text->bytes + text->length, needed, format, arguments);
        va_end(arguments);
        if (length < 0)
            abort(); /* a bug in the format, or a text of over INT_MAX bytes */
        if ((size_t)length < needed)
            break;
    }
    text->length += (size_t)length;
}
