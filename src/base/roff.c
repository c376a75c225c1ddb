/* SPDX-License-Identifier: MIT */
#include "base/roff.h"

void roff_print(FILE *file, const char *text)
{
    for (; *text; text++) {
        if (*text == '-')
            fputs("\\-",
                  file); /* else groff(1) prints a hyphen, which cannot be copied as a minus */
        else if (*text == '\'')
            fputs("\\(aq", file);
        else if (*text == '\\')
            fputs("\\e", file);
        else
            fputc(*text, file);
    }
}
