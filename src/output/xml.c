/* SPDX-License-Identifier: MIT */
#include "xml.h"

#include <stdlib.h>
#include <string.h>

/*
 * XML 1.0, section 2.4; > because of "]]>". Characters that XML does not allow at all (section 2.2)
 * have been escaped by base/escape.h.
 */
static const char *entity_of(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    }
    return NULL;
}

void xml_print(struct text *out, const char *escaped)
{
    if (!escaped)
        return;
    while (*escaped) {
        size_t plain = strcspn(escaped, "&<>\"'");

        text_add_bytes(out, escaped, plain);
        escaped += plain;
        if (*escaped)
            text_add(out, entity_of(*escaped++));
    }
}

void xml_print_text(struct text *out, char *(*escape)(const char *), const char *text)
{
    char *escaped = text ? escape(text) : NULL;

    xml_print(out, escaped);
    free(escaped);
}
