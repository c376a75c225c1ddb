/* SPDX-License-Identifier: MIT */
#include "input/target.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/shell_words.h"
#include "base/string_list.h"
#include "check_options.h"
#include "input/option_table.h"

const char *source_file_name(const struct source *source)
{
    return source->file && strcmp(source->file, "-") == 0 ? "stdin" : source->file;
}

char *source_prefix(const struct source *source)
{
    if (source->line == 0)
        return xstrdup("");
    if (!source->file)
        return xasprintf("argument %zu: ", source->line);
    return xasprintf("%s:%zu: ", source_file_name(source), source->line);
}

static size_t size_of(const char *text)
{
    return text ? strlen(text) + 1 : 0;
}

/* Copies the text to *end, which is moved to the end of the copy. */
static const char *store(char **end, const char *text)
{
    char *start = *end;

    if (!text)
        return NULL;
    *end = stpcpy(start, text) + 1;
    return start;
}

/* Where two fields have the same text, which is mostly so, it is stored once. */
struct target *target_new(const struct target *fields)
{
    const char *key = fields->key == fields->given ? NULL : fields->key;
    const char *connection_key =
        fields->connection_key == fields->origin ? NULL : fields->connection_key;
    struct target *target =
        xmalloc(sizeof(*target) + size_of(fields->url) + size_of(key) + size_of(fields->name) +
                size_of(fields->attributes) + size_of(fields->host) + size_of(fields->origin) +
                size_of(connection_key) + size_of(fields->problem));
    char *end = target->storage;

    *target = *fields;
    target->url = store(&end, fields->url);
    target->given = target->url + strlen(fields->url) - strlen(fields->given);
    target->key = fields->key == fields->given ? target->given : store(&end, key);
    target->name = store(&end, fields->name);
    target->attributes = store(&end, fields->attributes);
    target->host = store(&end, fields->host);
    target->origin = store(&end, fields->origin);
    target->connection_key = connection_key ? store(&end, connection_key) : target->origin;
    target->problem = store(&end, fields->problem);
    return target;
}

int target_port(const struct target *target)
{
    const char *colon = strrchr(target->origin, ':');

    return colon ? atoi(colon + 1) : 0;
}

char *target_case(const struct target *target)
{
    char *url = escape_url(*target->given ? target->given : "''");
    char *name, *text;

    if (!target->name || !*target->name)
        return url;
    name = escape_text(target->name);
    text = xasprintf("%s (%s)", name, url);
    free(name);
    free(url);
    return text;
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds " key=value" or " key", unless it is about what is done with results. */
static void add_attribute(struct string_list *attributes, const char *word)
{
    size_t key = strcspn(word, "=");
    const struct option_spec *spec = option_find(word, key);
    char *value = word[key] ? shell_quote(word + key + 1) : NULL;
    char *text = xasprintf(" %.*s%s%s", (int)key, word, value ? "=" : "", value ? value : "");

    if (!spec || spec->section != SECTION_CRON)
        string_list_add(attributes, text);
    free(text);
    free(value);
}

char *target_attributes(const struct target *target)
{
    struct string_list attributes = {0};
    struct shell_words words;
    struct error ignored;
    const char *word;
    char *text;

    if (!target->attributes ||
        shell_words_split(target->attributes, strlen(target->attributes), &words, &ignored))
        return xstrdup("");
    word = words.text;
    for (size_t i = 0; i < words.count; i++) {
        add_attribute(&attributes, word);
        word += strlen(word) + 1;
    }
    free(words.text);
    if (attributes.count)
        qsort(attributes.items, attributes.count, sizeof(attributes.items[0]), compare_words);
    text = string_list_join(&attributes, "");
    string_list_release(&attributes);
    return text;
}

void target_free(struct target *target)
{
    if (!target)
        return;
    check_free(target->own_check);
    free(target);
}
