/* SPDX-License-Identifier: MIT */
#include "base/string_list.h"

#include <stdlib.h>
#include <string.h>

int string_list_add_from(struct string_list *strings, const char *text, const char *origin)
{
    char **grown = realloc(strings->items, (strings->count + 1) * sizeof(*grown));
    size_t length = strlen(text);
    char *copy;

    if (!grown)
        return -1;
    strings->items = grown;
    copy = malloc(length + strlen(origin) + 2);
    if (!copy)
        return -1;
    strcpy(stpcpy(copy, text) + 1, origin);
    grown[strings->count++] = copy;
    return 0;
}

int string_list_add(struct string_list *strings, const char *text)
{
    return string_list_add_from(strings, text, "");
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
    text = end = malloc(length);
    if (!text)
        return NULL;
    *end = '\0';
    for (size_t i = 0; i < strings->count; i++)
        end = stpcpy(stpcpy(end, i ? separator : ""), strings->items[i]);
    return text;
}

int string_list_copy(struct string_list *copy, const struct string_list *strings)
{
    *copy = (struct string_list){0};
    for (size_t i = 0; i < strings->count; i++) {
        if (string_list_add_from(copy, strings->items[i], string_list_origin(strings->items[i])))
            return -1;
    }
    return 0;
}

void string_list_release(struct string_list *strings)
{
    for (size_t i = 0; i < strings->count; i++)
        free(strings->items[i]);
    free(strings->items);
    *strings = (struct string_list){0};
}
