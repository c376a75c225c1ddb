/* SPDX-License-Identifier: MIT */
#ifndef INPUT_LIST_SIGNATURE_H
#define INPUT_LIST_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the beginning of a list is that of a file which is no text: compressed, an Office document, a
 * PDF. Its problem, a static phrase that says what to do, and the length of the bytes that it is known
 * by; or NULL.
 */
const char *list_signature_problem(const char *start, size_t length, size_t *signature_length);

/*
 * Whether the beginning of a list, or of one of its lines, is in UTF-16: a byte order mark, or two ASCII
 * characters with a NUL before or after each.
 */
bool list_is_utf16(const char *start, size_t length);

#endif
