/* SPDX-License-Identifier: MIT */
#include "base/string_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void string_list_add_from(struct string_list *strings, const char *text, const char *origin)
{
    char *copy = xmalloc(strlen(text) + strlen(origin) + 2);

    strcpy(stpcpy(copy, text) + 1, origin);
    strings->items = xrealloc(strings->items, (strings->count + 1) * sizeof(*strings->items));
    strings->items[strings->count++] = copy;
}

void string_list_add(struct string_list *strings, const char *text)
{
    string_list_add_from(strings, text, "");
}

const char *string_list_origin(const char *item)
{
    return item + strlen(item) + 1;
}

char *string_list_join(const struct string_list *strings, const char *separator)
{
    size_t length = 1;
    char *text, *end;

    for (size_t i = 0; i < strings->count; i++)
        length += strlen(strings->items[i]) + strlen(separator);
    text = end = xmalloc(length);
    *end = '\0';
    for (size_t i = 0; i < strings->count; i++)
        end = stpcpy(stpcpy(end, i ? separator : ""), strings->items[i]);
    return text;
}

void string_list_copy(struct string_list *copy, const struct string_list *strings)
{
    *copy = (struct string_list){0};
    for (size_t i = 0; i < strings->count; i++)
        string_list_add_from(copy, strings->items[i], string_list_origin(strings->items[i]));
}

void string_list_release(struct string_list *strings)
{
    for (size_t i = 0; i < strings->count; i++)
        free(strings->items[i]);
    free(strings->items);
    *strings = (struct string_list){0};
}
