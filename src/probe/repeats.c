/* SPDX-License-Identifier: MIT */
#include "repeats.h"

#include <curl/curl.h>

#include "base/url_parts.h"
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

/* Whether a request whose outcome this is may be repeated at all. */
static bool has_time(const struct call *call, const struct outcome *outcome)
{
    return outcome->code != CURLE_OPERATION_TIMEDOUT && call_left_us(call) > 0 &&
           !call_was_ended(call, outcome);
}

static bool has_http2(void)
{
    return curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP2;
}

static bool ended_with_https(const struct call *call, const struct outcome *outcome)
{
    const char *url = outcome->final_url ? outcome->final_url : call->target->origin;

    return url_is_https(url);
}

bool repeats_with_http2(const struct call *call, const struct outcome *outcome)
{
    enum cause cause;

    if (outcome->code == CURLE_OK || call->check->http_version != HTTP_AUTO || !has_http2() ||
        !check_may_be_repeated(call->check) || !has_time(call, outcome) ||
        !ended_with_https(call, outcome))
        return false;
    if (outcome->phase == PHASE_TLS)
        return failure_says(outcome, "alert no application protocol");
    if (outcome->phase != PHASE_RESPONSE || outcome->response_started ||
        outcome->reused_connection || outcome->http1_chosen)
        return false;
    cause = failure_judge(outcome).cause;
    return cause == CAUSE_EMPTY || cause == CAUSE_RESET || cause == CAUSE_PROTOCOL;
}

bool repeats_as_get(const struct call *call, const struct outcome *outcome)
{
    const struct check *check = call->check;
    enum cause cause;

    if (!check->head || check->request || !has_time(call, outcome))
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

    if (outcome->phase < PHASE_RESPONSE ||
        (outcome->phase == PHASE_DONE && !(outcome->reused_connection && outcome->status == 408)))
        return false;
    if (!check_may_be_repeated(check) || outcome->http2_tried || !has_time(call, outcome))
        return false;
    if (outcome->phase == PHASE_DONE)
        return true;
    if (outcome->idle_connection)
        return true;
    if (outcome->abort_reason)
        return false;
    return outcome->was_repeated || (outcome->phase == PHASE_RESPONSE &&
                                     (outcome->reused_connection || check->http_version == HTTP_2));
}
