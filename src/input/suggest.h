/* SPDX-License-Identifier: MIT */
#ifndef INPUT_SUGGEST_H
#define INPUT_SUGGEST_H

#include <stddef.h>

/*
 * Finds the name that was probably meant by an unknown one: call suggest_begin(), then
 * suggest_consider() for each existing name; the suggestion is then in nearest.
 */
struct suggestion {
    const char *typed;
    size_t length;       /* of typed */
    const char *nearest; /* borrowed; NULL: no name is near */
    size_t distance;     /* of nearest; while that is NULL, the largest distance that is near */
};

struct suggestion suggest_begin(const char *typed, size_t length);

/*
 * A name is near if a few typing errors (fewer in a short name) explain what was typed, or if what
 * was typed is its beginning.
 */
void suggest_consider(struct suggestion *suggestion, const char *name);

#endif
