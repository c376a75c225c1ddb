/* SPDX-License-Identifier: MIT */
#include "base/escape.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define HIDDEN "***@"

/*
 * Decodes the UTF-8 character at text (RFC 3629, section 4). Returns its length, 1 to 4 bytes, or 0
 * if the bytes are not UTF-8. Does not read past a NUL, which is no continuation byte.
 */
static inline size_t decode(const unsigned char *text, uint32_t *character)
{
    /* The smallest character of each length: the same in a longer form is "overlong". */
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = text[0] < 0x80             ? 1
                    : (text[0] & 0xe0) == 0xc0 ? 2
                    : (text[0] & 0xf0) == 0xe0 ? 3
                    : (text[0] & 0xf8) == 0xf0 ? 4
                                               : 0;

    if (length < 2) {
        *character = text[0];
        return length;
    }
    *character = text[0] & (0x7fU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        *character = *character << 6 | (text[i] & 0x3fU);
    }
    if (*character < smallest[length] || *character > 0x10ffff ||
        (*character >= 0xd800 && *character <= 0xdfff)) /* surrogates */
        return 0;
    return length;
}

/* escape.h says which characters these are; U+206A to U+206F are deprecated format characters. */
static bool is_hostile(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character <= 0x9f) || character == 0x61c ||
           character == 0x200e || character == 0x200f ||
           (character >= 0x2028 && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x206f) || character == 0xfeff;
}

bool escape_is_needed(const char *text)
{
    uint32_t character;
    size_t length;

    for (; *text; text += length) {
        length = decode((const unsigned char *)text, &character);
        if (length == 0 || is_hostile(character))
            return true;
    }
    return false;
}

/* Copies the bytes from text to end, escaped. Each becomes at most four. Returns the copy's end. */
static char *copy_escaped(char *out, const char *text, const char *end, bool is_url)
{
    while (text < end) {
        const unsigned char *bytes = (const unsigned char *)text;
        uint32_t character;
        size_t length = decode(bytes, &character);

        if (length == 0 || (length == 1 && is_hostile(character)) || (is_url && character == ' ')) {
            out += sprintf(out, "\\x%02x", bytes[0]);
            length = 1;
        } else if (is_hostile(character)) {
            out += sprintf(out, "\\u{%x}", (unsigned)character);
        } else {
            out = (char *)memcpy(out, text, length) + length;
        }
        text += length;
    }
    return out;
}

/* Where in a part of the text an authority begins. */
enum authority {
    AUTHORITY_AT_QUOTE, /* only after a quote in it */
    AUTHORITY_AT_START, /* at its start, where no scheme is: in a sentence this may be a word */
    AUTHORITY_CERTAIN   /* at its start, after "scheme:/" */
};

/* The beginning of the userinfo that at, the last @ of the part, ends. NULL: there is none. */
static const char *find_userinfo(const char *part, const char *at, enum authority authority,
                                 bool is_url)
{
    const char *start = part;
    const char *quote, *space;

    if (authority == AUTHORITY_CERTAIN)
        return part;
    /* "mail me@home" is a sentence, and not a URL without a scheme. */
    space = is_url ? NULL : memrchr(part, ' ', (size_t)(at - part));
    if (space)
        start = space + 1;
    else if (authority == AUTHORITY_AT_START)
        return part;
    quote = memchr(start, '\'', (size_t)(at - start));
    return quote ? quote + 1 : NULL;
}

/* What the next part begins with, after the delimiter at end. Libcurl accepts one to three slashes. */
static enum authority authority_after(const char *part, const char *end, enum authority authority)
{
    bool is_slash_after_slashes = end == part && authority == AUTHORITY_CERTAIN;
    bool is_slash_after_colon = end > part && end[-1] == ':';

    return *end == '/' && (is_slash_after_slashes || is_slash_after_colon) ? AUTHORITY_CERTAIN
                                                                           : AUTHORITY_AT_QUOTE;
}

/* Goes through the parts of text between / ? #, which end an authority. Each has one userinfo at most. */
static char *escape(const char *text, bool is_url)
{
    char *copy = xmalloc(4 * strlen(text) + 1);
    char *out = copy;
    enum authority authority = AUTHORITY_AT_START;

    for (;;) {
        const char *end = text + strcspn(text, "/?#");
        const char *at = memrchr(text, '@', (size_t)(end - text));
        const char *userinfo = at ? find_userinfo(text, at, authority, is_url) : NULL;

        if (userinfo) {
            out = copy_escaped(out, text, userinfo, is_url);
            out = stpcpy(out, HIDDEN);
            out = copy_escaped(out, at + 1, end, is_url);
        } else {
            out = copy_escaped(out, text, end, is_url);
        }
        *out = *end;
        if (!*end)
            return copy;
        out++;
        authority = authority_after(text, end, authority);
        text = end + 1;
    }
}

char *escape_text(const char *text)
{
    return escape(text, false);
}

char *escape_url(const char *url)
{
    return escape(url, true);
}

/* The length of the "scheme:/" or "/" that text begins with, all slashes included; else 0. */
static size_t scheme_length(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "0123456789+-.");

    if (length == 0)
        return strspn(text, "/");
    if (text[length] != ':' || text[length + 1] != '/')
        return 0;
    return length + 1 + strspn(text + length + 1, "/");
}

char *escape_hide_userinfo(const char *text)
{
    size_t length = scheme_length(text);
    const char *at = strrchr(text + length, '@');

    if (!at)
        return xstrdup(text);
    return xasprintf("%.*s" HIDDEN "%s", (int)length, text, at + 1);
}
