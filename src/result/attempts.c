/* SPDX-License-Identifier: MIT */
#include "result/attempts.h"

#include <stdlib.h>

#include "base/alloc.h"

void attempts_add(struct attempts *attempts, const struct attempt *attempt)
{
    attempts->items = xrealloc(attempts->items, (attempts->count + 1) * sizeof(*attempts->items));
    attempts->items[attempts->count++] = *attempt;
}

void attempts_release(struct attempts *attempts)
{
    for (size_t i = 0; i < attempts->count; i++)
        free(attempts->items[i].message);
    free(attempts->items);
    *attempts = (struct attempts){0};
}
