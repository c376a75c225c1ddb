/* SPDX-License-Identifier: MIT */
#include "input/options_table.h"

#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/units.h"
#include "input/check.h"
#include "input/options.h"

static int apply_time(const struct option_spec *spec, const char *argument, int64_t *field,
                      struct error *error)
{
    if (parse_time_us(argument, field) || *field < spec->minimum * CLOCK_MS)
        return error_set(error, "'%s' is not a time%s (try 10, 500ms, 3s, 2m)", argument,
                         spec->minimum ? " over 0" : "");
    return 0;
}

static int apply_count(const struct option_spec *spec, const char *argument, long *field,
                       struct error *error)
{
    char *end;
    long number;

    errno = 0;
    number = strtol(argument, &end, 10);
    if (isspace((unsigned char)*argument) || end == argument || *end || errno ||
        number < spec->minimum || number > spec->maximum)
        return error_set(error, "'%s' is not a number from %ld to %ld", argument, spec->minimum,
                         spec->maximum);
    *field = number;
    return 0;
}

static int apply_size(const struct option_spec *spec, const char *argument, int64_t *field,
                      struct error *error)
{
    int64_t bytes;

    if (parse_size_bytes(argument, &bytes) || bytes < spec->minimum || bytes > spec->maximum)
        return error_set(error, "'%s' is not a size from %ld to %ld bytes (try 64k, 1M)", argument,
                         spec->minimum, spec->maximum);
    *field = bytes;
    return 0;
}

/* "'x' is not a, b or c". */
int option_find_word(const struct option_spec *spec, const char *word, int *place,
                     struct error *error)
{
    char words[128] = "";

    for (int i = 0; spec->words[i]; i++) {
        const char *join = i == 0 ? "" : spec->words[i + 1] ? ", " : " or ";
        size_t length = strlen(words);

        if (strcasecmp(word, spec->words[i]) == 0) {
            *place = i;
            return 0;
        }
        snprintf(words + length, sizeof(words) - length, "%s%s", join, spec->words[i]);
    }
    return error_set(error, "'%s' is not %s", word, words);
}

static int apply_text(const struct option_spec *spec, const char *argument, const char **field,
                      struct error *error)
{
    int place;

    *field = argument;
    if (!spec->words)
        return 0;
    if (option_find_word(spec, argument, &place, error))
        return -1;
    *field = spec->words[place];
    return 0;
}

static int apply_choice(const struct option_spec *spec, const char *argument, int *field,
                        struct error *error)
{
    int place;

    if (option_find_word(spec, argument, &place, error))
        return -1;
    *field = (int)spec->minimum + place;
    return 0;
}

const void *option_field(const struct option_spec *spec, const void *of)
{
    return (const char *)of + spec->field;
}

static int apply_kind(const struct option_spec *spec, void *field, const char *argument,
                      struct error *error)
{
    switch (spec->kind) {
    case OPTION_FLAG: *(bool *)field = true; return 0;
    case OPTION_CLEAR: *(bool *)field = false; return 0;
    case OPTION_VALUE: *(int *)field = (int)spec->minimum; return 0;
    case OPTION_TIME: return apply_time(spec, argument, field, error);
    case OPTION_COUNT: return apply_count(spec, argument, field, error);
    case OPTION_SIZE: return apply_size(spec, argument, field, error);
    case OPTION_CHOICE: return apply_choice(spec, argument, field, error);
    case OPTION_TEXT: return apply_text(spec, argument, field, error);
    case OPTION_LIST:
        return string_list_add(field, argument) ? error_set(error, "out of memory") : 0;
    case OPTION_KEPT:
    case OPTION_ACTION: break;
    }
    return 0;
}

static bool is_lacking(int feature)
{
    return feature && !(curl_version_info(CURLVERSION_NOW)->features & feature);
}

int option_apply(const struct option_spec *spec, void *of, const char *argument,
                 struct error *error)
{
    int status;

    errno = EINVAL;
    if (is_lacking(spec->feature))
        return error_set(error, "this libcurl (%s) was built without it",
                         curl_version_info(CURLVERSION_NOW)->version);
    if (spec->apply)
        status = spec->apply(spec, of, argument, error);
    else
        status = apply_kind(spec, (char *)of + spec->field, argument, error);
    if (status && errno != ENOMEM && errno != EMFILE && errno != ENFILE)
        errno = EINVAL;
    return status;
}

void option_reset(const struct option_spec *spec, struct check *check)
{
    static const size_t sizes[] = {
        [OPTION_FLAG] = sizeof(bool),
        [OPTION_CLEAR] = sizeof(bool),
        [OPTION_VALUE] = sizeof(int),
        [OPTION_CHOICE] = sizeof(int),
        [OPTION_TIME] = sizeof(int64_t),
        [OPTION_SIZE] = sizeof(int64_t),
        [OPTION_COUNT] = sizeof(long),
        [OPTION_TEXT] = sizeof(const char *),
        [OPTION_LIST] = 0,
        [OPTION_KEPT] = 0,
        [OPTION_ACTION] = 0,
    };
    const struct check defaults = check_defaults();
    void *field = (char *)check + spec->field;

    if (spec->kind == OPTION_LIST || spec->kind == OPTION_KEPT)
        string_list_release(field);
    memcpy(field, option_field(spec, &defaults), sizes[spec->kind]);
}

static bool differ(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) != 0 : a != b;
}

bool option_is_set(const struct option_spec *spec, const struct check *check)
{
    const struct check defaults = check_defaults();
    const void *field = option_field(spec, check);
    const void *usual = option_field(spec, &defaults);

    switch (spec->kind) {
    case OPTION_FLAG: return *(const bool *)field && !*(const bool *)usual;
    case OPTION_CLEAR: return !*(const bool *)field && *(const bool *)usual;
    case OPTION_VALUE:
        return *(const int *)field == spec->minimum && *(const int *)usual != spec->minimum;
    case OPTION_TIME:
    case OPTION_SIZE: return *(const int64_t *)field != *(const int64_t *)usual;
    case OPTION_COUNT: return *(const long *)field != *(const long *)usual;
    case OPTION_CHOICE: return *(const int *)field != *(const int *)usual;
    case OPTION_TEXT: return differ(*(const char *const *)field, *(const char *const *)usual);
    case OPTION_KEPT:
    case OPTION_LIST: return ((const struct string_list *)field)->count > 0;
    case OPTION_ACTION: break;
    }
    return false;
}
