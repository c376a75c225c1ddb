/* SPDX-License-Identifier: MIT */
#ifndef INPUT_EXTRACT_H
#define INPUT_EXTRACT_H

#include <stdbool.h>
#include <stddef.h>

#include "extract_char.h"
#include "extract_url.h"

/*
 * --extract: finds the http and https URLs in any text, in bounded memory: the text is passed part by
 * part. What a URL is:
 * - It begins with http:// or https:// (the // may be escaped) that is not the end of a word.
 * - Delimiters decide where it ends: "..." '...' `...` <...> without blanks in them, [text](...),
 *   href="..." and src="..." with blanks in them.
 * - Without them, it ends at a blank, " < > ` |, at punctuation that is not ASCII, at a bracket or a brace
 *   that was not opened in it, where another URL follows; and the rules of GitHub Flavored Markdown for
 *   the end of a sentence apply (https://github.github.com/gfm/#autolinks-extension-).
 * - Backslashes, entities (HTML, XML, Markdown) and quoted-printable are decoded.
 * - Placeholders and unfinished addresses are ignored: extract_is_address(), and where a program
 *   adds something to the URL. So are the names of XML namespaces, DOCTYPE, and lines with a NUL byte.
 */
#define EXTRACT_BEFORE_BYTES 64

/* A file with a NUL byte and another control character in its first bytes is binary as a whole. */
#define EXTRACT_BINARY_BYTES 512

struct extractor {
    struct extract_syntax syntax;
    bool has_begun;
    size_t line;      /* of the next byte, from 1 */
    size_t known;     /* how many bytes have been passed, up to EXTRACT_BINARY_BYTES */
    bool has_nul;     /* a NUL byte is among them */
    bool has_control; /* another control character that text does not have is */
    bool is_binary;   /* the line has a NUL byte so far */
    char skipped_to;  /* all up to this byte is ignored; 0: nothing */
    size_t skipped;   /* how many bytes that were so far */
    bool skips_word;  /* the rest of a URL that is too long */
    char before[EXTRACT_BEFORE_BYTES]; /* the bytes before the text */
    size_t before_length;
    struct extract_url url;
};

/* Begins a file. Its name says what kind of text it is, or else its first bytes. */
void extractor_begin(struct extractor *extractor, const char *file_name);

/* Frees what it owns. All zeros are fine. */
void extractor_release(struct extractor *extractor);

/* A URL that was found. */
struct extracted {
    const char *url; /* decoded, not terminated, valid until the next call; NULL: none was found */
    size_t length;
    size_t line;
    bool is_cut; /* only its beginning is known: it has more bytes than the text */
};

/*
 * Looks for the next URL in the next part of the file. Returns how many bytes of it are done: the
 * next part begins after them. Without a URL, the part must be longer next time, or is the last.
 * is_full: it cannot be longer, so a URL that does not end in it is cut.
 */
size_t extractor_next(struct extractor *extractor, const struct extract_text *text, bool is_full,
                      struct extracted *found);

#endif
