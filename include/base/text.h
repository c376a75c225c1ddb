/* SPDX-License-Identifier: MIT */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * A text in memory that grows as it is written: what formats print results to. Adding to it takes a few
 * instructions, where a stream of stdio takes a hundred for each call. All zeros: it is empty. The memory
 * comes from base/alloc.h, so nothing here fails. One thread.
 */
struct text {
    char *bytes; /* owned; there is no NUL at the end; NULL: nothing was added yet */
    size_t length;
    size_t capacity;
};

/* Makes room for that many bytes after the text. */
void text_reserve(struct text *text, size_t count);

/* Makes the text empty and keeps its memory. */
static inline void text_clear(struct text *text)
{
    text->length = 0;
}

/* Frees the memory; the text is then empty. */
void text_release(struct text *text);

static inline void text_add_bytes(struct text *text, const char *bytes, size_t count)
{
    if (count == 0)
        return;
    if (text->capacity - text->length < count)
        text_reserve(text, count);
    memcpy(text->bytes + text->length, bytes, count);
    text->length += count;
}

static inline void text_add(struct text *text, const char *string)
{
    text_add_bytes(text, string, strlen(string));
}

/* Adds several strings, of which none may be NULL: text_add_all(text, "a", b, "c"). */
#define text_add_all(text, ...)                                                                    \
    text_add_strings(text, (const char *const[]){__VA_ARGS__},                                     \
                     sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
void text_add_strings(struct text *text, const char *const *strings, size_t count);

static inline void text_add_char(struct text *text, char c)
{
    if (text->capacity == text->length)
        text_reserve(text, 1);
    text->bytes[text->length++] = c;
}

/* A string, and blanks up to that many characters of ASCII: after it, or before it. */
void text_add_left(struct text *text, const char *string, size_t width);
void text_add_right(struct text *text, const char *string, size_t width);

/* A number as format_decimal() (base/units.h) has it: microseconds with 6 decimals are seconds. */
void text_add_decimal(struct text *text, int64_t number, unsigned decimals);

/* As fprintf(3). For what is printed seldom: it takes a thousand instructions. */
void text_addf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
