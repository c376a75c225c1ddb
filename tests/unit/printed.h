/* SPDX-License-Identifier: MIT */
#ifndef TESTS_PRINTED_H
#define TESTS_PRINTED_H

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* What a function prints. The caller frees it. */
static inline char *printed(void (*print)(FILE *))
{
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);

    assert_non_null(file);
    print(file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(strlen(text), length);
    return text;
}

/* Ends a text for assertions. The caller frees it. */
static inline char *ended(struct text *text)
{
    text_add_char(text, '\0');
    assert_int_equal(strlen(text->bytes), text->length - 1);
    return text->bytes;
}

#endif
