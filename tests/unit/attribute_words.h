/* SPDX-License-Identifier: MIT */
#ifndef TESTS_ATTRIBUTE_WORDS_H
#define TESTS_ATTRIBUTE_WORDS_H

#include <stdlib.h>

#include "input/attributes.h"
#include "input/check_options.h"

/* Attributes of a line, with a command line of the test's own. */

static struct check command_line;
static struct line_defaults defaults = {.check = &command_line};

/* To be called when command_line is complete. */
static inline void identify_defaults(void)
{
    defaults.identity = check_identify(&command_line);
    defaults.request_identity = check_identify_request(&command_line);
}

static inline int release_defaults(void **state)
{
    (void)state;
    check_release(&command_line);
    free(defaults.identity);
    free(defaults.request_identity);
    return 0;
}

/* The attributes of a text, which must be right. */
static inline struct attributes parse(const char *text)
{
    struct attributes attributes;
    struct error error;

    if (attributes_parse(text, strlen(text), &defaults, &attributes, &error))
        fail_msg("'%s' is refused: %s", text, error.text);
    return attributes;
}

#endif
