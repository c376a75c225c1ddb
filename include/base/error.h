/* SPDX-License-Identifier: MIT */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

/* Why something from outside was refused: a phrase for people, filled in by the one who refuses. */
struct error {
    char text[512];
};

/* Writes the phrase (cut where it is too long) and returns -1, so that it can be returned. */
int error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same, for what errno says, which is kept: "cannot read 'x': No such file or directory". */
int error_set_errno(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Whether an errno value means that this machine has run out of descriptors or memory (EMFILE,
 * ENFILE, ENOMEM): then the input is not to blame.
 */
bool error_is_shortage(int error_number);

#endif
