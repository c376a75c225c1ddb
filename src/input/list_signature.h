/* SPDX-License-Identifier: MIT */
#ifndef INPUT_LIST_SIGNATURE_H
#define INPUT_LIST_SIGNATURE_H

#include <stddef.h>

/*
 * Whether the beginning of a list is that of a file which is no text: compressed, an Office document, a
 * PDF. Its problem, a static phrase that says what to do, and the length of the bytes that it is known
 * by; or NULL.
 */
const char *list_signature_problem(const char *start, size_t length, size_t *signature_length);

#endif
