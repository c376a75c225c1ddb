/* SPDX-License-Identifier: MIT */
#include "result/result.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "base/alloc.h"

void result_without_probe(const struct target *target, enum cause cause, const char *message,
                          struct result *result)
{
    *result = (struct result){.target = target,
                              .verdict = verdict_of_cause(cause),
                              .cause = cause,
                              .message = xstrdup(message)};
}

void result_release(struct result *result)
{
    free(result->message);
    attempts_release(&result->earlier);
    outcome_release(&result->outcome);
    free(result->final_url);
    free(result->seen_from.items);
    *result = (struct result){0};
}

void result_follow(struct result *result, struct result *earlier)
{
    const struct attempt attempt = {.cause = earlier->cause,
                                    .status = result_status(earlier),
                                    .message = earlier->message,
                                    .started_at_us = earlier->outcome.started_at_us,
                                    .total_us = earlier->outcome.total_us};

    result->attempts += earlier->attempts;
    result->earlier = earlier->earlier;
    attempts_add(&result->earlier, &attempt);
    earlier->earlier = (struct attempts){0};
    earlier->message = NULL;
    result_release(earlier);
}

void result_confirm(struct result *result, int failed, enum cause cause)
{
    bool has_failed = result->verdict == VERDICT_FAILED;
    bool has_warning = !has_failed && result->message;
    const char *failure =
        has_failed ? result->message : result->earlier.items[result->earlier.count - 1].message;
    char *message;

    result->rounds = failed + 1;
    message =
        xasprintf("%s (%d of %d failed)%s%s%s%s", failure, failed + has_failed, result->rounds,
                  has_warning ? ", then " : "", has_warning ? cause_name(result->cause) : "",
                  has_warning ? ": " : "", has_warning ? result->message : "");
    free(result->message);
    result->message = message;
    if (!has_failed) {
        result->verdict = VERDICT_FLAKY;
        result->cause = cause;
    }
}

bool result_is_shortage(const struct result *result)
{
    int code = result->outcome.code;

    /* If CA certificates, ~/.netrc or a DoH server cannot be used, the next try fails as well. */
    return result->cause == CAUSE_LOCAL && code != CURLE_SSL_CACERT_BADFILE &&
           code != CURLE_READ_ERROR && result->outcome.lookup != LOOKUP_NO_DOH;
}

int result_status(const struct result *result)
{
    return result->outcome.phase == PHASE_DONE ? result->outcome.status : 0;
}
