/* SPDX-License-Identifier: MIT */
#include "filter.h"

#include <string.h>

#include "input/pattern.h"

/* Whether one of the patterns matches the URL; if_unknown: what to answer if a search has no result. */
static bool matches_any(const struct pattern_list *patterns, const char *url, bool if_unknown)
{
    size_t length = strlen(url);

    for (size_t i = 0; i < patterns->count; i++) {
        int found = pattern_search(patterns->items[i], url, length, false);

        if (found < 0 ? if_unknown : found)
            return true;
    }
    return false;
}

bool filter_includes(const struct settings *settings, const struct target *target)
{
    if (matches_any(&settings->exclude, target->url, false))
        return false;
    return settings->include.count == 0 || matches_any(&settings->include, target->url, true);
}
