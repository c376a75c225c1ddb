/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_HTML_PARTS_H
#define OUTPUT_HTML_PARTS_H

#include "base/text.h"

/* What all pages of the html format have: links, and the heads of tables. */

/*
 * Text, which is already escaped, as a link to a URL, if that is http or https and reads the same once it is
 * escaped (a password, which is hidden, or an invisible character would lead elsewhere); else as text.
 */
void html_print_link(struct text *out, const char *url, const char *text);

/* The URL itself as such a link. */
void html_print_address(struct text *out, const char *url);

/* The head of a table with these columns, which NULL ends, and the beginning of its body. */
void html_print_columns(struct text *out, const char *const *columns);

#endif
