/* SPDX-License-Identifier: MIT */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

/* Why something failed: a phrase for users, written by the function that failed. Caller's storage. */
struct error {
    char text[512];
};

/* Writes the phrase, cut if it is too long. Returns -1, for `return error_set(...)`. */
int error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds what errno means: "cannot read 'x': No such file or directory". Keeps errno. Returns -1. */
int error_set_errno(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Whether an errno means that this machine ran out of descriptors, memory or room on a disk (EMFILE, ENFILE,
 * ENOMEM, ENOSPC, EDQUOT): then the input is not to blame, and the same call may succeed later.
 */
bool error_is_shortage(int error_number);

#endif
