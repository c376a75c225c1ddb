/* SPDX-License-Identifier: MIT */
#include "base/cause.h"

#include <string.h>

const char *cause_name(enum cause cause)
{
#define CAUSE_WORD(constant, word, hint) [constant] = (word),
    static const char *const words[] = {CAUSE_LIST(CAUSE_WORD)};
#undef CAUSE_WORD

    return words[cause];
}

const char *cause_hint(enum cause cause)
{
#define CAUSE_HINT(constant, word, hint) [constant] = (hint),
    static const char *const hints[] = {CAUSE_LIST(CAUSE_HINT)};
#undef CAUSE_HINT

    return hints[cause];
}

bool cause_is_of_run(enum cause cause)
{
    return cause == CAUSE_LOCAL || cause == CAUSE_DEADLINE || cause == CAUSE_CANCELLED;
}

bool cause_is_of_server(enum cause cause)
{
    return cause != CAUSE_BAD_INPUT && cause != CAUSE_SOME_PLACES && !cause_is_of_run(cause);
}

enum cause cause_find(const char *text, size_t length)
{
    for (int cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++) {
        const char *name = cause_name((enum cause)cause);

        if (strlen(name) == length && memcmp(name, text, length) == 0)
            return (enum cause)cause;
    }
    return CAUSE_NONE;
}
