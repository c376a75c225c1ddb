/* SPDX-License-Identifier: MIT */
#include "input/settings.h"

#include <stdlib.h>
#include <string.h>

#include "canaries.h"
#include "input/check.h"
#include "input/options.h"
#include "input/options_table.h"

int settings_add_input(struct settings *settings, enum input_kind kind, const char *text)
{
    struct input *grown = realloc(settings->inputs, (settings->input_count + 1) * sizeof(*grown));

    if (!grown)
        return -1;
    settings->inputs = grown;
    grown[settings->input_count++] = (struct input){.kind = kind, .text = text};
    return 0;
}

void settings_release(struct settings *settings)
{
    for (size_t i = 0; i < settings->output_count; i++)
        free(settings->outputs[i].text);
    free(settings->outputs);
    free(settings->inputs);
    canaries_release(settings);
    check_release(&settings->check);
    *settings = (struct settings){0};
}
