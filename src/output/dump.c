/* SPDX-License-Identifier: MIT */
#include "output/dump.h"

#include <errno.h>
#include <stdlib.h>

#include "input/options_table.h"
#include "base/escape.h"
#include "json.h"

/* A value that an option may want hidden. */
static json_t *value_of(const struct option_spec *spec, const char *value, const char *origin)
{
    char *shown;
    json_t *json;

    if (!value)
        return json_null();
    shown = spec->show ? spec->show(value, origin) : escape_text(value);
    json = shown ? json_string(shown) : NULL;
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

    for (size_t i = 0; list && i < strings->count; i++) {
        if (json_array_append_new(list, item_of(spec, strings->items[i]))) {
            json_decref(list);
            return NULL;
        }
    }
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

static json_t *options_of(const struct check *check)
{
    json_t *options = json_object();

    for (size_t i = 0; options && i < option_spec_count; i++) {
        const struct option_spec *spec = &option_specs[i];

        if (spec->scope != SCOPE_CHECK || !option_is_set(spec, check))
            continue;
        if (json_object_set_new(options, spec->name, option_of(spec, option_field(spec, check)))) {
            json_decref(options);
            return NULL;
        }
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
