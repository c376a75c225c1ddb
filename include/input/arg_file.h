/* SPDX-License-Identifier: MIT */
#ifndef INPUT_ARG_FILE_H
#define INPUT_ARG_FILE_H

#include <stddef.h>

#include "base/error.h"

/* Files and environment variables that arguments name, as in "@FILE" and "@env:NAME". */

#define ARG_FILE_BYTES_MAX ((size_t)1024 * 1024)

enum arg_files {
    ARG_FILES_ANY,    /* also pipes and devices; reading fails if a pipe sends nothing for 5 s */
    ARG_FILES_REGULAR /* for lines of a list: reading never waits for another process */
};

/*
 * Reads a whole file: *length bytes and a NUL after them; the caller frees them. NULL with the
 * reason and errno: EFBIG for a file of over ARG_FILE_BYTES_MAX, EINVAL for "-" and for one that is
 * not regular but has to be.
 */
char *arg_file_read(const char *name, enum arg_files files, size_t *length, struct error *error);

/* arg_file_read() for a text: a file with a NUL byte is refused (EINVAL). */
char *arg_file_read_text(const char *name, enum arg_files files, struct error *error);

/* arg_file_read_text() for standard input, which is read to its end. */
char *arg_stdin_read_text(struct error *error);

/*
 * arg_file_read() and arg_file_read_text() for a place: the name of a file, or "env:NAME", the
 * value of an environment variable. A variable that is not set is refused (EINVAL).
 */
char *arg_read(const char *place, enum arg_files files, size_t *length, struct error *error);
char *arg_read_text(const char *place, enum arg_files files, struct error *error);

/* The name of the variable if the place is one, else NULL. */
const char *arg_variable(const char *place);

#endif
