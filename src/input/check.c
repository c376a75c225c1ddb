/* SPDX-License-Identifier: MIT */
#include "input/check.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "input/options_table.h"
#include "base/shell_words.h"

/* Longer ones are told apart by their hash. */
#define LONG_TEXT ((size_t)256)

struct check check_defaults(void)
{
    return (struct check){.max_time_us = 10 * CLOCK_S,
                          .max_redirects = 10,
                          .follow = true,
                          .max_filesize = 1024 * 1024,
                          .user_agent = "urlcheck/" URLCHECK_VERSION};
}

/* The lists of a check, which are all that it owns besides its texts. NULL behind the last. */
static struct string_list *next_list(struct check *check, const struct option_spec **spec)
{
    for (; *spec < option_specs + option_spec_count; ++*spec) {
        if ((*spec)->scope == SCOPE_CHECK &&
            ((*spec)->kind == OPTION_LIST || (*spec)->kind == OPTION_KEPT))
            return (struct string_list *)(void *)((char *)check + (*spec)++->field);
    }
    return NULL;
}

void check_release(struct check *check)
{
    const struct option_spec *spec = option_specs;
    struct string_list *list;

    while ((list = next_list(check, &spec)))
        string_list_release(list);
    free(check->texts);
    free(check->identity);
    free(check->asked);
}

void check_free(struct check *check)
{
    if (!check)
        return;
    check_release(check);
    free(check);
}

struct check *check_copy(const struct check *check, char *texts)
{
    struct check *copy = malloc(sizeof(*copy));
    const struct option_spec *spec = option_specs;
    struct string_list *list;
    int status = 0;

    if (!copy) {
        free(texts);
        return NULL;
    }
    *copy = *check;
    copy->texts = texts;
    copy->identity = NULL;
    copy->asked = NULL;
    while ((list = next_list(copy, &spec))) {
        struct string_list original = *list;

        *list = (struct string_list){0};
        if (status == 0)
            status = string_list_copy(list, &original);
    }
    if (status == 0)
        return copy;
    check_free(copy);
    errno = ENOMEM;
    return NULL;
}

static bool is_of_the_way(const struct option_spec *spec)
{
    switch (spec->section) {
    case SECTION_LIMITS:
    case SECTION_TLS:
    case SECTION_NETWORK: return !spec->of_server;
    default: return false;
    }
}

struct check *check_copy_way(const struct check *check)
{
    struct check *copy = check_copy(check, NULL);

    for (size_t i = 0; copy && i < option_spec_count; i++) {
        if (option_specs[i].scope == SCOPE_CHECK && !is_of_the_way(&option_specs[i]))
            option_reset(&option_specs[i], copy);
    }
    return copy;
}

/* A long text's place is taken by its hash: a list may name a file to be sent in each line. */
static char *name_text(const char *text)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char hash[SHA256_DIGEST_LENGTH];
    char name[8 + 2 * sizeof(hash)] = "sha256:";
    size_t length = strlen(text);

    if (length <= LONG_TEXT)
        return shell_quote(text);
    SHA256((const unsigned char *)text, length, hash);
    for (size_t i = 0; i < sizeof(hash); i++) {
        name[7 + 2 * i] = digits[hash[i] >> 4];
        name[8 + 2 * i] = digits[hash[i] & 15];
    }
    return strdup(name);
}

/* "name='value' ", or "name " where there is none although there is by default. */
static int print_text(FILE *file, const struct option_spec *spec, const char *mark,
                      const char *text)
{
    char *word = text ? name_text(text) : NULL;

    if (text && !word)
        return -1;
    fprintf(file, "%s%s%s%s ", spec->name, mark, text ? "=" : "", text ? word : "");
    free(word);
    return 0;
}

static int print_list(FILE *file, const struct option_spec *spec, const struct string_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const char *item = list->items[i];

        if (print_text(file, spec, *string_list_origin(item) ? "@" : "", item))
            return -1;
    }
    return 0;
}

static int print_option(FILE *file, const struct option_spec *spec, const struct check *check)
{
    const void *field = option_field(spec, check);
    int64_t number;

    switch (spec->kind) {
    case OPTION_TIME:
        number = *(const int64_t *)field;
        fprintf(file, "%s=%" PRId64 ".%06ds ", spec->name, number / CLOCK_S,
                (int)(number % CLOCK_S));
        return 0;
    case OPTION_SIZE:
        fprintf(file, "%s=%" PRId64 " ", spec->name, *(const int64_t *)field);
        return 0;
    case OPTION_COUNT: fprintf(file, "%s=%ld ", spec->name, *(const long *)field); return 0;
    case OPTION_CHOICE:
        return print_text(file, spec, "", spec->words[*(const int *)field - spec->minimum]);
    case OPTION_TEXT: return print_text(file, spec, "", *(const char *const *)field);
    case OPTION_KEPT:
    case OPTION_LIST: return print_list(file, spec, field);
    case OPTION_FLAG:
    case OPTION_CLEAR:
    case OPTION_VALUE:
    case OPTION_ACTION: fprintf(file, "%s ", spec->name); return 0;
    }
    return 0;
}

/* The options of the sections that are wanted. */
static char *identify(const struct check *check, bool with_expectations)
{
    char *text = NULL;
    size_t length;
    FILE *file = open_memstream(&text, &length);
    int status = 0;

    if (!file)
        return NULL;
    for (size_t i = 0; i < option_spec_count && status == 0; i++) {
        const struct option_spec *spec = &option_specs[i];

        if (spec->scope == SCOPE_CHECK && option_is_set(spec, check) &&
            (with_expectations || spec->section != SECTION_EXPECT))
            status = print_option(file, spec, check);
    }
    if (fclose(file) == 0 && status == 0)
        return text;
    free(text);
    errno = ENOMEM;
    return NULL;
}

char *check_identify(const struct check *check)
{
    return identify(check, true);
}

char *check_identify_asked(const struct check *check)
{
    return identify(check, false);
}

bool check_judges_content(const struct check *check)
{
    return check->contains.count || check->not_contains.count || check->regex.count ||
           check->not_regex.count;
}

int check_contradicts(const struct check *check, struct error *error)
{
    const char *name = check->contains.count       ? "contains"
                       : check->not_contains.count ? "not-contains"
                       : check->regex.count        ? "regex"
                                                   : "not-regex";

    if (!check->head || !check_judges_content(check))
        return 0;
    errno = EINVAL;
    return error_set(error, "%s: the answer to HEAD has no body to look into (head)", name);
}
