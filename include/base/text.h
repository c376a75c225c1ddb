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

/*
 * Adds 2 to 8 strings: text_add_all(text, "a", b, "c"). It is a macro so that the compiler knows the lengths of
 * literals: strlen() and memcpy() of a literal cost 40 instructions if they are called.
 */
#define text_add_all(to, ...)                                                                      \
    do {                                                                                           \
        struct text *text_ = (to);                                                                 \
        TEXT_ADD_COUNTED(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1)(__VA_ARGS__);                        \
    } while (0)
#define TEXT_ADD_COUNTED(a, b, c, d, e, f, g, h, count, ...) TEXT_ADD_##count
#define TEXT_ADD_1(a) text_add(text_, a)
#define TEXT_ADD_2(a, ...) (TEXT_ADD_1(a), TEXT_ADD_1(__VA_ARGS__))
#define TEXT_ADD_3(a, ...) (TEXT_ADD_1(a), TEXT_ADD_2(__VA_ARGS__))
#define TEXT_ADD_4(a, ...) (TEXT_ADD_1(a), TEXT_ADD_3(__VA_ARGS__))
#define TEXT_ADD_5(a, ...) (TEXT_ADD_1(a), TEXT_ADD_4(__VA_ARGS__))
#define TEXT_ADD_6(a, ...) (TEXT_ADD_1(a), TEXT_ADD_5(__VA_ARGS__))
#define TEXT_ADD_7(a, ...) (TEXT_ADD_1(a), TEXT_ADD_6(__VA_ARGS__))
#define TEXT_ADD_8(a, ...) (TEXT_ADD_1(a), TEXT_ADD_7(__VA_ARGS__))

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
