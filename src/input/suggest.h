/* SPDX-License-Identifier: MIT */
#ifndef INPUT_SUGGEST_H
#define INPUT_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

/* Which of many names is meant by one that is none of them. */
struct suggestion {
    const char *typed;
    size_t length;       /* of what was typed */
    const char *nearest; /* borrowed; NULL: none is near */
    size_t distance;     /* of the nearest; before there is one, how far is still near */
};

struct suggestion suggest_begin(const char *typed, size_t length);

/* Considers a name: near is what a few slips, fewer in a short name, make of it, or cut short. */
void suggest_consider(struct suggestion *suggestion, const char *name);

#endif
