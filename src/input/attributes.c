/* SPDX-License-Identifier: MIT */
#include "attributes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/shell_words.h"
#include "check_options.h"
#include "foreign_options.h"
#include "input/option_table.h"
#include "suggest.h"

/* The key of the line's label. */
static const char label[] = "name";

static bool is_label(const char *key, size_t length)
{
    return length == strlen(label) && memcmp(key, label, length) == 0;
}

/* Whether a key may be quoted: anything else could be part of a secret. */
static bool looks_like_key(const char *key, size_t length)
{
    return length > 0 && strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789-._") >= length;
}

#define NO_ATTRIBUTE                                                                                \
    "unexpected text after the URL (try key=value, key='a value with blanks', # before a comment; " \
    "one URL per line)"

/* Whether the key is an option of another tool: then the error says what to use. */
static bool is_foreign(const char *key, size_t length, struct error *error)
{
    char *option = xasprintf("--%.*s", (int)length, key);
    const char *answer = foreign_option_answer(option, length + 2);

    free(option);
    errno = EINVAL;
    if (answer)
        error_set(error, "unknown attribute '%.*s'; as an option: %s", (int)length, key, answer);
    return answer != NULL;
}

static int refuse_unknown(const char *key, size_t length, struct error *error)
{
    size_t dashes = strspn(key, "-");
    struct suggestion suggestion;

    errno = EINVAL;
    if (!looks_like_key(key, length))
        return error_set(error, NO_ATTRIBUTE);
    if (dashes > length)
        dashes = length;
    if (key[length] == '=' && is_foreign(key + dashes, length - dashes, error))
        return -1;
    suggestion = suggest_begin(key + dashes, length - dashes);
    suggest_consider(&suggestion, label);
    for (size_t i = 0; i < option_spec_count; i++) {
        if (option_specs[i].scope == SCOPE_CHECK)
            suggest_consider(&suggestion, option_specs[i].name);
    }
    if (suggestion.nearest)
        return error_set(error, "unknown attribute '%.*s' (did you mean %s?)", (int)length, key,
                         suggestion.nearest);
    /* Without "=" it may be the rest of a value that lacks quotes: header=Authorization: secret */
    if (key[length] != '=')
        return error_set(error, NO_ATTRIBUTE);
    return error_set(error, "unknown attribute '%.*s'", (int)length, key);
}

/* Whether the option may be an attribute, with this value (NULL: without one). */
static int check_use(const struct option_spec *spec, const char *value, struct error *error)
{
    errno = EINVAL;
    if (spec->scope != SCOPE_CHECK)
        return error_set(error, "%s is only for the command line: it is about all URLs",
                         spec->name);
    if (spec->argument && !value)
        return error_set(error, "%s needs a value: %s=%s", spec->name, spec->name, spec->argument);
    if (!spec->argument && value)
        return error_set(error, "%s takes no value", spec->name);
    return 0;
}

/* What a line has given, and may not give again, as its values do not add up. */
struct given {
    bool has_name;
    const struct option_spec *specs[OPTION_SPECS_MAX];
    size_t count;
};

/* Refuses a value that would replace another one of the same line. A flag may be given twice. */
static int note_given(struct given *given, const struct option_spec *spec, struct error *error)
{
    if (option_is_repeatable(spec))
        return 0;
    errno = EINVAL;
    for (size_t i = 0; i < given->count; i++) {
        const struct option_spec *other = given->specs[i];

        if (other->field != spec->field)
            continue;
        if (other != spec)
            return error_set(error, "%s and %s exclude each other", other->name, spec->name);
        return spec->argument ? error_set(error, "%s is given twice", spec->name) : 0;
    }
    given->specs[given->count++] = spec;
    return 0;
}

static int set_name(struct attributes *attributes, struct given *given, const char *value,
                    struct error *error)
{
    errno = EINVAL;
    if (!value)
        return error_set(error, "%s needs a value: %s=TEXT", label, label);
    if (given->has_name)
        return error_set(error, "%s is given twice", label);
    given->has_name = true;
    attributes->name = *value ? xstrdup(value) : NULL;
    return 0;
}

/* Adds "key=value" or "key" to the text of attributes that may be printed. */
static void show(struct attributes *attributes, const struct option_spec *spec, const char *value)
{
    char *before = attributes->shown;
    char *shown = !value ? NULL : spec->show ? spec->show(value, "") : escape_text(value);
    char *quoted = shown ? shell_quote(shown) : NULL;

    attributes->shown = xasprintf("%s%s%s%s%s", before ? before : "", before ? " " : "", spec->name,
                                  quoted ? "=" : "", quoted ? quoted : "");
    free(before);
    free(quoted);
    free(shown);
}

/* Applies "key=value" or "key". The value is borrowed by the check. */
static int apply_word(struct attributes *attributes, struct given *given, const char *word,
                      const char *distrust, struct error *error)
{
    size_t key = strcspn(word, "=");
    const char *value = word[key] ? word + key + 1 : NULL;
    struct option_use use = {.spec = option_find(word, key),
                             .settings = attributes->check,
                             .argument = value,
                             .files = ARG_FILES_REGULAR,
                             .distrust = distrust};
    struct error reason;
    int saved_errno;

    if (is_label(word, key))
        return set_name(attributes, given, value, error);
    if (!use.spec)
        return refuse_unknown(word, key, error);
    if (check_use(use.spec, value, error) || note_given(given, use.spec, error))
        return -1;
    if (option_apply(&use, &reason) == 0) {
        show(attributes, use.spec, value);
        return 0;
    }
    saved_errno = errno;
    error_set(error, "%s: %s", use.spec->name, reason.text);
    errno = saved_errno;
    return -1;
}

/* Sets the identities of the check, or drops it if it is the same as the command line's. */
static void identify(struct attributes *attributes, const struct line_defaults *defaults)
{
    struct check *check = attributes->check;

    check->identity = check_identify(check);
    if (strcmp(check->identity, defaults->identity) == 0) {
        check_free(check);
        attributes->check = NULL;
        return;
    }
    check->request_identity = check_identify_request(check);
    if (strcmp(check->request_identity, defaults->request_identity) == 0) {
        free(check->request_identity);
        check->request_identity = NULL;
    }
}

int attributes_parse(const char *text, size_t length, const struct line_defaults *defaults,
                     struct attributes *attributes, struct error *error)
{
    struct shell_words words;
    struct given given;
    const char *word;
    int saved_errno;

    *attributes = (struct attributes){0};
    if (shell_words_split(text, length, &words, error))
        return -1;
    given.has_name = false;
    given.count = 0;
    word = words.text;
    attributes->check = check_copy(defaults->check, words.text);
    for (size_t i = 0; i < words.count; i++) {
        if (apply_word(attributes, &given, word, defaults->distrust, error))
            goto refused;
        word += strlen(word) + 1;
    }
    if (check_validate(attributes->check, defaults->check, error))
        goto refused;
    identify(attributes, defaults);
    return 0;

refused:
    saved_errno = errno;
    check_free(attributes->check);
    free(attributes->name);
    free(attributes->shown);
    *attributes = (struct attributes){0};
    errno = saved_errno;
    return -1;
}
