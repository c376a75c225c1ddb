/* SPDX-License-Identifier: MIT */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Makes text from outside (lists, URLs, responses) safe to print. Every output format and every
 * message uses it, so that no text controls a terminal, breaks a record, or shows a password.
 *
 * The functions return a copy that the caller frees. Any thread; the time is linear in the length.
 */

/*
 * Escapes text:
 * - userinfo of a URL (RFC 3986, section 3.2.1: all up to the last @ before / ? #) becomes ***. A
 *   URL's authority begins after ":/", after a single quote (messages quote with it), and at the
 *   beginning of the text, since the scheme may be missing. "mailto:me@home" has no userinfo;
 * - control characters (Unicode category Cc: C0, DEL, C1), characters that change the direction of
 *   text (UAX #9; they can make text look like another one: CVE-2021-42574) and characters that are
 *   invisible or look like a space (the properties Default_Ignorable_Code_Point and White_Space,
 *   UAX #44, except the space; U+2800; U+FFF9 to U+FFFB), and U+FFFE and U+FFFF, which XML does not
 *   allow, become \xNN or \u{NNNN};
 * - the second # of ## becomes \x23: CI systems take ##[error] and ##vso[...] anywhere in a line for
 *   commands (actions/runner, ActionCommand.cs; azure-pipelines-agent, Command.cs);
 * - bytes that are not UTF-8 (RFC 3629: overlong forms and surrogates included) become \xNN.
 * The result is UTF-8 on one line. Escaping it again changes nothing.
 */
char *escape_text(const char *text);

/* Escapes a URL: as escape_text(), and spaces become \x20, so that it stays one field of a line. */
char *escape_url(const char *url);

/*
 * The beginning of a text, of at most that many characters, as escape_text() escapes it. If there is
 * more, "..." follows. Passwords are hidden before the text is cut.
 */
char *escape_excerpt(const char *text, size_t characters);

/* Whether escape_text() escapes the character: it controls, or it cannot be seen. */
bool escape_is_hidden(uint32_t character);

/* Whether escape_text() would escape a character or byte. Passwords are not looked for. */
bool escape_is_needed(const char *text);

/*
 * Hides everything between the scheme (or the beginning) and the last @. For text that should be a
 * URL and is malformed, where the end of a password is unknown. Nothing else is escaped. A mail address
 * (mailto:) is copied as it is.
 */
char *escape_hide_userinfo(const char *text);

#endif
