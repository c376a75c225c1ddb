/* SPDX-License-Identifier: MIT */
#ifndef BASE_SHELL_WORDS_H
#define BASE_SHELL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/*
 * Words with a shell's quotes (POSIX.1, "Shell Command Language", section 2.2). Blanks separate
 * words. In '...' every character is literal. In "..." a backslash quotes \, ", $ and `; outside of
 * quotes it quotes any character. Adjacent parts form one word. A # that begins a word begins a comment,
 * to the end of the text. Nothing is expanded.
 */
struct shell_words {
    char *text; /* the words, each with a NUL after it; owned */
    size_t count;
};

/*
 * Splits text, which contains no NUL. 0, and the caller frees words->text; or -1 with the reason
 * and errno EINVAL: a quote without its end, or a backslash at the end of the text.
 */
int shell_words_split(const char *text, size_t length, struct shell_words *words,
                      struct error *error);

/* The text as one word that shell_words_split(), and a shell, reads back. The caller frees it. */
char *shell_quote(const char *text);

/* Whether a character separates words: space, tab, CR or LF. */
bool shell_is_blank(char c);

#endif
