/* SPDX-License-Identifier: MIT */
#ifndef INPUT_EXTRACT_RULES_H
#define INPUT_EXTRACT_RULES_H

#include "extract_char.h"

/* The rules for what is before and after a URL in a text, and for what is an address at all. */

/* A URL, decoded. The buffer is reused; free(start) ends it. It is not terminated. */
struct extract_url {
    char *start;
    size_t length;
    size_t capacity;
};

/* What the text before a URL says about its end. All zeros: nothing. */
struct extract_opening {
    char closer;         /* the URL ends at this character: " ' ` > or ); 0: by the general rules */
    bool is_escaped;     /* the closer has a backslash, as the opening quote: \"http://host/\" */
    bool keeps_blanks;   /* until the closer: attributes of HTML, <...> in links of Markdown */
    bool is_attribute;   /* href or src of HTML, in any file */
    bool is_sentence;    /* in quotes that may be those of a sentence: its punctuation is removed */
    bool is_parenthesis; /* a ) without its ( ends the URL */
    bool is_definition;  /* of Markdown, "[1]: URL": punctuation at the end is part of it */
    bool is_emphasis;    /* a * of Markdown was opened before the URL */
    char separator;      /* of columns; ends the URL; 0: none */
    bool is_none;        /* no URL: the middle of a word, git+https://, a regular expression */
    bool is_name;        /* the name of an XML namespace, or the place of its schema */
    bool is_cut;         /* the text must be longer to know */
};

/* before: the text up to the URL; ahead: the text after "http://". */
struct extract_opening extract_opening_find(const struct extract_text *before,
                                            const struct extract_text *ahead,
                                            const struct extract_syntax *syntax);

/* Whether a character is never part of a URL: blanks, controls, " < > `, punctuation beyond ASCII. */
bool extract_is_delimiter(uint32_t code);

/*
 * Removes what is after a URL in a sentence: GFM, "extended autolink path validation". is_emphasis: a *
 * at the end belongs to one before the URL.
 */
void extract_trim(const char *url, size_t *length, bool is_emphasis);

/*
 * Whether a URL is one that can be requested. Not so without a host, and if it is a placeholder: it has
 * { } $NAME /.../ or a % that is not followed by two hexadecimal digits, ends in a *, its host has a * or is
 * in capitals and without a dot, or its port is a word.
 */
bool extract_is_address(const char *url, size_t length);

/* Whether the name of a tag is one of HTML that is usual in running text. */
bool extract_is_html_element(const char *name, size_t length);

#endif
