/* SPDX-License-Identifier: MIT */
#ifndef INPUT_EXTRACT_CHAR_H
#define INPUT_EXTRACT_CHAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The characters of a text, as extract.h reads them: entities, backslashes and the encodings of mail are
 * decoded.
 */

/* What kind of text a file is. All zeros: any text. */
struct extract_syntax {
    bool is_markup;    /* HTML or XML: a < begins a tag */
    bool has_entities; /* HTML, XML or Markdown: &amp; is & */
    bool is_xml;       /* &amp;amp; is & as well: HTML inside of XML (RSS) is escaped twice */
    /* A part of a mail: =3D is =, and a = at the end of a line joins it to the next one (RFC 2045,
       section 6.7). */
    bool is_quoted_printable;
    /* vCard, iCalendar: a line that begins with a blank continues the one before (RFC 6350, section
       3.2). */
    bool is_folded;
    bool is_asciidoc; /* a [ ends a URL: https://host/[text] */
    char separator;   /* of a table's columns; 0: none */
};

/* A part of a file. */
struct extract_text {
    const char *start;
    size_t length;
    bool is_end; /* nothing follows: otherwise more bytes may */
};

/* Codes that are no characters. */
enum {
    EXTRACT_NOTHING = 0x110000, /* bytes that mean nothing: a soft line break */
    EXTRACT_PATTERN,            /* a part of a regular expression or of a program: \d \. \( */
    EXTRACT_MORE                /* the text must be longer to know */
};

struct extract_char {
    uint32_t code;   /* a Unicode code point, or one of the above */
    size_t bytes;    /* how many it takes in the text; 0: the end of the text, code is '\n' */
    bool is_entity;  /* written as an entity, so it is no delimiter of the text around it */
    bool is_escaped; /* written with a backslash */
};

/*
 * The character at an offset. A byte that is not UTF-8 is a character of Latin-1. Escapes: \/ and other
 * escaped punctuation (Markdown, LaTeX, shells) is that punctuation; \uNNNN and \xNN (JSON, JavaScript)
 * the character; \n and other letters (C) are a newline, which ends a URL.
 */
struct extract_char extract_char_at(const struct extract_syntax *syntax,
                                    const struct extract_text *text, size_t offset);

#endif
