/* SPDX-License-Identifier: MIT */
#ifndef TESTS_ATTRIBUTE_WORDS_H
#define TESTS_ATTRIBUTE_WORDS_H

#include <stdlib.h>

#include "input/attributes.h"
#include "input/check.h"

/* What stands behind a URL in a line of a list, beside a command line of the test's own. */

static struct check lines;
static struct base base = {.check = &lines};

/* The command line says what `lines` says. */
static inline int identify_base(void)
{
    base.identity = check_identify(&lines);
    base.asked = check_identify_asked(&lines);
    return base.identity && base.asked ? 0 : -1;
}

static inline int release_base(void **state)
{
    (void)state;
    check_release(&lines);
    free(base.identity);
    free(base.asked);
    return 0;
}

/* What the words ask for; they are right. */
static inline struct attributes parse(const char *text)
{
    struct attributes attributes;
    struct error error;

    if (attributes_parse(text, strlen(text), &base, &attributes, &error))
        fail_msg("'%s' is refused: %s", text, error.text);
    return attributes;
}

#endif
