/* SPDX-License-Identifier: MIT */
#ifndef INPUT_TARGET_H
#define INPUT_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "input/settings.h"

/* Where a URL was given. */
struct source {
    const char *file; /* NULL: the command line; borrowed, lives as long as the process */
    size_t line;      /* from 1; on the command line, which of the operands; 0: no such place */
};

/* A URL and what is asked of it. Immutable once made; threads may share it. */
struct target {
    const struct check *check; /* the command line's, or own_check */
    struct check *own_check;   /* NULL: its line asks for nothing of its own; owned */
    struct source source;
    const char *key;    /* two with the same key are the same: URL, name, and what is asked, however
                            it was written; NULL: it is like no other, as its end is not known */
    const char *name;   /* its line's label; NULL: none */
    const char *given;  /* the URL as it was given, or what may be shown of the item */
    const char *url;    /* the same with its scheme; given is its end */
    const char *host;   /* its name or address, in lower case; "" if it is no URL */
    const char *origin; /* scheme, host and port (RFC 6454) */
    const char *pool;   /* the origin and what is asked: whom an idle connection can serve */
    const char *problem; /* why it cannot be checked, a phrase for people; NULL if it can */
    char storage[];
};

/* Makes targets out of items. One per thread that does so. */
struct target_parser;

/* A parser for the given settings, which it borrows; NULL with errno ENOMEM. */
struct target_parser *target_parser_new(const struct settings *settings);

/* The same, but attributes are added to that check, which it borrows, not to the command line's. */
struct target_parser *target_parser_new_with(const struct settings *settings,
                                             const struct check *check);
void target_parser_free(struct target_parser *parser);

/*
 * The target of an item of length bytes: a URL, and in a file attributes behind it
 * (input/attributes.h), with blanks around them. It is always a target: one that cannot be checked
 * has a problem, its url is what may be shown of the item.
 * The caller frees it; NULL with errno: ENOMEM, or, of a file that an attribute names, EMFILE or
 * ENFILE.
 */
struct target *target_parse(struct target_parser *parser, const char *item, size_t length,
                            struct source source);

/*
 * The target of an item that cannot be checked, with its problem; host is its URL's, "" if it is
 * none. As target_parse().
 */
struct target *target_refuse(const char *item, size_t length, struct source source,
                             const char *host, const char *problem);

/* The same, of an item of which only the first length bytes were read. */
struct target *target_refuse_cut(const char *item, size_t length, struct source source,
                                 const char *problem);

/*
 * A target like the draft, with copies of its texts; given is the end of the draft's url. It takes
 * over own_check. NULL with errno ENOMEM, own_check is then freed.
 */
struct target *target_new(const struct target *draft);

/* NULL is fine. */
void target_free(struct target *target);

/* How much of an item is its first word; what parts words. */
size_t target_first_word(const char *item, size_t length);
bool target_is_blank(char c);

/*
 * Whether the first word, of word bytes, may be the beginning of a URL with a password that holds a
 * blank: then nothing of the item can be quoted.
 */
bool target_may_part_password(const char *item, size_t word, size_t length);

#endif
