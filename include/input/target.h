/* SPDX-License-Identifier: MIT */
#ifndef INPUT_TARGET_H
#define INPUT_TARGET_H

#include <stddef.h>

#include "input/settings.h"

/* Where a URL was given. */
struct source {
    const char *file; /* NULL: the command line; borrowed, lives as long as the process */
    size_t line;      /* from 1; on the command line, which of the operands */
};

/* A URL and what is asked of it. Immutable once made; threads may share it. */
struct target {
    const struct check *check;
    struct source source;
    const char *key;    /* the item, all of it: two with the same key are the same; NULL: it is like
                            no other, as its end is not known */
    const char *given;  /* the URL as it was given, or what may be shown of the item */
    const char *url;    /* the same with its scheme; given is its end */
    const char *host;   /* its name or address, in lower case; "" if it cannot be checked */
    const char *origin; /* scheme, host and port (RFC 6454): what a connection can serve */
    const char *problem; /* why it cannot be checked, a phrase for people; NULL if it can */
    char storage[];
};

/* Makes targets out of items. One per thread that does so. */
struct target_parser;

/* A parser for the given settings, which it borrows; NULL with errno ENOMEM. */
struct target_parser *target_parser_new(const struct settings *settings);
void target_parser_free(struct target_parser *parser);

/*
 * The target of an item of length bytes: a URL, perhaps with blanks around it. It is always a
 * target: one that cannot be checked has a problem, its url is what may be shown of the item.
 * The caller frees it; NULL with errno ENOMEM.
 */
struct target *target_parse(struct target_parser *parser, const char *item, size_t length,
                            struct source source);

/* The target of an item of which only the first length bytes were read. As target_parse(). */
struct target *target_refuse_cut(const char *item, size_t length, struct source source,
                                 const char *problem);

/* NULL is fine. */
void target_free(struct target *target);

#endif
