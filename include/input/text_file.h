/* SPDX-License-Identifier: MIT */
#ifndef INPUT_TEXT_FILE_H
#define INPUT_TEXT_FILE_H

#include <stddef.h>

#include "input/reason.h"

/* Files that arguments name, as "@FILE": what is sent, and what is secret. */
#define TEXT_FILE_BYTES ((size_t)1024 * 1024)

/*
 * All of a file, to be freed: *length bytes and a NUL. It may be a pipe, and is waited for. NULL
 * with the reason and errno: EFBIG for one of over TEXT_FILE_BYTES, EINVAL for "-".
 */
char *text_file_read(const char *name, size_t *length, struct reason *reason);

/* The same, for a text: a NUL byte in it is refused (EINVAL). */
char *text_file_read_text(const char *name, struct reason *reason);

/*
 * The same of a place: a file, or "env:NAME", a variable of the environment as a shell may name it.
 * One that is not set is refused (EINVAL).
 */
char *text_read(const char *place, size_t *length, struct reason *reason);
char *text_read_text(const char *place, struct reason *reason);

/* The name of the variable that a place is; NULL: it is a file. */
const char *text_variable(const char *place);

#endif
