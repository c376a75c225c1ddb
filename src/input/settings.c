/* SPDX-License-Identifier: MIT */
#include "input/settings.h"

#include <stdlib.h>
#include <string.h>

#include "input/canaries.h"
#include "input/check.h"
#include "input/options.h"
#include "input/options_table.h"

int strings_add_from(struct strings *strings, const char *text, const char *origin)
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

int strings_add(struct strings *strings, const char *text)
{
    return strings_add_from(strings, text, "");
}

const char *strings_origin(const char *item)
{
    return item + strlen(item) + 1;
}

char *strings_join(const struct strings *strings, const char *separator)
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

int strings_copy(struct strings *copy, const struct strings *strings)
{
    *copy = (struct strings){0};
    for (size_t i = 0; i < strings->count; i++) {
        if (strings_add_from(copy, strings->items[i], strings_origin(strings->items[i])))
            return -1;
    }
    return 0;
}

void strings_release(struct strings *strings)
{
    for (size_t i = 0; i < strings->count; i++)
        free(strings->items[i]);
    free(strings->items);
    *strings = (struct strings){0};
}

int settings_add_input(struct settings *settings, enum input_kind kind, const char *text)
{
    struct input *grown = realloc(settings->inputs, (settings->input_count + 1) * sizeof(*grown));

    if (!grown)
        return -1;
    settings->inputs = grown;
    grown[settings->input_count++] = (struct input){.kind = kind, .text = text};
    return 0;
}

void settings_release(struct settings *settings)
{
    for (size_t i = 0; i < settings->output_count; i++)
        free(settings->outputs[i].text);
    free(settings->outputs);
    free(settings->inputs);
    canaries_release(settings);
    check_release(&settings->check);
    *settings = (struct settings){0};
}
