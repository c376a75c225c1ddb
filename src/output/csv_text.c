/* SPDX-License-Identifier: MIT */
#include "csv_text.h"

#include <stdlib.h>
#include <string.h>

void csv_print_text(FILE *file, char *(*escape)(const char *), const char *text)
{
    char *escaped = escape(text ? text : "");
    const char *mark = *escaped && strchr("=+-@\t\r", *escaped) ? "'" : "";
    const char *quote = *escaped == ':' || strpbrk(escaped, ",\"\r\n") ? "\"" : "";

    fputs(quote, file);
    fputs(mark, file);
    for (const char *rest = escaped; *rest;) {
        size_t length = strcspn(rest, "\"");

        length += rest[length] == '"';
        fwrite(rest, 1, length, file);
        rest += length;
        if (rest[-1] == '"')
            fputc('"', file); /* doubled */
    }
    fputs(quote, file);
    free(escaped);
}
