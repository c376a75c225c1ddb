/* SPDX-License-Identifier: MIT */
/*
 * Userinfo is found in one pass over the parts between / ? #, which end an authority (RFC 3986,
 * section 3.2). A part has one userinfo at most: it ends at the part's last @, and begins where an
 * authority does. For example, the parts of
 *
 *     moved to 'http://user:secret@host/a@b'
 *
 * are "moved to 'http:", "", "user:secret@host" and "a@b'". The third follows ":/", so that it begins
 * with an authority, and user:secret is hidden. The fourth is in a path.
 */
#include "base/escape.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

#define HIDDEN "***@"

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
        length = utf8_decode(text, 4, &character);
        if (length == 0 || is_hostile(character))
            return true;
    }
    return false;
}

/* Copies the bytes from text to end, escaped. Each becomes at most four. Returns the copy's end. */
static char *copy_escaped(char *out, const char *text, const char *end, bool is_url)
{
    while (text < end) {
        uint32_t character;
        size_t length = utf8_decode(text, (size_t)(end - text), &character);

        if (length == 0 || (length == 1 && is_hostile(character)) || (is_url && character == ' ')) {
            out += sprintf(out, "\\x%02x", (unsigned char)*text);
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

/* Where an authority may begin in a part. */
enum authority {
    AUTHORITY_AT_QUOTE, /* after a single quote */
    AUTHORITY_AT_START, /* after a single quote, or at the text's start */
    AUTHORITY_CERTAIN   /* at the start, which follows ":/" */
};

/* Where the userinfo before at, the last @ of the part, begins. NULL: the @ ends no userinfo. */
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

/* For the part after the delimiter at end. Any slashes after a colon count: libcurl accepts 1 to 3. */
static enum authority authority_after(const char *part, const char *end, enum authority authority)
{
    bool is_slash_after_slashes = end == part && authority == AUTHORITY_CERTAIN;
    bool is_slash_after_colon = end > part && end[-1] == ':';

    return *end == '/' && (is_slash_after_slashes || is_slash_after_colon) ? AUTHORITY_CERTAIN
                                                                           : AUTHORITY_AT_QUOTE;
}

static char *escape(const char *text, bool is_url)
{
    char *copy = xmalloc(4 * strlen(text) + 1);
    char *out = copy;
    enum authority authority = AUTHORITY_AT_START;

    for (const char *part = text, *end;; part = end + 1) {
        const char *rest = part, *at, *userinfo;

        end = part + strcspn(part, "/?#");
        at = memrchr(part, '@', (size_t)(end - part));
        userinfo = at ? find_userinfo(part, at, authority, is_url) : NULL;
        if (userinfo) {
            out = copy_escaped(out, part, userinfo, is_url);
            out = stpcpy(out, HIDDEN);
            rest = at + 1;
        }
        out = copy_escaped(out, rest, end, is_url);
        *out = *end;
        if (!*end)
            return copy;
        out++;
        authority = authority_after(part, end, authority);
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
static size_t prefix_length(const char *text)
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
    size_t length = prefix_length(text);
    const char *at = strrchr(text + length, '@');

    if (!at)
        return xstrdup(text);
    return xasprintf("%.*s" HIDDEN "%s", (int)length, text, at + 1);
}
