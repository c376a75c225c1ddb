/* SPDX-License-Identifier: MIT */
#include "json.h"

#include <stdlib.h>
#include <string.h>

#include "base/escape.h"

json_t *json_text(char *(*escape)(const char *), const char *text)
{
    char *escaped;
    json_t *json;

    if (!text || !*text)
        return json_null();
    escaped = escape(text);
    json = escaped ? json_string(escaped) : NULL;
    free(escaped);
    return json;
}

json_t *json_source(const struct source *source)
{
    const char *file = source->file && strcmp(source->file, "-") == 0 ? "stdin" : source->file;

    return json_pack("{so sI}", "file", json_text(escape_text, file), "line",
                     (json_int_t)source->line);
}
