/* SPDX-License-Identifier: MIT */
#include "output/dump.h"

#include <stdlib.h>

#include "base/escape.h"
#include "input/options_table.h"
#include "json.h"

/* An option's value, without its secrets. */
static json_t *value_of(const struct option_spec *spec, const char *value, const char *origin)
{
    char *shown;
    json_t *json;

    if (!value)
        return json_null();
    shown = spec->show ? spec->show(value, origin) : escape_text(value);
    json = json_string(shown);
    free(shown);
    return json;
}

static json_t *item_of(const struct option_spec *spec, const char *item)
{
    return value_of(spec, item, string_list_origin(item));
}

static json_t *list_of(const struct option_spec *spec, const struct string_list *strings)
{
    json_t *list = json_array();

    for (size_t i = 0; i < strings->count; i++)
        json_array_append_new(list, item_of(spec, strings->items[i]));
    return list;
}

static json_t *option_of(const struct option_spec *spec, const void *field)
{
    switch (spec->kind) {
    case OPTION_TIME: return json_real((double)*(const int64_t *)field / 1e6);
    case OPTION_COUNT: return json_integer(*(const long *)field);
    case OPTION_SIZE: return json_integer(*(const int64_t *)field);
    case OPTION_CHOICE: return json_string(spec->words[*(const int *)field - spec->minimum]);
    case OPTION_TEXT: return value_of(spec, *(const char *const *)field, "");
    case OPTION_KEPT: return item_of(spec, ((const struct string_list *)field)->items[0]);
    case OPTION_LIST: return list_of(spec, field);
    case OPTION_FLAG:
    case OPTION_CLEAR:
    case OPTION_VALUE:
    case OPTION_ACTION: break;
    }
    return json_true();
}

/* The options that differ from their defaults. */
static json_t *options_of(const struct check *check)
{
    json_t *options = json_object();

    for (size_t i = 0; i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];

        if (spec->scope == SCOPE_CHECK && option_is_set(spec, check))
            json_object_set_new(options, spec->name, option_of(spec, option_field(spec, check)));
    }
    return options;
}

void dump_target(FILE *file, const struct target *target)
{
    json_t *object;

    json_prepare();
    object = json_pack("{so}", "url", json_text(escape_url, target->given));
    if (!target->problem)
        json_object_set_new(object, "name", json_text(escape_text, target->name));
    json_object_set_new(object, "source", json_source(&target->source));
    if (target->problem)
        json_object_set_new(object, "problem", json_text(escape_text, target->problem));
    else
        json_object_set_new(object, "options", options_of(target->check));
    json_print_line(file, object);
}
