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
 * All that differs from kind to kind is in this file: set(), visit, holds, and the memory of lists.
 * The compiler warns of a switch that lacks a kind.
 */

static void *field_of(const struct option_spec *spec, void *settings)
{
    return (char *)settings + spec->field;
}

static const void *const_field_of(const struct option_spec *spec, const struct check *check)
{
    return (const char *)check + spec->field;
}

static int set_time(const struct option_spec *spec, const char *argument, int64_t *field,
                    struct error *error)
{
    const char *examples = spec->section == SECTION_CRON ? "1h, 7d, 30d" : "10, 500ms, 3s, 1m30s";
    int64_t time_us = 0;
    int status = parse_time_us(argument, &time_us);

    if (strncmp(argument, "--", 2) == 0)
        return error_set(error, "its %s is missing before %s (try %s)", spec->argument, argument,
                         examples);
    if (time_us == TIME_TOO_LONG_US)
        return error_set(error, "'%s' is too long: %d days is the most", argument, TIME_DAYS_MAX);
    if (status || time_us < spec->minimum * CLOCK_MS)
        return error_set(error, "'%s' is not a time%s (try %s)", argument,
                         spec->minimum ? " over 0" : "", examples);
    *field = time_us;
    return 0;
}

static int set_count(const struct option_spec *spec, const char *argument, long *field,
                     struct error *error)
{
    const char *end;
    long number;

    if (parse_number(argument, spec->minimum, spec->maximum, &number, &end) || *end)
        return error_set(error, "'%s' is not a number from %ld to %ld", argument, spec->minimum,
                         spec->maximum);
    *field = number;
    return 0;
}

static int set_size(const struct option_spec *spec, const char *argument, int64_t *field,
                    struct error *error)
{
    int64_t bytes;

    if (parse_size_bytes(argument, &bytes) || bytes < spec->minimum || bytes > spec->maximum)
        return error_set(error, "'%s' is not a size from %ld to %ld bytes (try 64k, 1M)", argument,
                         spec->minimum, spec->maximum);
    *field = bytes;
    return 0;
}

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

static int set_choice(const struct option_spec *spec, const char *argument, int *field,
                      struct error *error)
{
    int index;

    if (option_find_word(spec, argument, &index, error))
        return -1;
    *field = (int)spec->minimum + index;
    return 0;
}

static int set_text(const struct option_spec *spec, const char *argument, const char **field,
                    struct error *error)
{
    int index;

    if (spec->words && option_find_word(spec, argument, &index, error))
        return -1;
    *field = spec->words ? spec->words[index] : argument;
    return 0;
}

static int add_pattern(const char *argument, struct pattern_list *patterns, struct error *error)
{
    struct pattern *pattern;

    if (!*argument)
        return error_set(error, "an empty regular expression matches everything");
    pattern = pattern_new(argument, 0, error);
    if (!pattern)
        return -1;
    pattern_list_add(patterns, pattern);
    return 0;
}

static int set(const struct option_use *use, struct error *error)
{
    const struct option_spec *spec = use->spec;
    void *field = field_of(spec, use->settings);

    switch (spec->kind) {
    case OPTION_FLAG: *(bool *)field = true; break;
    case OPTION_CLEAR: *(bool *)field = false; break;
    case OPTION_VALUE: *(int *)field = (int)spec->minimum; break;
    case OPTION_TIME: return set_time(spec, use->argument, field, error);
    case OPTION_COUNT: return set_count(spec, use->argument, field, error);
    case OPTION_SIZE: return set_size(spec, use->argument, field, error);
    case OPTION_CHOICE: return set_choice(spec, use->argument, field, error);
    case OPTION_TEXT: return set_text(spec, use->argument, field, error);
    case OPTION_LIST: string_list_add(field, use->argument); break;
    case OPTION_PATTERN: return add_pattern(use->argument, field, error);
    case OPTION_OWNED:
    case OPTION_ACTION: break; /* options of these kinds have apply() */
    }
    return 0;
}

static bool is_missing(int feature)
{
    return feature && !(curl_version_info(CURLVERSION_NOW)->features & feature);
}

