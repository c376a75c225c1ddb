/* SPDX-License-Identifier: MIT */
#include "result/result.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void result_without_probe(const struct target *target, enum cause cause, const char *message,
                          struct result *result)
{
    *result = (struct result){.target = target,
                              .verdict = VERDICT_FAILED,
                              .cause = cause,
                              .message = strdup(message)};
}

void result_release(struct result *result)
{
    free(result->message);
    attempts_release(&result->earlier);
    outcome_release(&result->outcome);
    *result = (struct result){0};
}

void result_follow(struct result *result, struct result *earlier)
{
    const struct attempt_note note = {.cause = (int)earlier->cause,
                                      .status = result_status(earlier),
                                      .message = earlier->message,
                                      .started_at_us = earlier->outcome.started_at_us,
                                      .total_us = earlier->outcome.total_us};

    result->attempts += earlier->attempts;
    result->earlier = earlier->earlier;
    attempts_add(&result->earlier, &note);
    earlier->earlier = (struct attempts){0};
    earlier->message = NULL;
    result_release(earlier);
}

/* The failure's message, and the result's own, where it is one that did well but has a remark. */
static char *describe_rounds(const struct result *result, const char *failure, int failed)
{
    bool has_remark = result->verdict != VERDICT_FAILED && result->message;
    char *message;

    if (asprintf(&message, "%s (%d of %d failed)%s%s%s%s", failure, failed, result->rounds,
                 has_remark ? ", then " : "", has_remark ? cause_name(result->cause) : "",
                 has_remark ? ": " : "", has_remark ? result->message : "") < 0)
        return NULL;
    return message;
}

void result_confirm(struct result *result, int failed, enum cause cause)
{
    const struct attempts *earlier = &result->earlier;
    const char *failure = earlier->count ? earlier->notes[earlier->count - 1].message : NULL;
    char *message;

    result->rounds = failed + 1;
    if (result->verdict == VERDICT_FAILED) {
        failure = result->message;
        failed++;
    }
    message = describe_rounds(result, failure ? failure : cause_name(cause), failed);
    free(result->message);
    result->message = message;
    if (result->verdict == VERDICT_FAILED)
        return;
    result->verdict = VERDICT_FLAKY;
    result->cause = cause;
}

bool result_is_shortage(const struct result *result)
{
    return result->cause == CAUSE_LOCAL && result->outcome.code != CURLE_SSL_CACERT_BADFILE;
}

int result_status(const struct result *result)
{
    return result->outcome.phase == PHASE_DONE ? result->outcome.status : 0;
}
