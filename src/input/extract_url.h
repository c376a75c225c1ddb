/* SPDX-License-Identifier: MIT */
#ifndef INPUT_EXTRACT_URL_H
#define INPUT_EXTRACT_URL_H

#include <stddef.h>

#include "extract_rules.h"

/* Where a URL that begins in a text ends. The rules are in extract.h. */

enum extract_found {
    EXTRACT_URL,    /* a URL */
    EXTRACT_NONE,   /* no URL, or one that is ignored */
    EXTRACT_NAME,   /* the name of an XML namespace: all up to the next quote is ignored */
    EXTRACT_UNENDED /* the text must be longer to know where it ends; *url is what there is so far */
};

/*
 * Looks at an h, in lower or upper case, at text->start[offset]. before: the bytes before it; 64 of them
 * are enough. *end is the offset from which on the text is searched further; not set for
 * EXTRACT_UNENDED.
 */
enum extract_found extract_url_find(const struct extract_syntax *syntax,
                                    const struct extract_text *text, size_t offset,
                                    const struct extract_text *before, struct extract_url *url,
                                    size_t *end);

#endif
