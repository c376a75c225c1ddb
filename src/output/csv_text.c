/* SPDX-License-Identifier: MIT */
#include "csv_text.h"

#include <stdlib.h>
#include <string.h>

void csv_print_text(struct text *out, char *(*escape)(const char *), const char *text)
{
    char *escaped = escape(text ? text : "");
    const char *mark = *escaped && strchr("=+-@\t\r", *escaped) ? "'" : "";
    const char *quote = *escaped == ':' || strpbrk(escaped, ",\"\r\n") ? "\"" : "";

    text_add(out, quote);
    text_add(out, mark);
    for (const char *rest = escaped; *rest;) {
        size_t length = strcspn(rest, "\"");

        length += rest[length] == '"';
        text_add_bytes(out, rest, length);
        rest += length;
        if (rest[-1] == '"')
            text_add_char(out, '"'); /* doubled */
    }
    text_add(out, quote);
    free(escaped);
}