static int apply(const struct option_use *use, struct error *error)
{
    const struct option_spec *spec = use->spec;

    if (use->distrust && spec->uses_machine && spec->uses_machine(use->argument))
        return error_set(error,
                         "only a trusted list may use files or variables of this machine, and %s",
                         use->distrust);
    if (is_missing(spec->feature))
        return error_set(error, "this libcurl (%s) was built without it",
                         curl_version_info(CURLVERSION_NOW)->version);
    if (spec->validate && spec->validate(use->argument, error))
        return -1;
    if (spec->apply)
        return spec->apply(use, error);
    return set(use, error);
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

bool option_is_for(const struct option_spec *spec, enum option_mode mode)
{
    static const unsigned modes_of[SECTION_COUNT] = {
        [SECTION_INPUT] = MODE_DUMP,
        [SECTION_REQUEST] = MODE_DUMP,
        [SECTION_EXPECT] = MODE_DUMP,
        [SECTION_LIMITS] = MODE_DUMP,
        [SECTION_TLS] = MODE_DUMP,
        [SECTION_NETWORK] = MODE_DUMP,
        [SECTION_LOAD] = MODE_DUMP,
        [SECTION_MERGE] = MODE_MERGE,
        [SECTION_OUTPUT] = MODE_MERGE | MODE_HISTORY | MODE_DUMP,
        [SECTION_CRON] = MODE_MERGE | MODE_DUMP,
        [SECTION_OTHER] = MODE_MERGE | MODE_HISTORY | MODE_DUMP,
    };

    return ((modes_of[spec->section] | spec->also_for) & ~spec->not_for & mode) != 0;
}

bool option_is_repeatable(const struct option_spec *spec)
{
    return spec->kind == OPTION_LIST || spec->kind == OPTION_PATTERN;
}

bool option_holds(const struct option_spec *spec, const struct check *check)
{
    const void *field = const_field_of(spec, check);

    switch (spec->kind) {
    case OPTION_FLAG: return *(const bool *)field;
    case OPTION_CLEAR: return !*(const bool *)field;
    case OPTION_VALUE: return *(const int *)field == spec->minimum;
    default: return true;
    }
}

static size_t field_size(enum option_kind kind)
{
    switch (kind) {
    case OPTION_FLAG:
    case OPTION_CLEAR: return sizeof(bool);
    case OPTION_VALUE:
    case OPTION_CHOICE: return sizeof(int);
    case OPTION_TIME:
    case OPTION_SIZE: return sizeof(int64_t);
    case OPTION_COUNT: return sizeof(long);
    case OPTION_TEXT: return sizeof(const char *);
    case OPTION_OWNED:
    case OPTION_LIST: return sizeof(struct string_list);
    case OPTION_PATTERN: return sizeof(struct pattern_list);
    case OPTION_ACTION: break;
    }
    return 0;
}

bool option_is_set(const struct option_spec *spec, const struct check *check)
{
    const struct check defaults = check_defaults();
    const void *field = const_field_of(spec, check);
    const void *usual = const_field_of(spec, &defaults);

    if (spec->kind == OPTION_TEXT && *(const char *const *)field && *(const char *const *)usual)
        return strcmp(*(const char *const *)field, *(const char *const *)usual) != 0;
    /* Empty lists are all zeros. */
    return option_holds(spec, check) && memcmp(field, usual, field_size(spec->kind)) != 0;
}

/* "3", "0.25": seconds. */
static void format_time(int64_t time_us, char *text, size_t size)
{
    size_t length = (size_t)snprintf(text, size, "%" PRId64 ".%06d", time_us / CLOCK_S,
                                     (int)(time_us % CLOCK_S));

    while (text[length - 1] == '0')
        length--;
    length -= text[length - 1] == '.';
    text[length] = '\0';
}

static void visit_strings(const struct option_spec *spec, const struct string_list *strings,
                          option_visit_function *visit, void *context)
{
    for (size_t i = 0; i < strings->count; i++)
        visit(spec, strings->items[i], string_list_origin(strings->items[i]), context);
}

static void visit_patterns(const struct option_spec *spec, const struct pattern_list *patterns,
                           option_visit_function *visit, void *context)
{
    for (size_t i = 0; i < patterns->count; i++)
        visit(spec, patterns->items[i]->argument, "", context);
}

void option_visit(const struct option_spec *spec, const struct check *check,
                  option_visit_function *visit, void *context)
{
    const void *field = const_field_of(spec, check);
    const char *argument = NULL;
    char number[32];

    switch (spec->kind) {
    case OPTION_FLAG:
    case OPTION_CLEAR:
    case OPTION_VALUE: break;
    case OPTION_TIME:
        format_time(*(const int64_t *)field, number, sizeof(number));
        argument = number;
        break;
    case OPTION_COUNT:
        snprintf(number, sizeof(number), "%ld", *(const long *)field);
        argument = number;
        break;
    case OPTION_SIZE:
        snprintf(number, sizeof(number), "%" PRId64, *(const int64_t *)field);
        argument = number;
        break;
    case OPTION_CHOICE: argument = spec->words[*(const int *)field - spec->minimum]; break;
    case OPTION_TEXT: argument = *(const char *const *)field; break;
    case OPTION_OWNED:
    case OPTION_LIST: visit_strings(spec, field, visit, context); return;
    case OPTION_PATTERN: visit_patterns(spec, field, visit, context); return;
    case OPTION_ACTION: return;
    }
    visit(spec, argument, "", context);
}

void option_duplicate(const struct option_spec *spec, struct check *copy)
{
    void *field = field_of(spec, copy);

    if (spec->kind == OPTION_OWNED || spec->kind == OPTION_LIST) {
        struct string_list original = *(struct string_list *)field;

        string_list_copy(field, &original);
    } else if (spec->kind == OPTION_PATTERN) {
        struct pattern_list original = *(struct pattern_list *)field;

        pattern_list_copy(field, &original);
    }
}

void option_release(const struct option_spec *spec, struct check *check)
{
    if (spec->kind == OPTION_OWNED || spec->kind == OPTION_LIST)
        string_list_release(field_of(spec, check));
    else if (spec->kind == OPTION_PATTERN)
        pattern_list_release(field_of(spec, check));
}

void option_reset(const struct option_spec *spec, struct check *check)
{
    const struct check defaults = check_defaults();

    option_release(spec, check);
    memcpy(field_of(spec, check), const_field_of(spec, &defaults), field_size(spec->kind));
}
