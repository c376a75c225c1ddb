/* SPDX-License-Identifier: MIT */
#include "findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "input/expectations.h"

/* What a class comes to for this check. */
static enum verdict weigh(const struct check *check, enum verdict verdict, enum cause cause)
{
    if (check->warn && statuses_hold_cause(check->warn, cause))
        return VERDICT_WARN;
    if (check->accept && statuses_hold_cause(check->accept, cause))
        return VERDICT_OK;
    return verdict;
}

/* "first; class: second", without the class where it is the one before. NULL: out of memory. */
static char *join(const char *first, enum cause before, const char *second, enum cause cause)
{
    bool names = cause != before;
    char *joined;

    if (asprintf(&joined, "%s; %s%s%s", first, names ? cause_name(cause) : "", names ? ": " : "",
                 second) < 0)
        return NULL;
    return joined;
}

static void add_phrase(struct findings *findings, enum verdict verdict, enum cause cause,
                       const char *phrase)
{
    bool is_worse = verdict > findings->verdict;
    char *joined;

    if (is_worse) {
        joined = join(phrase, cause, findings->message, findings->cause);
    } else {
        joined = join(findings->message, findings->last, phrase, cause);
        findings->last = cause;
    }
    if (joined) {
        free(findings->message);
        findings->message = joined;
    }
}

bool findings_add(struct findings *findings, enum verdict verdict, enum cause cause,
                  const char *format, ...)
{
    char *phrase;
    va_list arguments;

    verdict = weigh(findings->check, verdict, cause);
    if (verdict == VERDICT_OK)
        return false;
    va_start(arguments, format);
    if (vasprintf(&phrase, format, arguments) < 0)
        phrase = NULL;
    va_end(arguments);
    if (phrase && findings->message) {
        add_phrase(findings, verdict, cause, phrase);
        free(phrase);
    } else if (phrase) {
        findings->message = phrase;
        findings->last = cause;
    }
    if (verdict > findings->verdict) {
        findings->verdict = verdict;
        findings->cause = cause;
    }
    return true;
}
