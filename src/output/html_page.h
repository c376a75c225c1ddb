/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_HTML_PAGE_H
#define OUTPUT_HTML_PAGE_H

#include <stdio.h>

/*
 * What surrounds the contents of the html format's page: <head> with the style (html.css) and the content
 * security policy, and at the end the script (html.js). The page loads nothing, and the policy makes
 * browsers refuse whatever else a text may smuggle in: it allows exactly this style and this script, by
 * their SHA-256 hashes (https://www.w3.org/TR/CSP3/), and no style attributes.
 */

/*
 * Up to <body>. The title is text of our own and text that base/escape.h has escaped. color: of the icon, six
 * hexadecimal digits.
 */
void html_page_begin(FILE *file, const char *title, const char *color);

/* From the script to </html>. */
void html_page_end(FILE *file);

#endif
