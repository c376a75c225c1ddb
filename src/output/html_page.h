/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_HTML_PAGE_H
#define OUTPUT_HTML_PAGE_H

#include "base/text.h"

/*
 * What surrounds the contents of the html format's pages: <head> with the style (html.css, and that of the
 * kind of page) and the content security policy, and at the end the script. A page loads nothing, and the
 * policy makes browsers refuse whatever else a text may smuggle in: it allows exactly this style and this
 * script, by their SHA-256 hashes (https://www.w3.org/TR/CSP3/), and no style attributes.
 */
enum html_kind {
    HTML_REPORT, /* of one run: html_report.css, html_report.js */
    HTML_STATUS  /* of a history: html_status.css, html_status.js */
};

struct html_page {
    enum html_kind kind;
    const char *title; /* text of our own and text that base/escape.h has escaped */
    const char *color; /* of the icon, six hexadecimal digits */
    const char *feed;  /* the URL of the Atom feed beside it, percent-encoded; NULL: none */
    int refresh_s;     /* browsers load it again after this time; 0: never */
};

/* Up to <body>. */
void html_page_begin(struct text *out, const struct html_page *page);

/* From the script to </html>. */
void html_page_end(struct text *out, const struct html_page *page);

#endif
