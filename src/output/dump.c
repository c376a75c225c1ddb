/* SPDX-License-Identifier: MIT */
#include "output/dump.h"

#include <errno.h>
#include <stdlib.h>

#include "base/escape.h"
#include "input/option_table.h"
#include "json.h"

/* A value that an option may want hidden. */
static json_t *value_of(const struct option_spec *spec, const char *value, const char *origin)
{
    char *shown;
    json_t *json;

    shown = spec->show ? spec->show(value, origin) : escape_text(value);
    json = shown ? json_string(shown) : NULL;
    free(shown);
    return json;
}

static json_t *argument_of(const struct option_spec *spec, const char *argument, const char *origin)
{
    if (!argument)
        return json_true();
    switch (spec->kind) {
    case OPTION_TIME: return json_real(strtod(argument, NULL));
    case OPTION_COUNT:
    case OPTION_SIZE: return json_integer(strtoll(argument, NULL, 10));
    default: return value_of(spec, argument, origin);
    }
}

/* Sets the option's value in the object `context`, or appends to it if it is an array. */
static void add_argument(const struct option_spec *spec, const char *argument, const char *origin,
                         void *context)
{
    json_t *value = argument_of(spec, argument, origin);
    json_t *list = json_object_get(context, spec->name);

    if (option_is_repeatable(spec) && !list) {
        json_object_set_new(context, spec->name, json_array());
        list = json_object_get(context, spec->name);
    }
    if (list)
        json_array_append_new(list, value);
    else
        json_object_set_new(context, spec->name, value);
}

static json_t *options_of(const struct check *check)
{
    json_t *options = json_object();

    for (size_t i = 0; options && i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];

        if (spec->scope == SCOPE_CHECK && option_is_set(spec, check))
            option_visit(spec, check, add_argument, options);
    }
    return options;
}

static json_t *object_of(const struct target *target)
{
    if (target->problem)
        return json_pack("{so so so}", "url", json_text(escape_url, target->given), "source",
                         json_source(&target->source), "problem",
                         json_text(escape_text, target->problem));
    return json_pack("{so so so so}", "url", json_text(escape_url, target->given), "name",
                     json_text(escape_text, target->name), "source", json_source(&target->source),
                     "options", options_of(target->check));
}

int dump_target(FILE *file, const struct target *target)
{
    json_t *object = object_of(target);
    char *text = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;

    json_decref(object);
    if (!text) {
        errno = ENOMEM;
        return -1;
    }
    fprintf(file, "%s\n", text);
    free(text);
    return 0;
}
