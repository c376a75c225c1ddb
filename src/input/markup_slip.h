/* SPDX-License-Identifier: MIT */
#ifndef INPUT_MARKUP_SLIP_H
#define INPUT_MARKUP_SLIP_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Names what a line of a list is that was copied from another kind of text: Markdown, HTML, a row of a
 * table, the output of grep, a list with bullets. Each function that names it returns a phrase, which
 * the caller frees. given is the line's first word.
 */

/* A Markdown link, HTML, a row with a URL. NULL: none of them. */
char *markup_slip_find(const char *given, bool is_operand);

/* Text before or after the URL, or a heading, row or comment without a URL. NULL: none of them. */
char *markup_slip_find_around(const char *given, bool has_scheme);

/* What a line is whose URL begins only at line + before. */
char *markup_slip_name(const char *line, size_t before);

/*
 * Where the first http:// or https:// after the first `word` bytes of a line begins, and the length of
 * that URL. Not in a comment, and not after the = of an attribute. NULL: there is none.
 */
const char *markup_slip_find_url(const char *line, size_t word, size_t length, size_t *url_length);

#endif
