/* SPDX-License-Identifier: MIT */
#include "probe/remarks.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "input/expectations.h"

/* What a class comes to for this check. */
static enum verdict weigh(const struct check *check, enum verdict verdict, enum class class)
{
    if (check->warn && statuses_hold_class(check->warn, class))
        return VERDICT_WARN;
    if (check->accept && statuses_hold_class(check->accept, class))
        return VERDICT_OK;
    return verdict;
}

/* "first; class: second", without the class where it is the one before. NULL: out of memory. */
static char *join(const char *first, enum class before, const char *second, enum class class)
{
    bool names = class != before;
    char *joined;

    if (asprintf(&joined, "%s; %s%s%s", first, names ? class_name(class) : "", names ? ": " : "",
                 second) < 0)
        return NULL;
    return joined;
}

static void add_phrase(struct remarks *remarks, enum verdict verdict, enum class class,
                       const char *phrase)
{
    bool is_worse = verdict > remarks->verdict;
    char *joined;

    if (is_worse) {
        joined = join(phrase, class, remarks->message, remarks->class);
    } else {
        joined = join(remarks->message, remarks->last, phrase, class);
        remarks->last = class;
    }
    if (joined) {
        free(remarks->message);
        remarks->message = joined;
    }
}

bool remarks_add(struct remarks *remarks, enum verdict verdict, enum class class,
                 const char *format, ...)
{
    char *phrase;
    va_list arguments;

    verdict = weigh(remarks->check, verdict, class);
    if (verdict == VERDICT_OK)
        return false;
    va_start(arguments, format);
    if (vasprintf(&phrase, format, arguments) < 0)
        phrase = NULL;
    va_end(arguments);
    if (phrase && remarks->message) {
        add_phrase(remarks, verdict, class, phrase);
        free(phrase);
    } else if (phrase) {
        remarks->message = phrase;
        remarks->last = class;
    }
    if (verdict > remarks->verdict) {
        remarks->verdict = verdict;
        remarks->class = class;
    }
    return true;
}
