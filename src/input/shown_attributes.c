/* SPDX-License-Identifier: MIT */
#include "input/shown_attributes.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/shell_words.h"
#include "check_options.h"
#include "input/option_table.h"

/* The option that says what is done with the result; NULL: the word is about something else. */
static const struct option_spec *find_option(const char *word)
{
    const struct option_spec *spec = option_find(word, strcspn(word, "="));

    return spec && spec->section == SECTION_CRON && spec->scope == SCOPE_CHECK ? spec : NULL;
}

/* Applies "key=value". False: it is not right. The value is borrowed by the check. */
static bool apply_word(struct check *check, const struct option_spec *spec, const char *word)
{
    const char *value = strchr(word, '=');
    struct error ignored;

    return value &&
           option_apply(&(struct option_use){.spec = spec,
                                             .settings = check,
                                             .argument = value + 1,
                                             .files = ARG_FILES_REGULAR,
                                             .distrust = "the attributes are another run's"},
                        &ignored) == 0;
}

struct check *shown_attributes_apply(const char *attributes, const struct check *check)
{
    struct shell_words words;
    struct check *copy;
    struct error ignored;
    const char *word;
    bool has_applied = false;

    if (!attributes || shell_words_split(attributes, strlen(attributes), &words, &ignored))
        return NULL;
    copy = check_copy(check, words.text);
    word = words.text;
    for (size_t i = 0; i < words.count; i++, word += strlen(word) + 1) {
        const struct option_spec *spec = find_option(word);

        if (spec)
            has_applied |= apply_word(copy, spec, word);
    }
    if (has_applied)
        return copy;
    check_free(copy);
    return NULL;
}
