/* SPDX-License-Identifier: MIT */
#include "option_parsers.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/units.h"
#include "base/url_parts.h"
#include "input/arg_file.h"
#include "input/maintenance.h"
#include "input/ping_url.h"
#include "input/settings.h"
#include "shard.h"

/* The options about the run that are no single value. */

int apply_input_file(const struct option_use *use, struct error *error)
{
    if (url_is_web(use->argument))
        return error_set(error, "this is a URL, not the file of a list: leave out -i");
    settings_add_input(use->settings, INPUT_FILE, use->argument);
    return 0;
}

/* -h is one screen, --help everything. */
int apply_help(const struct option_use *use, struct error *error)
{
    struct settings *settings = use->settings;

    (void)error;
    settings->help = use->by_letter ? HELP_BRIEF : HELP_ALL;
    return 0;
}

/* "NAME[:FILE]" */
int apply_format(const struct option_use *use, struct error *error)
{
    struct settings *settings = use->settings;
    char *text = xstrdup(use->argument);
    char *file = strchr(text, ':');
    struct output_request *request;

    settings->outputs =
        xrealloc(settings->outputs, (settings->output_count + 1) * sizeof(*request));
    request = &settings->outputs[settings->output_count++];
    if (file)
        *file++ = '\0';
    *request = (struct output_request){.file = file, .text = text};
    if (file && !*file)
        return error_set(error, "'%s' has no file name after the colon", use->argument);
    return option_find_word(use->spec, text, &request->format, error);
}

/* The text that "@FILE", "@-" or "@env:NAME" means; NULL with the reason. The caller frees it. */
static char *read_write_out(const char *place, struct settings *settings, struct error *error)
{
    if (strcmp(place, "-") != 0)
        return arg_read_text(place, ARG_FILES_ANY, error);
    settings->is_write_out_from_stdin = true;
    return arg_stdin_read_text(error);
}

/* As curl: lines of a file are joined, and only \n in them is a newline. */
static void join_lines(char *text)
{
    char *out = text;

    for (; *text; text++) {
        if (*text != '\n' && *text != '\r')
            *out++ = *text;
    }
    *out = '\0';
}

/* "FORMAT", "@FILE", "@-", "@env:NAME" */
int apply_write_out(const struct option_use *use, struct error *error)
{
    struct settings *settings = use->settings;
    struct write_out *write_out;
    char *text = NULL;

    if (*use->argument == '@') {
        text = read_write_out(use->argument + 1, settings, error);
        if (!text)
            return -1;
        join_lines(text);
    }
    write_out = write_out_parse(text ? text : use->argument, error);
    free(text);
    if (!write_out)
        return -1;
    write_out_free(settings->write_out);
    settings->write_out = write_out;
    settings->check.write_out = write_out;
    return 0;
}

int validate_place(const char *argument, struct error *error)
{
    return *argument ? 0 : error_set(error, "a place needs a name (the default is the host name)");
}

int validate_expect(const char *argument, struct error *error)
{
    return *argument ? 0 : error_set(error, "a list needs a name");
}

int validate_state(const char *argument, struct error *error)
{
    if (strcmp(argument, "-") == 0)
        return error_set(error, "it is a file, not standard input (./- is a file of that name)");
    return *argument ? 0 : error_set(error, "a file needs a name");
}

/* An argument that is refused is not quoted: it is a secret. */
int apply_ping_url(const struct option_use *use, struct error *error)
{
    struct settings *settings = use->settings;

    if (set_secret(use, &settings->ping_url, error))
        return -1;
    return ping_url_check(settings->ping_url.items[0], error);
}

int validate_needs(const char *argument, struct error *error)
{
    return *argument ? 0 : error_set(error, "the name of a line is missing (name=...)");
}

int validate_maintenance(const char *argument, struct error *error)
{
    return maintenance_check(argument, error);
}

/* "N[/s|/m|/h]" */
int apply_rate(const struct option_use *use, struct error *error)
{
    static const struct {
        const char *unit;
        int64_t period_us;
    } units[] = {{"", CLOCK_S}, {"/s", CLOCK_S}, {"/m", 60 * CLOCK_S}, {"/h", 3600 * CLOCK_S}};
    const struct option_spec *spec = use->spec;
    struct settings *settings = use->settings;
    const char *unit;
    long count;

    if (parse_number(use->argument, spec->minimum, spec->maximum, &count, &unit) == 0) {
        for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
            if (strcmp(unit, units[i].unit) != 0)
                continue;
            settings->rate = (struct rate){.count = (size_t)count, .period_us = units[i].period_us};
            return 0;
        }
    }
    return error_set(error, "'%s' is not a number from %ld to %ld with /s, /m or /h", use->argument,
                     spec->minimum, spec->maximum);
}

/* "3", "2.5": without a sign. */
static bool parse_factor(const char *text, double *factor, const char **end)
{
    char *after;

    if (*text < '0' || *text > '9' || strspn(text, "0123456789.") > 8)
        return false;
    *factor = strtod(text, &after);
    *end = after;
    return *factor > 1;
}

/* "Kx", "Kx/N" */
int apply_slower_than(const struct option_use *use, struct error *error)
{
    const struct option_spec *spec = use->spec;
    struct settings *settings = use->settings;
    const char *end;
    double factor;
    long count = 20;

    if (parse_factor(use->argument, &factor, &end) && *end == 'x' &&
        (end[1] == '\0' ||
         (end[1] == '/' && parse_number(end + 2, spec->minimum, spec->maximum, &count, &end) == 0 &&
          *end == '\0'))) {
        settings->slower_than = (struct slower_than){.factor = factor, .count = (size_t)count};
        return 0;
    }
    return error_set(error, "'%s' is not Kx or Kx/N: K over 1, N from %ld to %ld (try 3x, 2.5x/50)",
                     use->argument, spec->minimum, spec->maximum);
}

/* "auto/N" */
static int set_auto_shard(const struct option_use *use, const char *count_text, struct error *error)
{
    struct settings *settings = use->settings;
    struct error reason;
    const char *end;
    size_t index;
    long count;

    if (parse_number(count_text, 1, use->spec->maximum, &count, &end) || *end)
        return error_set(error, "'%s' is not auto/N: N from 1 to %ld", use->argument,
                         use->spec->maximum);
    if (shard_find_index((size_t)count, &index, &reason))
        return error_set(error, "%s: %s", use->argument, reason.text);
    settings->shard = (struct shard){.index = index, .count = (size_t)count};
    return 0;
}

/* "I/N", "auto/N" */
int apply_shard(const struct option_use *use, struct error *error)
{
    static const char automatic[] = "auto/";
    const struct option_spec *spec = use->spec;
    struct settings *settings = use->settings;
    const char *end;
    long index, count;

    if (strncmp(use->argument, automatic, strlen(automatic)) == 0)
        return set_auto_shard(use, use->argument + strlen(automatic), error);
    if (parse_number(use->argument, 1, spec->maximum, &index, &end) || *end != '/' ||
        parse_number(end + 1, index, spec->maximum, &count, &end) || *end)
        return error_set(
            error, "'%s' is not I/N: I from 1 to N, N up to %ld (try 1/3, 2/3, 3/3 or auto/3)",
            use->argument, spec->maximum);
    settings->shard = (struct shard){.index = (size_t)index, .count = (size_t)count};
    return 0;
}
