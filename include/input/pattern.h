/* SPDX-License-Identifier: MIT */
#ifndef INPUT_PATTERN_H
#define INPUT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/*
 * Extended regular expressions of POSIX.1 (chapter 9 of its base definitions), matched as grep -E
 * does, with these rules on top:
 * - text is lines, which end in LF, CR LF or NUL: ^ and $ are a line's ends, nothing spans two;
 * - text is bytes, whatever the locale: a letter beyond ASCII, of two bytes or more, may not stand
 *   within brackets, nor be repeated without parentheses around it;
 * - no back-references, at most 20 parentheses within each other, nothing huge: a search of a body
 *   that somebody else chose must end soon, on the small stack of a thread.
 */

/* 0; or -1 with the reason and errno: EINVAL, ENOMEM. */
int pattern_check(const char *pattern, struct error *error);

/*
 * Whether a line of text has a match of the pattern, which pattern_check() has accepted: 1 or 0;
 * -1 with errno ENOMEM. text[length] must be there too. cut: the last line does not end there. The
 * text's NULs become LFs; nothing of it is kept.
 */
int pattern_search(const char *pattern, char *text, size_t length, bool cut);

#endif
