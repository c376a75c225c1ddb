/* SPDX-License-Identifier: MIT */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * Decodes the UTF-8 character at the beginning of text, of which `length` bytes, at least one, may
 * be read. Returns its length in bytes, 1 to 4; or 0 if it is not UTF-8 (RFC 3629: no overlong
 * forms, no surrogates, nothing above U+10FFFF). Bytes after a NUL are never read.
 */
static inline size_t utf8_decode(const char *text, size_t length, uint32_t *character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    size_t count = bytes[0] < 0x80             ? 1
                   : (bytes[0] & 0xe0) == 0xc0 ? 2
                   : (bytes[0] & 0xf0) == 0xe0 ? 3
                   : (bytes[0] & 0xf8) == 0xf0 ? 4
                                               : 0;

    *character = bytes[0];
    if (count < 2)
        return count;
    *character &= 0x7fU >> count;
    for (size_t i = 1; i < count; i++) {
        if (i == length || (bytes[i] & 0xc0) != 0x80)
            return 0;
        *character = *character << 6 | (bytes[i] & 0x3fU);
    }
    if (*character < least[count] || *character > 0x10ffff ||
        (*character >= 0xd800 && *character <= 0xdfff))
        return 0;
    return count;
}

/* Writes a character up to U+10FFFF as UTF-8, without a NUL. Returns its length in bytes, 1 to 4. */
static inline size_t utf8_encode(char bytes[4], uint32_t character)
{
    size_t count = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;

    for (size_t i = count - 1; i > 0; i--, character >>= 6)
        bytes[i] = (char)(0x80 | (character & 0x3f));
    bytes[0] = (char)(count == 1 ? character : (0xf00U >> count & 0xffU) | character);
    return count;
}

#endif
