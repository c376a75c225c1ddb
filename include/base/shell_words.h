/* SPDX-License-Identifier: MIT */
#ifndef BASE_SHELL_WORDS_H
#define BASE_SHELL_WORDS_H

#include <stddef.h>

#include "base/error.h"

/*
 * Words quoted as for a shell (POSIX.1, section 2.2): blanks part them; '...' is taken as it is;
 * in "..." a backslash quotes another, a double quote, $ and `, elsewhere whatever follows; parts
 * that touch join. Nothing is expanded, and # begins no comment.
 */
struct shell_words {
    char *text; /* the words, a NUL behind each; owned */
    size_t count;
};

/*
 * Splits text, which holds no NUL. 0, *words to be released by free(words->text); or -1 with the
 * reason and errno: EINVAL (a quote that does not end, a backslash at the end), ENOMEM.
 */
int shell_words_split(const char *text, size_t length, struct shell_words *words,
                      struct error *error);

/* A text as one word that shell_words_split(), and a shell, reads back. To be freed; NULL with ENOMEM. */
char *shell_quote(const char *text);

#endif
