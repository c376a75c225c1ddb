/* SPDX-License-Identifier: MIT */
#include "target_refuse.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/shell_words.h"

/* How much of a refused item is shown. */
#define SHOWN_BYTES 1000

/*
 * The item as a string, with \x00 for each NUL byte. backslash replaces each backslash: if it is
 * two of them, different items have different strings.
 */
static char *to_string(const char *item, size_t length, const char *backslash)
{
    char *text = xmalloc(4 * length + 1);
    char *end = text;

    for (size_t i = 0; i < length; i++) {
        if (item[i] == '\0')
            end = stpcpy(end, "\\x00");
        else if (item[i] == '\\')
            end = stpcpy(end, backslash);
        else
            *end++ = item[i];
    }
    *end = '\0';
    return text;
}

/* What may be shown of a URL: without userinfo, and only the beginning if it is long. */
static char *to_shown(const char *url, size_t length)
{
    char *text = to_string(url, length, "\\");
    char *hidden = escape_hide_userinfo(text);
    char *shown =
        xasprintf("%.*s%s", SHOWN_BYTES, hidden, strlen(hidden) > SHOWN_BYTES ? "..." : "");

    free(hidden);
    free(text);
    return shown;
}

static struct target *make_target(const char *key, const char *shown, struct source source,
                                  const char *host, const char *problem)
{
    char *prefix = source_prefix(&source);
    char *placed = xasprintf("%s%s", prefix, problem);
    struct target *target = target_new(&(struct target){.source = source,
                                                        .key = key,
                                                        .given = shown,
                                                        .url = shown,
                                                        .host = host,
                                                        .origin = "",
                                                        .connection_key = "",
                                                        .problem = placed});

    free(placed);
    free(prefix);
    return target;
}

/*
 * Where the authority begins: after scheme and slashes, also if the colon is missing. "host:80" and
 * "user:word" have neither.
 */
static size_t authority_begin(const char *item, size_t length)
{
    size_t begin = 0;

    while (begin < length && item[begin] != ':' && item[begin] != '/')
        begin++;
    if (begin == length ||
        (item[begin] == '/' && begin > 0 && (begin + 1 == length || item[begin + 1] != '/')) ||
        (item[begin] == ':' && (begin + 1 == length || item[begin + 1] != '/')))
        return 0;
    while (begin < length && (item[begin] == ':' || item[begin] == '/'))
        begin++;
    return begin;
}

/* How the authority at an item's beginning may go on after its first bytes. */
enum authority {
    AUTHORITY_ENDED,   /* it has ended; it contained at most a port's colon */
    AUTHORITY_HOST,    /* no colon so far */
    AUTHORITY_PORT,    /* a colon, and digits */
    AUTHORITY_PASSWORD /* a colon, and more than digits */
};

static enum authority scan_authority(const char *item, size_t word)
{
    enum authority authority = AUTHORITY_HOST;

    for (size_t i = authority_begin(item, word); i < word; i++) {
        if (item[i] != '\0' && strchr("/?#", item[i]))
            return AUTHORITY_ENDED;
        if (authority == AUTHORITY_PORT && !isdigit((unsigned char)item[i]))
            return AUTHORITY_PASSWORD;
        if (item[i] == ':')
            authority = AUTHORITY_PORT;
    }
    return authority;
}

size_t target_first_word(const char *item, size_t length)
{
    size_t word = 0;

    while (word < length && !shell_is_blank(item[word]))
        word++;
    return word;
}

bool target_may_split_password(const char *item, size_t word, size_t length)
{
    const char *rest = item + word;
    const char *at = memchr(rest, '@', length - word);

    if (!at)
        return false;
    switch (scan_authority(item, word)) {
    case AUTHORITY_ENDED:
    case AUTHORITY_HOST: return false;
    case AUTHORITY_PORT: return !memchr(rest, '=', (size_t)(at - rest));
    case AUTHORITY_PASSWORD: break;
    }
    return true;
}

/* A target for the whole item that shows only what is given. */
static struct target *refuse_showing(const char *shown, const char *item, size_t length,
                                     struct source source, const char *host, const char *problem)
{
    char *text = to_string(item, length, "\\\\");
    /* The key of a URL has no newline, so no URL has the same key. */
    char *key = xasprintf("\n%s", text);
    struct target *target = make_target(key, shown, source, host, problem);

    free(key);
    free(text);
    return target;
}

struct target *target_refuse(const char *item, size_t length, struct source source,
                             const char *host, const char *problem)
{
    size_t word = source.file ? target_first_word(item, length) : length;
    bool is_secret = target_may_split_password(item, word, length);
    char *shown = is_secret ? xstrdup("***") : to_shown(item, word);
    struct target *target = refuse_showing(shown, item, length, source, host, problem);

    free(shown);
    return target;
}

struct target *target_refuse_around(const char *item, size_t length, const char *url,
                                    size_t url_length, struct source source, const char *problem)
{
    const char *rest = url + url_length;
    /* Unless the authority has ended, a password may go on after the part that is shown. */
    bool is_secret = scan_authority(url, url_length) != AUTHORITY_ENDED &&
                     memchr(rest, '@', (size_t)(item + length - rest));
    char *shown = is_secret ? xstrdup("***") : to_shown(url, url_length);
    struct target *target = refuse_showing(shown, item, length, source, "", problem);

    free(shown);
    return target;
}

struct target *target_refuse_cut(const char *item, size_t length, struct source source,
                                 const char *problem)
{
    size_t word = target_first_word(item, length);
    enum authority authority = scan_authority(item, word);
    /* Unless the authority has ended, a password may end after the part that was read. */
    bool has_ended = authority == AUTHORITY_ENDED || (authority == AUTHORITY_HOST && word < length);
    char *shown = has_ended ? to_shown(item, word) : xstrdup("***");
    struct target *target = make_target(NULL, shown, source, "", problem);

    free(shown);
    return target;
}
