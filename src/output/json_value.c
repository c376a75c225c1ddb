/* SPDX-License-Identifier: MIT */
#include "json_value.h"

#include <assert.h>
#include <float.h>
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

/* RFC 8259, section 7. Other characters that it does not allow have been escaped by base/escape.h. */
void json_print_escaped(struct text *out, const char *escaped)
{
    text_add_char(out, '"');
    for (;;) {
        size_t plain = strcspn(escaped, "\"\\");

        text_add_bytes(out, escaped, plain);
        escaped += plain;
        if (!*escaped)
            break;
        text_add_char(out, '\\');
        text_add_char(out, *escaped++);
    }
    text_add_char(out, '"');
}

void json_print_text(struct text *out, char *(*escape)(const char *), const char *text)
{
    char *escaped = escape(text);

    json_print_escaped(out, escaped);
    free(escaped);
}

void json_print_text_or_null(struct text *out, const char *escaped)
{
    if (escaped && *escaped)
        json_print_escaped(out, escaped);
    else
        text_add(out, "null");
}

void json_put_text(struct text *out, const char *before, char *(*escape)(const char *),
                   const char *text)
{
    char *escaped = text ? escape(text) : NULL;

    json_put_escaped(out, before, escaped);
    free(escaped);
}

void json_print_seconds(struct text *out, int64_t time_us)
{
    if (time_us >= 0)
        text_add_decimal(out, time_us, 6);
    else
        text_add(out, "null");
}

void json_put_date(struct text *out, const char *before, int64_t time_s, int64_t fraction_us)
{
    char text[FIELD_DATE_BYTES];

    field_date(text, time_s, fraction_us);
    json_put_escaped(out, before, text);
}

/* DBL_DIG digits: 30 years in seconds have their microseconds, and 0.1 is 0.1. */
char *json_to_text(json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(DBL_DIG) | JSON_ENCODE_ANY);

    assert(text);
    json_decref(value);
    return text;
}

void json_print(struct text *out, json_t *value)
{
    char *text = json_to_text(value);

    text_add(out, text);
    free(text);
}

void json_print_open(struct text *out, json_t *object)
{
    char *text = json_to_text(object);

    text_addf(out, "%.*s", (int)strlen(text) - 1, text);
    free(text);
}

void json_print_line(struct text *out, json_t *value)
{
    json_print(out, value);
    text_add_char(out, '\n');
}
