/* SPDX-License-Identifier: MIT */
#ifndef INPUT_ATTRIBUTES_H
#define INPUT_ATTRIBUTES_H

#include <stddef.h>

#include "base/error.h"
#include "input/settings.h"

/*
 * What stands behind a URL in a list: `max-time=3 header="X: y" head name='the API'`, words as in
 * base/shell_words.h. A key is the long name of an option that is about a check: what it says goes
 * before the command line's, or is added to it where the option may be repeated. name is the label.
 */
struct attributes {
    struct check *check; /* the line's own; NULL: the command line's will do */
    char *name;          /* NULL: none */
};

/*
 * What lines begin with, which is the command line's check but for canaries; and what
 * check_identify() and check_identify_asked() make of the command line's.
 */
struct base {
    const struct check *check;
    char *identity;
    char *asked;
};

/*
 * Reads them: text holds no NUL. 0; or -1 with the reason, which names the attribute and what would
 * be right, and errno: EINVAL, or what this machine lacks. With 0 both members are the caller's to
 * free.
 */
int attributes_parse(const char *text, size_t length, const struct base *base,
                     struct attributes *attributes, struct error *error);

#endif
