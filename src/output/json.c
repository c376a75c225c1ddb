/* SPDX-License-Identifier: MIT */
#include "json.h"

#include <assert.h>
#include <stdlib.h>

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
    json_t *value = json_string(escaped);
    char *quoted = json_dumps(value, JSON_ENCODE_ANY);

    assert(quoted);
    fputs(quoted, file);
    free(quoted);
    json_decref(value);
    free(escaped);
}

void json_print_line(FILE *file, json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(9));

    assert(text);
    fprintf(file, "%s\n", text);
    free(text);
    json_decref(value);
}
