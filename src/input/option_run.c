/* SPDX-License-Identifier: MIT */
#include "input/option_meanings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int apply_input_file(const struct option_spec *spec, void *of, const char *argument,
                     struct reason *reason)
{
    (void)spec;
    return settings_add_input(of, INPUT_FILE, argument) ? reason_set(reason, "out of memory") : 0;
}

/* "NAME[:FILE]" */
int apply_format(const struct option_spec *spec, void *of, const char *argument,
                 struct reason *reason)
{
    struct settings *settings = of;
    struct output_request *grown;
    char *format = strdup(argument);
    char *file;

    (void)spec;
    grown =
        format ? realloc(settings->outputs, (settings->output_count + 1) * sizeof(*grown)) : NULL;
    if (!grown) {
        free(format);
        return reason_set(reason, "out of memory");
    }
    settings->outputs = grown;
    file = strchr(format, ':');
    if (file)
        *file++ = '\0';
    grown[settings->output_count++] = (struct output_request){.format = format, .file = file};
    if (file && !*file)
        return reason_set(reason, "'%s' names no file after the colon", argument);
    return 0;
}
