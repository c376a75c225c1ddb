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

void xml_print(FILE *file, const char *escaped)
{
    if (!escaped)
        return;
    while (*escaped) {
        size_t plain = strcspn(escaped, "&<>\"'");

        fwrite(escaped, 1, plain, file);
        escaped += plain;
        if (*escaped)
            fputs(entity_of(*escaped++), file);
    }
}

void xml_print_text(FILE *file, char *(*escape)(const char *), const char *text)
{
    char *escaped = text ? escape(text) : NULL;

    xml_print(file, escaped);
    free(escaped);
}
