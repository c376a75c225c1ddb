/* SPDX-License-Identifier: MIT */
#ifndef INPUT_TARGET_H
#define INPUT_TARGET_H

#include <stddef.h>

#include "input/settings.h"

/* Where a URL was given. */
struct source {
    const char *file; /* NULL: the command line; borrowed, valid until the process ends */
    size_t line;      /* from 1; on the command line, which of the operands; 0: unknown */
};

/* The file's name for people: "stdin" for "-"; NULL: the command line. Not escaped; borrowed. */
const char *source_file_name(const struct source *source);

/* "list:3: ", "argument 2: ", "" if the line is unknown: what a problem begins with. The caller frees it. */
char *source_prefix(const struct source *source);

/* A URL and how it is checked. It does not change once it is made; threads may share it. */
struct target {
    const struct check *check; /* the command line's, or own_check */
    struct check *own_check;   /* owned; NULL: the line has no attributes that change the check */
    struct source source;
    const char *key;  /* equal for two targets that are the same: URL, name and check. NULL: the
                            end of the item is not known, so it is the same as no other */
    const char *name; /* the line's label; NULL: none */
    const char *attributes; /* the line's other attributes, as they may be printed; NULL: none */
    const char *given;      /* the URL as given, or what may be shown of an item without one */
    const char *url;        /* given with its scheme; given is the end of it */
    const char *host;       /* name or address, in lower case; "" if the item has none */
    const char *origin;     /* scheme, host and port (RFC 6454, section 4) */
    const char *connection_key; /* equal for two targets that may use the same idle connection */
    const char *problem;        /* why it cannot be checked, a phrase for people; NULL: it can */
    char storage[];
};

/*
 * A target with the values of *fields and copies of its texts; fields->given must be the end of
 * fields->url. It takes over own_check. target_free() frees it.
 */
struct target *target_new(const struct target *fields);

/* The port of the URL, or that of its scheme; 0 if the item has none. */
int target_port(const struct target *target);

/*
 * Those of its attributes that say how it is checked, sorted, with a blank before each; "" if there are none:
 * what stays the same if the line is written in another way. needs= and maintenance= are none of them. The
 * caller frees it.
 */
char *target_attributes(const struct target *target);

/*
 * What reports call it: "name (URL)", or the URL, '' if that is empty; escaped. The caller frees it.
 */
char *target_case(const struct target *target);

/* NULL is allowed. */
void target_free(struct target *target);

#endif
