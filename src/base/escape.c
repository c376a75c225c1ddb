/* SPDX-License-Identifier: MIT */
#include "base/escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static const char hidden[] = "***@";

/* Controls, separators and the characters of Unicode's UAX #9 that turn the direction of text. */
static bool is_hostile(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character <= 0x9f) || character == 0x61c ||
           character == 0x200e || character == 0x200f ||
           (character >= 0x2028 && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x206f) || character == 0xfeff;
}

/* What stands before a character: only this much of the text counts for what it may begin. */
enum before {
    BEFORE_NOTHING, /* it is the first one, or the first that is quoted */
    BEFORE_COLON,
    BEFORE_SLASHES, /* behind a colon: libcurl takes one to three of them for two */
    BEFORE_ELSE
};

static enum before after(enum before before, char character)
{
    if (character == '\'')
        return BEFORE_NOTHING;
    if (character == ':')
        return BEFORE_COLON;
    if (character == '/' && (before == BEFORE_COLON || before == BEFORE_SLASHES))
        return BEFORE_SLASHES;
    return BEFORE_ELSE;
}

/* A part of the text that ends where an authority does: its last @, and the last blank before it. */
struct part {
    const char *end, *at, *blank; /* NULL: there is none */
};

/* Looks at each character once, however often it is asked: servers choose what is escaped. */
static void find_part(struct part *part, const char *here)
{
    if (part->end && here < part->end)
        return;
    *part = (struct part){.end = here + strcspn(here, "/?#")};
    for (const char *blank = NULL; here < part->end; here++) {
        if (*here == ' ')
            blank = here;
        if (*here == '@')
            part->at = here, part->blank = blank;
    }
}

/* How many bytes of userinfo, its @ included, stand here. A sentence has none: "mail me@home". */
static size_t userinfo_length(struct part *part, const char *here, bool is_sentence)
{
    find_part(part, here);
    if (!part->at || part->at < here)
        return 0;
    if (is_sentence && part->blank && part->blank >= here)
        return 0;
    return (size_t)(part->at + 1 - here);
}

/* Copies one character to out, escaped if need be, and moves *text past it. At most 10 bytes. */
static size_t copy_character(char *out, const char **text, bool one_word)
{
    const char *start = *text;
    uint32_t character;
    size_t length = utf8_decode(start, 4, &character);

    *text += length ? length : 1;
    if (length == 0 || (length == 1 && is_hostile(character)) || (one_word && character == ' '))
        return (size_t)sprintf(out, "\\x%02x", (unsigned char)*start);
    if (is_hostile(character))
        return (size_t)sprintf(out, "\\u{%x}", (unsigned)character);
    memcpy(out, start, length);
    return length;
}

static char *escape(const char *text, bool one_word)
{
    /* A byte becomes at most four (\xNN); two or more bytes at most four each as well. */
    char *copy = malloc(4 * strlen(text) + sizeof(hidden));
    const char *here = text;
    enum before before = BEFORE_NOTHING;
    struct part part = {0};
    char *out = copy;

    if (!copy)
        return NULL;
    while (*here) {
        bool begins = before == BEFORE_NOTHING || (before == BEFORE_SLASHES && *here != '/');
        bool is_sentence = !one_word && before == BEFORE_NOTHING;
        size_t secret = begins ? userinfo_length(&part, here, is_sentence) : 0;

        if (secret) {
            memcpy(out, hidden, sizeof(hidden) - 1);
            out += sizeof(hidden) - 1;
            here += secret;
            before = BEFORE_ELSE;
        } else {
            before = after(before, *here);
            out += copy_character(out, &here, one_word);
        }
    }
    *out = '\0';
    return copy;
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

char *escape_text(const char *text)
{
    return escape(text, false);
}

char *escape_url(const char *url)
{
    return escape(url, true);
}

/* The length of "scheme:/", or "/", slashes and all, that text begins with; 0 if it does not. */
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
    size_t before = scheme_length(text);
    const char *at = strrchr(text + before, '@');
    char *copy;

    if (!at)
        return strdup(text);
    copy = malloc(before + sizeof(hidden) + strlen(at + 1));
    if (copy)
        sprintf(copy, "%.*s%s%s", (int)before, text, hidden, at + 1);
    return copy;
}
