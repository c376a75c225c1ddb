/* SPDX-License-Identifier: MIT */
#include "attributes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "input/check.h"
#include "input/options_table.h"
#include "suggest.h"
#include "base/shell_words.h"

static const char label[] = "name";

static bool is_label(const char *key, size_t length)
{
    return length == strlen(label) && memcmp(key, label, length) == 0;
}

static int out_of_memory(struct error *error)
{
    errno = ENOMEM;
    return error_set(error, "out of memory");
}

/* Whether what should be a key could be one: what else there is may be part of a secret. */
static bool is_like_a_key(const char *key, size_t length)
{
    return length > 0 && strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789-._") >= length;
}

#define NO_ATTRIBUTE                                                                               \
    "a word behind the URL is no attribute (try key=value, key='a value with blanks'; one URL a "  \
    "line, a comment on a line of its own)"

static int refuse_unknown(const char *key, size_t length, struct error *error)
{
    size_t dashes = strspn(key, "-");
    struct suggestion suggestion;

    errno = EINVAL;
    if (!is_like_a_key(key, length))
        return error_set(error, NO_ATTRIBUTE);
    if (dashes > length)
        dashes = length;
    suggestion = suggest_begin(key + dashes, length - dashes);
    suggest_consider(&suggestion, label);
    for (size_t i = 0; i < option_spec_count; i++) {
        if (option_specs[i].scope == SCOPE_CHECK)
            suggest_consider(&suggestion, option_specs[i].name);
    }
    if (suggestion.nearest)
        return error_set(error, "unknown attribute '%.*s' (did you mean %s?)", (int)length, key,
                         suggestion.nearest);
    /* It may be what stands behind "header=Authorization:", without its quotes. */
    if (key[length] != '=')
        return error_set(error, NO_ATTRIBUTE);
    return error_set(error, "unknown attribute '%.*s'", (int)length, key);
}

/* Whether the option may stand in a line, with this value (NULL: without one). */
static int check_use(const struct option_spec *spec, const char *value, struct error *error)
{
    errno = EINVAL;
    if (spec->scope != SCOPE_CHECK)
        return error_set(error, "%s is for the command line: it is about all URLs", spec->name);
    if (spec->argument && !value)
        return error_set(error, "%s needs a value: %s=%s", spec->name, spec->name, spec->argument);
    if (!spec->argument && value)
        return error_set(error, "%s takes no value", spec->name);
    return 0;
}

static int apply_label(struct attributes *attributes, const char *value, struct error *error)
{
    errno = EINVAL;
    if (!value)
        return error_set(error, "%s needs a value: %s=TEXT", label, label);
    free(attributes->name);
    attributes->name = *value ? strdup(value) : NULL;
    return *value && !attributes->name ? out_of_memory(error) : 0;
}

static int apply_word(struct attributes *attributes, const char *word, struct error *error)
{
    size_t key = strcspn(word, "=");
    const char *value = word[key] ? word + key + 1 : NULL;
    const struct option_spec *spec = option_find(word, key);
    struct error what;
    int saved_errno;

    if (is_label(word, key))
        return apply_label(attributes, value, error);
    if (!spec)
        return refuse_unknown(word, key, error);
    if (check_use(spec, value, error))
        return -1;
    if (option_apply(spec, attributes->check, value, &what) == 0)
        return 0;
    saved_errno = errno;
    error_set(error, "%s: %s", spec->name, what.text);
    errno = saved_errno;
    return -1;
}

/* Keeps the check only if it says something else than the command line's. */
static int identify(struct attributes *attributes, const struct base *base, struct error *error)
{
    struct check *check = attributes->check;

    check->identity = check_identify(check);
    check->asked = check_identify_asked(check);
    if (!check->identity || !check->asked)
        return out_of_memory(error);
    if (strcmp(check->asked, base->asked) == 0) {
        free(check->asked);
        check->asked = NULL;
    }
    if (strcmp(check->identity, base->identity) == 0) {
        check_free(check);
        attributes->check = NULL;
    }
    return 0;
}

int attributes_parse(const char *text, size_t length, const struct base *base,
                     struct attributes *attributes, struct error *error)
{
    struct shell_words words;
    const char *word;
    int status = 0;
    int saved_errno;

    *attributes = (struct attributes){0};
    if (shell_words_split(text, length, &words, error))
        return -1;
    word = words.text;
    attributes->check = check_copy(base->check, words.text);
    if (!attributes->check)
        return out_of_memory(error);
    for (size_t i = 0; i < words.count && status == 0; i++) {
        status = apply_word(attributes, word, error);
        word += strlen(word) + 1;
    }
    if (status == 0 && (attributes->check->cert != base->check->cert ||
                        attributes->check->key != base->check->key))
        status = options_fit(attributes->check, error);
    if (status == 0)
        status = check_contradicts(attributes->check, error);
    if (status == 0)
        status = identify(attributes, base, error);
    if (status == 0)
        return 0;
    saved_errno = errno;
    check_free(attributes->check);
    free(attributes->name);
    *attributes = (struct attributes){0};
    errno = saved_errno;
    return -1;
}
