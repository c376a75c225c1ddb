/* SPDX-License-Identifier: MIT */
#ifndef PROBE_EXCERPT_H
#define PROBE_EXCERPT_H

#include <stddef.h>

/* Bytes of a response that are kept until they have been judged. All zeros is an empty one. */
struct excerpt {
    char *bytes; /* owned; NULL: none yet; else there is room for a NUL behind them */
    size_t length;
    size_t room;
};

/* Appends a copy, of as much as keeps the length within the limit. 0, or -1 with errno ENOMEM. */
int excerpt_add(struct excerpt *excerpt, const char *bytes, size_t count, size_t limit);

/* Makes it empty, and keeps its room for more. */
void excerpt_clear(struct excerpt *excerpt);

void excerpt_release(struct excerpt *excerpt);

#endif
