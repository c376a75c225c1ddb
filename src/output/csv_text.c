/* SPDX-License-Identifier: MIT */
#include "csv_text.h"

#include <stdlib.h>
#include <string.h>

void csv_print_text(FILE *file, char *(*escape)(const char *), const char *text)
{
    char *escaped = escape(text ? text : "");
    const char *mark = *escaped && strchr("=+-@\t\r", *escaped) ? "'" : "";

    if (!strpbrk(escaped, ",\"\r\n")) {
        fprintf(file, "%s%s", mark, escaped);
    } else {
        fprintf(file, "\"%s", mark);
        for (const char *c = escaped; *c; c++)
            fprintf(file, "%s%c", *c == '"' ? "\"" : "", *c);
        fputc('"', file);
    }
    free(escaped);
}
