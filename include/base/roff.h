/* SPDX-License-Identifier: MIT */
#ifndef BASE_ROFF_H
#define BASE_ROFF_H

#include <stdio.h>

/*
 * Writes text for a man page, with the characters escaped that roff takes for markup (groff_char(7)).
 * A text does not begin a line with a dot. Errors of the stream are left in it.
 */
void roff_print(FILE *file, const char *text);

#endif
