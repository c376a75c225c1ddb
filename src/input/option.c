/* SPDX-License-Identifier: MIT */
#include "input/option.h"

#include <curl/curl.h>
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/units.h"
#include "input/pattern.h"

/*
 * What can be done with a value of each kind. All else that differs from kind to kind is here too:
 * a new kind is an entry in kinds[] and its functions.
 */
struct kind {
    size_t size; /* of the field */
    int (*set)(const struct option_spec *spec, void *field, const char *argument,
               struct error *error);
    void (*visit)(const struct option_spec *spec, const void *field, option_visit_function *visit,
                  void *context);
    bool (*holds)(const struct option_spec *spec, const void *field); /* NULL: any value does */
    void (*copy)(void *to, const void *from);                         /* NULL: nothing is owned */
    void (*release)(void *field);
};

/* Flags, clear flags and values: options without an argument. */

static int set_flag(const struct option_spec *spec, void *field, const char *argument,
                    struct error *error)
{
    (void)argument;
    (void)error;
    *(bool *)field = spec->kind == OPTION_FLAG;
    return 0;
}

static bool flag_holds(const struct option_spec *spec, const void *field)
{
    return *(const bool *)field == (spec->kind == OPTION_FLAG);
}

static int set_value(const struct option_spec *spec, void *field, const char *argument,
                     struct error *error)
{
    (void)argument;
    (void)error;
    *(int *)field = (int)spec->minimum;
    return 0;
}

static bool value_holds(const struct option_spec *spec, const void *field)
{
    return *(const int *)field == spec->minimum;
}

static void visit_nothing(const struct option_spec *spec, const void *field,
                          option_visit_function *visit, void *context)
{
    (void)field;
    visit(spec, NULL, "", context);
}

/* Numbers. */

static int set_time(const struct option_spec *spec, void *field, const char *argument,
                    struct error *error)
{
    int64_t time_us;

    if (parse_time_us(argument, &time_us) || time_us < spec->minimum * CLOCK_MS)
        return error_set(error, "'%s' is not a time%s (try 10, 500ms, 3s, 2m)", argument,
                         spec->minimum ? " over 0" : "");
    *(int64_t *)field = time_us;
    return 0;
}

/* "3", "0.25": seconds. */
static void visit_time(const struct option_spec *spec, const void *field,
                       option_visit_function *visit, void *context)
{
    int64_t time_us = *(const int64_t *)field;
    char text[32];
    size_t length = (size_t)snprintf(text, sizeof(text), "%" PRId64 ".%06d", time_us / CLOCK_S,
                                     (int)(time_us % CLOCK_S));

    while (text[length - 1] == '0')
        length--;
    length -= text[length - 1] == '.';
    text[length] = '\0';
    visit(spec, text, "", context);
}

static int set_count(const struct option_spec *spec, void *field, const char *argument,
                     struct error *error)
{
    const char *end;
    long number;

    if (parse_number(argument, spec->minimum, spec->maximum, &number, &end) || *end)
        return error_set(error, "'%s' is not a number from %ld to %ld", argument, spec->minimum,
                         spec->maximum);
    *(long *)field = number;
    return 0;
}

static void visit_count(const struct option_spec *spec, const void *field,
                        option_visit_function *visit, void *context)
{
    char text[32];

    snprintf(text, sizeof(text), "%ld", *(const long *)field);
    visit(spec, text, "", context);
}

static int set_size(const struct option_spec *spec, void *field, const char *argument,
                    struct error *error)
{
    int64_t bytes;

    if (parse_size_bytes(argument, &bytes) || bytes < spec->minimum || bytes > spec->maximum)
        return error_set(error, "'%s' is not a size from %ld to %ld bytes (try 64k, 1M)", argument,
                         spec->minimum, spec->maximum);
    *(int64_t *)field = bytes;
    return 0;
}

