/* SPDX-License-Identifier: MIT */
#ifndef BASE_ROFF_H
#define BASE_ROFF_H

#include <stdio.h>

/* Writes text as it stands in a man page: man(7). Errors of the stream are left in it. */
void roff_print(FILE *file, const char *text);

#endif
