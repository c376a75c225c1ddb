/* SPDX-License-Identifier: MIT */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Text from outside (lists, URLs, servers) made fit to be shown. Every format and every message
 * goes through escape_text(), so that nothing hostile or secret reaches a terminal or a record.
 */

/*
 * A copy of text, which the caller frees, or NULL with errno ENOMEM:
 * - user:password in a URL becomes ***, wherever ":/" stands, and at the very beginning, where
 *   the scheme may be missing (RFC 3986, section 3.2.1: userinfo ends at the last @ before / ? #);
 * - control characters (C0, DEL, C1), line and paragraph separators and bidirectional formatting
 *   characters become \xNN or \u{NNNN};
 * - bytes that are not UTF-8 (RFC 3629: no overlong forms, no surrogates) become \xNN.
 * The copy is valid UTF-8 on one line.
 */
char *escape_text(const char *text);

/*
 * escape_text() for what should be one word, a URL: spaces become \x20 too, so that a line has as
 * many fields as it should.
 */
char *escape_url(const char *url);

/* Whether a character of the text would be escaped: whether it is not fit to be shown. */
bool escape_is_needed(const char *text);

/*
 * A copy of what should have been a URL, hiding all between its scheme (or beginning) and its last
 * @: where the text is malformed nobody knows where a password ends. The caller frees it; NULL
 * with errno ENOMEM.
 */
char *escape_hide_userinfo(const char *text);

#endif
