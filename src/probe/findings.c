/* SPDX-License-Identifier: MIT */
#include "findings.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "input/expectations.h"

/* Applies --warn and --accept. */
static enum verdict weigh(const struct check *check, enum verdict verdict, enum cause cause)
{
    if (check->warn && statuses_hold_cause(check->warn, cause))
        return VERDICT_WARN;
    if (check->accept && statuses_hold_cause(check->accept, cause))
        return VERDICT_OK;
    return verdict;
}

/* "first; class: second"; the class is left out if it is that of the finding before. */
static char *join(const char *first, enum cause first_cause, const char *second,
                  enum cause second_cause)
{
    if (first_cause == second_cause)
        return xasprintf("%s; %s", first, second);
    return xasprintf("%s; %s: %s", first, cause_name(second_cause), second);
}

bool findings_add(struct findings *findings, enum verdict verdict, enum cause cause,
                  const char *format, ...)
{
    char *earlier = findings->message;
    va_list arguments;
    char *message;
    bool is_worse;

    verdict = weigh(findings->check, verdict, cause);
    if (verdict == VERDICT_OK)
        return false;
    va_start(arguments, format);
    message = xvasprintf(format, arguments);
    va_end(arguments);
    is_worse = verdict > findings->verdict;
    if (!earlier)
        findings->message = message;
    else if (is_worse)
        findings->message = join(message, cause, earlier, findings->cause);
    else
        findings->message = join(earlier, findings->last_cause, message, cause);
    if (earlier)
        free(message);
    free(earlier);
    if (!earlier || !is_worse)
        findings->last_cause = cause;
    if (is_worse) {
        findings->verdict = verdict;
        findings->cause = cause;
    }
    return true;
}
