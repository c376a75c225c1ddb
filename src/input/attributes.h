/* SPDX-License-Identifier: MIT */
#ifndef INPUT_ATTRIBUTES_H
#define INPUT_ATTRIBUTES_H

#include <stddef.h>

#include "base/error.h"
#include "input/check.h"

/*
 * The text after a URL in a list: `max-time=3 header="X: y" head name='the API'`, words as in
 * base/shell_words.h. A key is the long name of an option with SCOPE_CHECK. Its value replaces the
 * command line's for this line or, if the option is repeatable, is added. name is the line's label. A #
 * that begins a word begins a comment.
 */
struct attributes {
    struct check *check; /* owned; NULL: the line is checked as the command line says */
    char *name;          /* owned; NULL: none */
    char *shown;         /* all others, as they were given but without secrets; owned; NULL: none */
};

/* What attributes are added to, and compared with. */
struct line_defaults {
    const struct check *check; /* of a line without attributes */
    const char *distrust;      /* as in struct option_use */
    char *identity;            /* of the command line's check, by check_identify() */
    char *request_identity;    /* the same by check_identify_request() */
};

/*
 * Reads attributes from a text without NUL bytes. 0; or -1 with the reason, which names the
 * attribute and says what is right, and errno as from option_apply(). After 0 the caller frees the
 * members of *attributes.
 */
int attributes_parse(const char *text, size_t length, const struct line_defaults *defaults,
                     struct attributes *attributes, struct error *error);

#endif
