/* SPDX-License-Identifier: MIT */
#include "json_value.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "fields.h"

void json_prepare(void)
{
    json_set_alloc_funcs(xmalloc, free);
}

json_t *json_text(char *(*escape)(const char *), const char *text)
{
    char *escaped;
    json_t *json;

    if (!text || !*text)
        return json_null();
    escaped = escape(text);
    json = json_string(escaped);
    free(escaped);
    return json;
}

json_t *json_source(const struct source *source)
{
    return json_pack("{so sI}", "file", json_text(escape_text, field_source_file(source)), "line",
                     (json_int_t)source->line);
}

void json_print_text(FILE *file, char *(*escape)(const char *), const char *text)
{
    char *escaped = escape(text);

    json_print(file, json_string(escaped));
    free(escaped);
}

char *json_to_text(json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(9) | JSON_ENCODE_ANY);

    assert(text);
    json_decref(value);
    return text;
}

void json_print(FILE *file, json_t *value)
{
    char *text = json_to_text(value);

    fputs(text, file);
    free(text);
}

void json_print_open(FILE *file, json_t *object)
{
    char *text = json_to_text(object);

    fprintf(file, "%.*s", (int)strlen(text) - 1, text);
    free(text);
}

void json_print_line(FILE *file, json_t *value)
{
    json_print(file, value);
    fputc('\n', file);
}
