/* SPDX-License-Identifier: MIT */
#include "output/dump.h"

#include <stdlib.h>

#include "base/escape.h"
#include "input/option_table.h"
#include "json_value.h"

/* The argument of an option as a value, without secrets. NULL: the option takes none. */
static json_t *argument_of(const struct option_spec *spec, const char *argument, const char *origin)
{
    char *shown;
    json_t *json;

    if (!argument)
        return json_true();
    switch (spec->kind) {
    case OPTION_TIME: return json_real(strtod(argument, NULL));
    case OPTION_COUNT:
    case OPTION_SIZE: return json_integer(strtoll(argument, NULL, 10));
    default: break;
    }
    shown = spec->show ? spec->show(argument, origin) : escape_text(argument);
    json = json_string(shown);
    free(shown);
    return json;
}

/* Sets the option's value in the object `context`, or appends to it if it is an array. */
static void add_argument(const struct option_spec *spec, const char *argument, const char *origin,
                         void *context)
{
    json_t *value = argument_of(spec, argument, origin);
    json_t *list = json_object_get(context, spec->name);

    if (option_is_repeatable(spec) && !list) {
        list = json_array();
        json_object_set_new(context, spec->name, list);
    }
    if (list)
        json_array_append_new(list, value);
    else
        json_object_set_new(context, spec->name, value);
}

/* The options that differ from their defaults. */
static json_t *options_of(const struct check *check)
{
    json_t *options = json_object();

    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];

        if (spec->scope == SCOPE_CHECK && option_is_set(spec, check))
            option_visit(spec, check, add_argument, options);
    }
    return options;
}

void dump_target(FILE *file, const struct target *target)
{
    json_t *object;
    char *text;

    json_prepare();
    object = json_pack("{so}", "url", json_text(escape_url, target->given));
    if (!target->problem)
        json_object_set_new(object, "name", json_text(escape_text, target->name));
    json_object_set_new(object, "source", json_source(&target->source));
    if (target->problem)
        json_object_set_new(object, "problem", json_text(escape_text, target->problem));
    else
        json_object_set_new(object, "options", options_of(target->check));
    text = json_to_text(object);
    fprintf(file, "%s\n", text);
    free(text);
}
