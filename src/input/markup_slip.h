/* SPDX-License-Identifier: MIT */
#ifndef INPUT_MARKUP_SLIP_H
#define INPUT_MARKUP_SLIP_H

#include <stddef.h>

#include "slip_text.h"

/*
 * Names what a line of a list is that was copied from another kind of text: Markdown, HTML, a row of a
 * table, the output of grep, a list with bullets. Each function returns a phrase, which the caller
 * frees.
 */

/* A Markdown link, HTML, a row with a URL. NULL: none of them. */
char *markup_slip_find(const struct url_slip_text *text);

/* Text before or after the URL, or a heading, row or comment without a URL. NULL: none of them. */
char *markup_slip_find_around(const struct url_slip_text *text);

/* What a line of length bytes is, if its URL begins only at line + before. */
char *markup_slip_name(const char *line, size_t before);

/*
 * Where the first http:// or https:// after the first `word` bytes of a line begins, and the length of
 * that URL. Not in a comment, and not after the = of an attribute. NULL: there is none.
 */
const char *markup_slip_find_url(const char *line, size_t word, size_t length, size_t *url_length);

#endif
