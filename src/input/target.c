/* SPDX-License-Identifier: MIT */
#include "input/target.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/check.h"
#include "base/escape.h"

/* How much of a refused item is shown. */
#define SHOWN_BYTES 1000

bool target_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t room_for(const char *text)
{
    return text ? strlen(text) + 1 : 0;
}

/* Copies text to the storage at *end. */
static const char *store(char **end, const char *text)
{
    char *start = *end;

    if (!text)
        return NULL;
    *end = stpcpy(start, text) + 1;
    return start;
}

struct target *target_new(const struct target *draft)
{
    const char *key = draft->key == draft->given ? NULL : draft->key;
    const char *pool = draft->pool == draft->origin ? NULL : draft->pool;
    struct target *target =
        malloc(sizeof(*target) + room_for(draft->url) + room_for(key) + room_for(draft->name) +
               room_for(draft->host) + room_for(draft->origin) + room_for(pool) +
               room_for(draft->problem));
    char *end;

    if (!target) {
        check_free(draft->own_check);
        return NULL;
    }
    *target = *draft;
    end = target->storage;
    target->url = store(&end, draft->url);
    target->given = target->url + strlen(draft->url) - strlen(draft->given);
    target->key = draft->key == draft->given ? target->given : store(&end, key);
    target->name = store(&end, draft->name);
    target->host = store(&end, draft->host);
    target->origin = store(&end, draft->origin);
    target->pool = pool ? store(&end, pool) : target->origin;
    target->problem = store(&end, draft->problem);
    return target;
}

void target_free(struct target *target)
{
    if (!target)
        return;
    check_free(target->own_check);
    free(target);
}

/*
 * The item as a string: NUL bytes made visible and, so that nothing else looks the same, each
 * backslash doubled. NULL with errno ENOMEM.
 */
static char *as_string(const char *item, size_t length, const char *backslash)
{
    char *text = malloc(4 * length + 1);
    char *end = text;

    for (size_t i = 0; text && i < length; i++) {
        if (item[i] == '\0')
            end = stpcpy(end, "\\x00");
        else if (item[i] == '\\')
            end = stpcpy(end, backslash);
        else
            *end++ = item[i];
    }
    if (text)
        *end = '\0';
    return text;
}

/* Text as a URL may be shown: no secret, and not all if it is long. NULL with ENOMEM. */
static char *showable(const char *item, size_t length)
{
    char *text = as_string(item, length, "\\");
    char *hidden = text ? escape_hide_userinfo(text) : NULL;
    char *shown = NULL;

    if (hidden && asprintf(&shown, "%.*s%s", SHOWN_BYTES, hidden,
                           strlen(hidden) > SHOWN_BYTES ? "..." : "") < 0)
        shown = NULL;
    free(hidden);
    free(text);
    return shown;
}

/* "list:3: problem", "argument 2: problem", "problem". NULL with errno ENOMEM. */
static char *locate(struct source source, const char *problem)
{
    char *located;
    int length;

    if (source.line == 0)
        return strdup(problem);
    if (!source.file)
        length = asprintf(&located, "argument %zu: %s", source.line, problem);
    else
        length =
            asprintf(&located, "%s:%zu: %s", strcmp(source.file, "-") == 0 ? "stdin" : source.file,
                     source.line, problem);
    return length < 0 ? NULL : located;
}

/* A target with a problem, of which shown is what may be shown. */
static struct target *refuse(const char *key, const char *shown, struct source source,
                             const char *host, const char *problem)
{
    char *located = locate(source, problem);
    struct target draft = {.source = source,
                           .key = key,
                           .given = shown,
                           .url = shown,
                           .host = host,
                           .origin = "",
                           .pool = "",
                           .problem = located};
    struct target *target = located ? target_new(&draft) : NULL;

    free(located);
    return target;
}

/* Where the authority begins: behind scheme and slashes. "host:80" and "user:word" have none. */
static size_t authority_begin(const char *item, size_t length)
{
    size_t begin = 0;

    while (begin < length && item[begin] != ':' && item[begin] != '/')
        begin++;
    if (begin == length || (item[begin] == '/' && begin > 0) ||
        (item[begin] == ':' && (begin + 1 == length || item[begin + 1] != '/')))
        return 0;
    while (begin < length && (item[begin] == ':' || item[begin] == '/'))
        begin++;
    return begin;
}

/* How much the authority at an item's beginning leaves open, as far as word bytes show it. */
enum authority {
    AUTHORITY_ENDED, /* it ends, with no colon before but that of a port */
    AUTHORITY_HOST,  /* no colon so far */
    AUTHORITY_PORT,  /* a colon, and digits */
    AUTHORITY_PASSWORD
};

static enum authority look_at_authority(const char *item, size_t word)
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

    while (word < length && !target_is_blank(item[word]))
        word++;
    return word;
}

bool target_may_part_password(const char *item, size_t word, size_t length)
{
    const char *behind = item + word;
    const char *at = memchr(behind, '@', length - word);

    if (!at)
        return false;
    switch (look_at_authority(item, word)) {
    case AUTHORITY_ENDED:
    case AUTHORITY_HOST: return false;
    case AUTHORITY_PORT: return !memchr(behind, '=', (size_t)(at - behind));
    case AUTHORITY_PASSWORD: break;
    }
    return true;
}

struct target *target_refuse(const char *item, size_t length, struct source source,
                             const char *host, const char *problem)
{
    size_t word = source.file ? target_first_word(item, length) : length;
    char *text = as_string(item, length, "\\\\");
    char *shown =
        target_may_part_password(item, word, length) ? strdup("***") : showable(item, word);
    struct target *target = NULL;
    char *key;

    /* The newline keeps it apart from the keys of URLs, which hold none. */
    if (text && shown && asprintf(&key, "\n%s", text) >= 0) {
        target = refuse(key, shown, source, host, problem);
        free(key);
    }
    free(shown);
    free(text);
    return target;
}

struct target *target_refuse_cut(const char *item, size_t length, struct source source,
                                 const char *problem)
{
    size_t word = target_first_word(item, length);
    enum authority authority = look_at_authority(item, word);
    /* Without its end nobody knows how much of it is a password: then nothing of it is shown. */
    bool is_known = authority == AUTHORITY_ENDED || (authority == AUTHORITY_HOST && word < length);
    char *shown = is_known ? showable(item, word) : strdup("***");
    struct target *target = shown ? refuse(NULL, shown, source, "", problem) : NULL;

    free(shown);
    return target;
}
