/* SPDX-License-Identifier: MIT */
#ifndef INPUT_ARG_FILE_H
#define INPUT_ARG_FILE_H

#include <stddef.h>

#include "base/error.h"

/* Files that arguments name, as "@FILE": what is sent, and what is secret. */
#define TEXT_FILE_BYTES ((size_t)1024 * 1024)

/*
 * All of a file, to be freed: *length bytes and a NUL. It may be a pipe, and is waited for. NULL
 * with the reason and errno: EFBIG for one of over TEXT_FILE_BYTES, EINVAL for "-".
 */
char *arg_file_read(const char *name, size_t *length, struct error *error);

/* The same, for a text: a NUL byte in it is refused (EINVAL). */
char *arg_file_read_text(const char *name, struct error *error);

/*
 * The same of a place: a file, or "env:NAME", a variable of the environment as a shell may name it.
 * One that is not set is refused (EINVAL).
 */
char *arg_read(const char *place, size_t *length, struct error *error);
char *arg_read_text(const char *place, struct error *error);

/* The name of the variable that a place is; NULL: it is a file. */
const char *arg_variable(const char *place);

#endif