static void visit_size(const struct option_spec *spec, const void *field,
                       option_visit_function *visit, void *context)
{
    char text[32];

    snprintf(text, sizeof(text), "%" PRId64, *(const int64_t *)field);
    visit(spec, text, "", context);
}

/* Words and texts. */

/* The reason is "'x' is not a, b or c". */
int option_find_word(const struct option_spec *spec, const char *word, int *index,
                     struct error *error)
{
    char words[128] = "";

    for (int i = 0; spec->words[i]; i++) {
        const char *join = i == 0 ? "" : spec->words[i + 1] ? ", " : " or ";
        size_t length = strlen(words);

        if (strcasecmp(word, spec->words[i]) == 0) {
            *index = i;
            return 0;
        }
        snprintf(words + length, sizeof(words) - length, "%s%s", join, spec->words[i]);
    }
    return error_set(error, "'%s' is not %s", word, words);
}

static int set_choice(const struct option_spec *spec, void *field, const char *argument,
                      struct error *error)
{
    int index;

    if (option_find_word(spec, argument, &index, error))
        return -1;
    *(int *)field = (int)spec->minimum + index;
    return 0;
}

static void visit_choice(const struct option_spec *spec, const void *field,
                         option_visit_function *visit, void *context)
{
    visit(spec, spec->words[*(const int *)field - spec->minimum], "", context);
}

static int set_text(const struct option_spec *spec, void *field, const char *argument,
                    struct error *error)
{
    int index;

    if (spec->words && option_find_word(spec, argument, &index, error))
        return -1;
    *(const char **)field = spec->words ? spec->words[index] : argument;
    return 0;
}

static void visit_text(const struct option_spec *spec, const void *field,
                       option_visit_function *visit, void *context)
{
    visit(spec, *(const char *const *)field, "", context);
}

static bool text_holds(const struct option_spec *spec, const void *field)
{
    (void)spec;
    return *(const char *const *)field != NULL;
}

/* Lists. */

static int set_list(const struct option_spec *spec, void *field, const char *argument,
                    struct error *error)
{
    (void)spec;
    (void)error;
    string_list_add(field, argument);
    return 0;
}

static void visit_list(const struct option_spec *spec, const void *field,
                       option_visit_function *visit, void *context)
{
    const struct string_list *strings = field;

    for (size_t i = 0; i < strings->count; i++)
        visit(spec, strings->items[i], string_list_origin(strings->items[i]), context);
}

static void copy_list(void *to, const void *from)
{
    string_list_copy(to, from);
}

static void release_list(void *field)
{
    string_list_release(field);
}

static int set_pattern(const struct option_spec *spec, void *field, const char *argument,
                       struct error *error)
{
    struct pattern *pattern;

    (void)spec;
    if (!*argument)
        return error_set(error, "an empty regular expression matches everything");
    pattern = pattern_new(argument, 0, error);
    if (!pattern)
        return -1;
    pattern_list_add(field, pattern);
    return 0;
}

static void visit_patterns(const struct option_spec *spec, const void *field,
                           option_visit_function *visit, void *context)
{
    const struct pattern_list *patterns = field;

    for (size_t i = 0; i < patterns->count; i++)
        visit(spec, patterns->items[i]->argument, "", context);
}

static void copy_patterns(void *to, const void *from)
{
    pattern_list_copy(to, from);
}

static void release_patterns(void *field)
{
    pattern_list_release(field);
}

