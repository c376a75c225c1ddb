/* SPDX-License-Identifier: MIT */
#include "option_parsers.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

int apply_input_file(const struct option_spec *spec, void *of, const char *argument,
                     struct error *error)
{
    (void)spec;
    return settings_add_input(of, INPUT_FILE, argument) ? error_set(error, "out of memory") : 0;
}

/* "NAME[:FILE]" */
int apply_format(const struct option_spec *spec, void *of, const char *argument,
                 struct error *error)
{
    struct settings *settings = of;
    struct output_request *request;
    char *text = strdup(argument);
    char *file = text ? strchr(text, ':') : NULL;

    request =
        text ? realloc(settings->outputs, (settings->output_count + 1) * sizeof(*request)) : NULL;
    if (!request) {
        free(text);
        return error_set(error, "out of memory");
    }
    settings->outputs = request;
    request += settings->output_count++;
    if (file)
        *file++ = '\0';
    *request = (struct output_request){.file = file, .text = text};
    if (file && !*file)
        return error_set(error, "'%s' names no file after the colon", argument);
    return option_find_word(spec, text, &request->format, error);
}

/* "N[/s|/m|/h]" */
int apply_rate(const struct option_spec *spec, void *of, const char *argument, struct error *error)
{
    static const struct {
        const char *unit;
        int64_t period_us;
    } units[] = {{"", CLOCK_S}, {"/s", CLOCK_S}, {"/m", 60 * CLOCK_S}, {"/h", 3600 * CLOCK_S}};
    struct settings *settings = of;
    char *end = NULL;
    long count = isdigit((unsigned char)*argument) ? strtol(argument, &end, 10) : 0;

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (count < spec->minimum || count > spec->maximum || strcmp(end, units[i].unit) != 0)
            continue;
        settings->rate = (struct rate){.count = (size_t)count, .period_us = units[i].period_us};
        return 0;
    }
    return error_set(error, "'%s' is not a number from %ld to %ld with /s, /m or /h", argument,
                     spec->minimum, spec->maximum);
}

/* A number of the table's range at *text, which is moved behind it; 0: there is none. */
static long read_number(const struct option_spec *spec, const char **text)
{
    char *end = NULL;
    long number = isdigit((unsigned char)**text) ? strtol(*text, &end, 10) : 0;

    if (number < spec->minimum || number > spec->maximum)
        return 0;
    *text = end;
    return number;
}

/* "I/N" */
int apply_shard(const struct option_spec *spec, void *of, const char *argument, struct error *error)
{
    struct settings *settings = of;
    const char *rest = argument;
    long index = read_number(spec, &rest);
    long count = index && *rest++ == '/' ? read_number(spec, &rest) : 0;

    if (count == 0 || *rest || index > count)
        return error_set(error, "'%s' is not I/N: I from 1 to N, N up to %ld (try 1/3, 2/3, 3/3)",
                         argument, spec->maximum);
    settings->shard = (struct shard){.index = (size_t)index, .count = (size_t)count};
    return 0;
}
