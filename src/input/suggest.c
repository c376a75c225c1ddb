/* SPDX-License-Identifier: MIT */
#include "suggest.h"

#include <string.h>

#define NAME_MAX_BYTES 32

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/*
 * The number of insertions, deletions, substitutions and swaps of neighbours that make b of a, by
 * optimal string alignment: https://en.wikipedia.org/wiki/Damerau-Levenshtein_distance.
 */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][NAME_MAX_BYTES + 1];

    for (size_t k = 0; k <= b_length; k++)
        rows[0][k] = k;
    for (size_t i = 1; i <= a_length; i++) {
        const size_t *before = rows[(i + 1) % 3], *above = rows[(i + 2) % 3];
        size_t *row = rows[i % 3];

        row[0] = i;
        for (size_t k = 1; k <= b_length; k++) {
            row[k] = least(above[k], row[k - 1]) + 1;
            row[k] = least(row[k], above[k - 1] + (a[i - 1] != b[k - 1]));
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                row[k] = least(row[k], before[k - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

struct suggestion suggest_begin(const char *typed, size_t length)
{
    return (struct suggestion){.typed = typed,
                               .length = length,
                               .distance = length < 3 ? 0 : least(1 + length / 5, 3)};
}

void suggest_consider(struct suggestion *suggestion, const char *name)
{
    size_t length = strlen(name);
    size_t found;

    if (suggestion->length < 3 || suggestion->length > NAME_MAX_BYTES || length > NAME_MAX_BYTES)
        return;
    /* A beginning of any length counts as one error. */
    if (strncmp(name, suggestion->typed, suggestion->length) == 0)
        found = 1;
    else
        found = distance(suggestion->typed, suggestion->length, name, length);
    if (found > suggestion->distance || (suggestion->nearest && found == suggestion->distance))
        return;
    suggestion->nearest = name;
    suggestion->distance = found;
}
