/* SPDX-License-Identifier: MIT */
#ifndef INPUT_FOREIGN_OPTIONS_H
#define INPUT_FOREIGN_OPTIONS_H

#include <stddef.h>

/*
 * Options of other tools (curl, wget, lychee, httpx, check_http, ffuf, hey, fping, xargs, muffet,
 * linkinator, ...) that urlcheck does not have, and what to do instead. This is data about words that
 * users type: an answer is given only where urlcheck has no option of that name.
 */
struct foreign_option {
    const char *names;  /* as typed, with their dashes; separated by spaces */
    const char *answer; /* a phrase for people */
};

extern const struct foreign_option foreign_options[];
extern const size_t foreign_option_count;

/*
 * The answer to the first length bytes of a word, an option without its "=value", which begins with
 * a dash. A long name may have one dash only. NULL: none is known.
 */
const char *foreign_option_answer(const char *word, size_t length);

#endif
