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
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/utf8.h"

#define HIDDEN "***@"
#define HASH "\\x23"

/* Characters that are shown escaped, in ascending order; escape.h says what they have in common. */
static const struct {
    uint32_t first, last;
} hidden[] = {
    {0x00, 0x1f},       /* C0 */
    {0x7f, 0xa0},       /* DEL, C1, no-break space */
    {0xad, 0xad},       /* soft hyphen */
    {0x34f, 0x34f},     /* combining grapheme joiner */
    {0x61c, 0x61c},     /* Arabic letter mark */
    {0x115f, 0x1160},   /* Hangul fillers */
    {0x1680, 0x1680},   /* Ogham space mark */
    {0x17b4, 0x17b5},   /* Khmer inherent vowels */
    {0x180b, 0x180f},   /* Mongolian variation selectors and vowel separator */
    {0x2000, 0x200f},   /* spaces, zero width characters, direction marks */
    {0x2028, 0x202f},   /* separators, embeddings, overrides, narrow no-break space */
    {0x205f, 0x206f},   /* spaces, word joiner, invisible operators, isolates */
    {0x2800, 0x2800},   /* Braille blank */
    {0x3000, 0x3000},   /* ideographic space */
    {0x3164, 0x3164},   /* Hangul filler */
    {0xfe00, 0xfe0f},   /* variation selectors */
    {0xfeff, 0xfeff},   /* byte order mark */
    {0xffa0, 0xffa0},   /* halfwidth Hangul filler */
    {0xfff0, 0xfffb},   /* unassigned, interlinear annotation */
    {0xfffe, 0xffff},   /* noncharacters */
    {0x1bca0, 0x1bca3}, /* shorthand format controls */
    {0x1d173, 0x1d17a}, /* musical format controls */
    {0xe0000, 0xe0fff}, /* tags, variation selectors */
};

bool escape_is_hidden(uint32_t character)
{
    size_t range = 0;

    while (range < sizeof(hidden) / sizeof(hidden[0]) && hidden[range].last < character)
        range++;
    return range < sizeof(hidden) / sizeof(hidden[0]) && hidden[range].first <= character;
}

bool escape_is_needed(const char *text)
{
    uint32_t character;
    size_t length;

    for (; *text; text += length) {
        length = utf8_decode(text, 4, &character);
        if (length == 0 || escape_is_hidden(character) || strncmp(text, "##", 2) == 0)
            return true;
    }
    return false;
}

/* The length of the ASCII at the beginning of text, up to end, that is shown as it is. */
static size_t plain_length(const char *text, const char *end, bool is_url)
{
    const char *c = text;

    while (c < end && *c < 0x7f && (*c > ' ' || (*c == ' ' && !is_url)))
        c++;
    return (size_t)(c - text);
}

/* Copies the bytes from text to end, escaped. Each becomes at most four. Returns the copy's end. */
static char *copy_escaped(char *out, const char *text, const char *end, bool is_url)
{
    for (;;) {
        size_t length = plain_length(text, end, is_url);
        uint32_t character;

        out = mempcpy(out, text, length);
        text += length;
        if (text == end)
            return out;
        length = utf8_decode(text, (size_t)(end - text), &character);
        if (length == 0 || (length == 1 && escape_is_hidden(character)) ||
            (is_url && character == ' ')) {
            out += sprintf(out, "\\x%02x", (unsigned char)*text);
            length = 1;
        } else if (escape_is_hidden(character)) {
            out += sprintf(out, "\\u{%x}", (unsigned)character);
        } else {
            out = mempcpy(out, text, length);
        }
        text += length;
    }
}

/* Where an authority may begin in a part. */
enum authority {
    AUTHORITY_AT_QUOTE, /* after a single quote */
    AUTHORITY_AT_START, /* after a single quote, or at the text's start */
    AUTHORITY_CERTAIN   /* at the start, which follows ":/" */
};

/* Whether text up to an @ begins a mail address (RFC 6068), which has no password. */
static bool is_mail_address(const char *text, const char *at)
{
    return strncasecmp(text, "mailto:", 7) == 0 && at > text + 7 &&
           !memchr(text + 7, ':', (size_t)(at - text - 7));
}

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
        return is_mail_address(part, at) ? NULL : part;
    quote = memchr(start, '\'', (size_t)(at - start));
    return quote && !is_mail_address(quote + 1, at) ? quote + 1 : NULL;
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
    size_t length = strlen(text);
    char *copy = xmalloc(4 * length + 1);
    char *out = copy;
    enum authority authority = AUTHORITY_AT_START;

    if (!strpbrk(text, "@#")) { /* most texts: neither userinfo nor ## */
        *copy_escaped(copy, text, text + length, is_url) = '\0';
        return copy;
    }
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
        if (*end == '#' && out > copy && out[-1] == '#')
            out = stpcpy(out, HASH); /* the # before it ended a part, too */
        else
            *out++ = *end;
        if (!*end)
            return copy;
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

char *escape_excerpt(const char *text, size_t characters)
{
    char *escaped = escape_text(text), *excerpt;
    size_t length = 0, count = 0;
    uint32_t character;

    for (; escaped[length] && count < characters; count++)
        length += utf8_decode(escaped + length, 4, &character);
    excerpt = xasprintf("%.*s%s", (int)length, escaped, escaped[length] ? "..." : "");
    free(escaped);
    return excerpt;
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

    if (!at || (is_mail_address(text, at) && !strchr(text, '/')))
        return xstrdup(text);
    return xasprintf("%.*s" HIDDEN "%s", (int)length, text, at + 1);
}
