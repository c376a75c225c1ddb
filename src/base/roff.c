/* SPDX-License-Identifier: MIT */
#include "base/roff.h"

void roff_print(FILE *file, const char *text)
{
    for (; *text; text++) {
        if (*text == '-') /* groff(1) would print a hyphen, which nobody can copy as a minus */
            fputs("\\-", file);
        else if (*text == '\'')
            fputs("\\(aq", file);
        else if (*text == '\\')
            fputs("\\e", file);
        else
            fputc(*text, file);
    }
}
