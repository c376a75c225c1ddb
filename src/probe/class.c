/* SPDX-License-Identifier: MIT */
#include "probe/class.h"

#include <string.h>

const char *class_name(enum class class)
{
#define CLASS_WORD(constant, word, hint) [constant] = (word),
    static const char *const words[] = {CLASS_LIST(CLASS_WORD)};
#undef CLASS_WORD

    return words[class];
}

const char *class_hint(enum class class)
{
#define CLASS_HINT(constant, word, hint) [constant] = (hint),
    static const char *const hints[] = {CLASS_LIST(CLASS_HINT)};
#undef CLASS_HINT

    return hints[class];
}

enum class class_find(const char *word, size_t length) {
    for (int class = CLASS_NONE + 1; class < CLASS_COUNT; class ++){
        const char *name = class_name((enum class) class);

        if (strlen(name) == length && memcmp(name, word, length) == 0) return (enum class) class;}
return CLASS_NONE;
}
