/* SPDX-License-Identifier: MIT */
#include "input/settings.h"

#include "base/alloc.h"

void settings_add_input(struct settings *settings, enum input_kind kind, const char *text)
{
    settings->inputs =
        xrealloc(settings->inputs, (settings->input_count + 1) * sizeof(struct input));
    settings->inputs[settings->input_count++] = (struct input){.kind = kind, .text = text};
}

bool settings_report_changes(const struct settings *settings)
{
    return settings->changes || settings->exit_on == EXIT_ON_CHANGES;
}

int settings_no_urls(const struct settings *settings, struct error *error)
{
    if (settings->url_taken_by)
        return error_set(error, "no URLs given: --%s took the URL as its argument",
                         settings->url_taken_by);
    return error_set(error, "no URLs given");
}