static const struct kind kinds[] = {
    [OPTION_FLAG] = {sizeof(bool), set_flag, visit_nothing, flag_holds, NULL, NULL},
    [OPTION_CLEAR] = {sizeof(bool), set_flag, visit_nothing, flag_holds, NULL, NULL},
    [OPTION_VALUE] = {sizeof(int), set_value, visit_nothing, value_holds, NULL, NULL},
    [OPTION_TIME] = {sizeof(int64_t), set_time, visit_time, NULL, NULL, NULL},
    [OPTION_COUNT] = {sizeof(long), set_count, visit_count, NULL, NULL, NULL},
    [OPTION_SIZE] = {sizeof(int64_t), set_size, visit_size, NULL, NULL, NULL},
    [OPTION_CHOICE] = {sizeof(int), set_choice, visit_choice, NULL, NULL, NULL},
    [OPTION_TEXT] = {sizeof(const char *), set_text, visit_text, text_holds, NULL, NULL},
    [OPTION_OWNED] = {sizeof(struct string_list), NULL, visit_list, NULL, copy_list, release_list},
    [OPTION_LIST] = {sizeof(struct string_list), set_list, visit_list, NULL, copy_list,
                     release_list},
    [OPTION_PATTERN] = {sizeof(struct pattern_list), set_pattern, visit_patterns, NULL,
                        copy_patterns, release_patterns},
    [OPTION_ACTION] = {0, NULL, NULL, NULL, NULL, NULL},
};

static const struct kind *kind_of(const struct option_spec *spec)
{
    return &kinds[spec->kind];
}

static void *field_of(const struct option_spec *spec, void *settings)
{
    return (char *)settings + spec->field;
}

static const void *const_field_of(const struct option_spec *spec, const struct check *check)
{
    return (const char *)check + spec->field;
}

static bool is_missing(int feature)
{
    return feature && !(curl_version_info(CURLVERSION_NOW)->features & feature);
}

static int apply(const struct option_use *use, struct error *error)
{
    const struct option_spec *spec = use->spec;

    if (is_missing(spec->feature))
        return error_set(error, "this libcurl (%s) was built without it",
                         curl_version_info(CURLVERSION_NOW)->version);
    if (spec->validate && spec->validate(use->argument, error))
        return -1;
    if (spec->apply)
        return spec->apply(use, error);
    return kind_of(spec)->set(spec, field_of(spec, use->settings), use->argument, error);
}

int option_apply(const struct option_use *use, struct error *error)
{
    int status;

    errno = EINVAL;
    status = apply(use, error);
    if (status && !error_is_shortage(errno))
        errno = EINVAL;
    return status;
}

bool option_is_repeatable(const struct option_spec *spec)
{
    return spec->kind == OPTION_LIST || spec->kind == OPTION_PATTERN;
}

bool option_holds(const struct option_spec *spec, const struct check *check)
{
    const struct kind *kind = kind_of(spec);

    return !kind->holds || kind->holds(spec, const_field_of(spec, check));
}

bool option_is_set(const struct option_spec *spec, const struct check *check)
{
    const struct check defaults = check_defaults();
    const void *field = const_field_of(spec, check);
    const void *usual = const_field_of(spec, &defaults);

    if (!option_holds(spec, check) || memcmp(field, usual, kind_of(spec)->size) == 0)
        return false;
    return spec->kind != OPTION_TEXT || !*(const char *const *)usual ||
           strcmp(*(const char *const *)field, *(const char *const *)usual) != 0;
}

void option_visit(const struct option_spec *spec, const struct check *check,
                  option_visit_function *visit, void *context)
{
    kind_of(spec)->visit(spec, const_field_of(spec, check), visit, context);
}

void option_reset(const struct option_spec *spec, struct check *check)
{
    const struct check defaults = check_defaults();

    option_release(spec, check);
    memcpy(field_of(spec, check), const_field_of(spec, &defaults), kind_of(spec)->size);
}

void option_duplicate(const struct option_spec *spec, struct check *copy)
{
    const struct kind *kind = kind_of(spec);
    void *field = field_of(spec, copy);
    union {
        struct string_list strings;
        struct pattern_list patterns;
    } original;

    if (!kind->copy)
        return;
    memcpy(&original, field, kind->size);
    kind->copy(field, &original);
}

void option_release(const struct option_spec *spec, struct check *check)
{
    if (kind_of(spec)->release)
        kind_of(spec)->release(field_of(spec, check));
}
