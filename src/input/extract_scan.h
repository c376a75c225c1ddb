/* SPDX-License-Identifier: MIT */
#ifndef INPUT_EXTRACT_SCAN_H
#define INPUT_EXTRACT_SCAN_H

#include "extract_rules.h"

/*
 * A URL that is being read, character by character, by extract_url.c: what is known of it so far, what comes
 * next, and whether it ends there.
 */
struct extract_scan {
    const struct extract_syntax *syntax;
    struct extract_syntax own_syntax;
    const struct extract_text *text;
    size_t at; /* the offset of the next character */
    struct extract_url *url;
    struct extract_opening opening;
    bool ended_exactly; /* by the delimiter that belongs to the opening */
    bool needs_more;    /* bytes, to know whether the URL ends here */
    bool is_placeholder;

    bool in_authority;
    bool has_userinfo;
    size_t label_ascii; /* letters and digits of ASCII since the last dot of the host */
    bool has_dot;
    size_t mixed_at;     /* the offset of the first other letter after them; 0: none */
    size_t mixed_length; /* of the URL before it */

    size_t parentheses, braces, brackets; /* how many are open */
};

/* How far a URL reads ahead for what is after it. */
#define EXTRACT_AHEAD_BYTES 48

/* The byte at a distance from the next character; '\n' at the end of the text. May set needs_more. */
char extract_peek(struct extract_scan *scan, size_t distance);

/* The distance of the first byte of that kind, at least `from`; EXTRACT_AHEAD_BYTES: there is none. */
size_t extract_find_ahead(struct extract_scan *scan, size_t from, bool (*is_found)(char));

/* Whether a word, in lower or upper case, is at a distance. */
bool extract_is_ahead(struct extract_scan *scan, size_t distance, const char *word);

/*
 * Whether the URL ends before a character, which is the next one. Counts what it opens and closes, and notes
 * ended_exactly, is_placeholder and has_userinfo.
 */
bool extract_ends_before(struct extract_scan *scan, const struct extract_char *c);

#endif
