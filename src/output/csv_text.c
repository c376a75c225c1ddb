/* SPDX-License-Identifier: MIT */
#include "csv_text.h"

#include <stdlib.h>
#include <string.h>

void csv_print(struct text *out, const char *escaped)
{
    const char *mark, *quote, *rest;
    size_t plain;

    if (!escaped || !*escaped)
        return;
    mark = strchr("=+-@\t\r", *escaped) ? "'" : "";
    plain = strcspn(escaped, ",\"\r\n");
    quote = *escaped == ':' || escaped[plain] ? "\"" : "";
    text_add_all(out, quote, mark);
    text_add_bytes(out, escaped, plain);
    for (rest = escaped + plain; *rest;) {
        size_t length = strcspn(rest, "\"");

        length += rest[length] == '"';
        text_add_bytes(out, rest, length);
        rest += length;
        if (rest[-1] == '"')
            text_add_char(out, '"'); /* doubled */
    }
    text_add(out, quote);
}

void csv_print_text(struct text *out, char *(*escape)(const char *), const char *text)
{
    char *escaped = text ? escape(text) : NULL;

    csv_print(out, escaped);
    free(escaped);
}
