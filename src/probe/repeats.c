/* SPDX-License-Identifier: MIT */
#include "repeats.h"

#include <curl/curl.h>

#include "failure.h"
#include "input/expectations.h"

/* Whether --accept or --warn lists the status or the class. */
static bool is_expected(const struct check *check, int status, enum cause cause)
{
    const char *lists[] = {check->accept, check->warn};

    for (size_t i = 0; i < 2; i++) {
        if (lists[i] && ((status && statuses_hold_status(lists[i], status)) ||
                         statuses_hold_cause(lists[i], cause)))
            return true;
    }
    return false;
}

bool repeats_as_get(const struct call *call, const struct outcome *outcome)
{
    const struct check *check = call->check;
    enum cause cause;

    if (!check->head || check->request || call_was_ended(call, outcome))
        return false;
    if (outcome->code == CURLE_OK) {
        cause = outcome->status >= 500 ? CAUSE_HTTP_5XX : CAUSE_HTTP_4XX;
        return outcome->status >= 400 && outcome->retry_after_us == 0 &&
               !is_expected(check, outcome->status, cause);
    }
    cause = failure_judge(outcome).cause;
    return outcome->phase == PHASE_RESPONSE && (cause == CAUSE_RESET || cause == CAUSE_EMPTY) &&
           !is_expected(check, 0, cause);
}

bool repeats_on_new_connection(const struct call *call, const struct outcome *outcome)
{
    const struct check *check = call->check;

    if (check->request || check->data.count || check->json.count || call_was_ended(call, outcome))
        return false;
    if (outcome->phase == PHASE_DONE)
        return outcome->reused_connection && outcome->status == 408;
    if (outcome->phase < PHASE_RESPONSE)
        return false;
    if (outcome->idle_connection)
        return true;
    if (outcome->code == CURLE_OPERATION_TIMEDOUT || outcome->abort_reason)
        return false;
    return outcome->was_repeated || (outcome->phase == PHASE_RESPONSE &&
                                     (outcome->reused_connection || check->http_version == HTTP_2));
}
