/* SPDX-License-Identifier: MIT */
#ifndef INPUT_PATTERN_H
#define INPUT_PATTERN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/*
 * Regular expressions of PCRE2 (https://www.pcre.org/current/doc/html/pcre2pattern.html), for
 * --regex, --not-regex and --expect-header:
 * - text is UTF-8; bytes of it that are not UTF-8 count as U+FFFD, as in a browser;
 * - ^ and $ match at every line; CR, LF and CR LF end a line, and a dot matches none of them;
 * - a NUL byte is a character like any other.
 *
 * A pattern is compiled once, when its option is read, and does not change after that: any number
 * of threads may search with it at the same time. It is reference-counted, as every line with
 * attributes has a copy of the command line's patterns.
 */
struct pattern {
    char *argument;         /* the option's argument, for messages */
    const char *expression; /* the end of argument that is the regular expression */
    struct pcre2_real_code_8 *code;
    atomic_size_t references;
};

/*
 * Compiles the end of argument that begins at offset. NULL with the reason, PCRE2's message and
 * where in the expression, and errno EINVAL. An empty expression matches every text.
 * The caller owns one reference.
 */
struct pattern *pattern_new(const char *argument, size_t offset, struct error *error);
struct pattern *pattern_ref(struct pattern *pattern);
void pattern_unref(struct pattern *pattern);

/*
 * Whether the text contains a match: 1 or 0; or -1 if a limit was reached first, so that it is not
 * known. The limits are PATTERN_SEARCH_MS of this thread's CPU time and PATTERN_SEARCH_BYTES of
 * memory: both pattern and text may come from strangers. is_cut: the last line goes on after the
 * end of the text, so $ does not match there. Works on the small stack of a worker thread.
 */
#define PATTERN_SEARCH_MS 1000
#define PATTERN_SEARCH_BYTES (16 * 1024 * 1024)
int pattern_search(const struct pattern *pattern, const char *text, size_t length, bool is_cut);

/* Patterns in the order of their options. A list of all zeros is empty. */
struct pattern_list {
    struct pattern **items;
    size_t count;
};

/* Appends a pattern, whose reference it takes over. */
void pattern_list_add(struct pattern_list *patterns, struct pattern *pattern);

/* Sets *copy, which is overwritten, to a list of the same patterns. */
void pattern_list_copy(struct pattern_list *copy, const struct pattern_list *patterns);
void pattern_list_release(struct pattern_list *patterns);

#endif
