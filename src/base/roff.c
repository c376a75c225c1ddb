/* SPDX-License-Identifier: MIT */
#include "base/roff.h"

/* A hyphen that is typed is \- in a man page; a line may not begin with a dot or a quote. */
void roff_print(FILE *file, const char *text)
{
    for (; *text; text++) {
        if (*text == '-')
            fputs("\\-", file);
        else if (*text == '\'')
            fputs("\\(aq", file);
        else if (*text == '\\')
            fputs("\\e", file);
        else
            fputc(*text, file);
    }
}
