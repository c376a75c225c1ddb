/* SPDX-License-Identifier: MIT */
#include "probe/judge.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/expectations.h"
#include "expect.h"
#include "failure.h"
#include "findings.h"

/* A wall against robots speaks for the wall: its status says nothing of what is behind it. */
static bool is_of_a_wall(const struct outcome *outcome)
{
    return outcome->bot_wall && (outcome->status == 403 || outcome->status == 503);
}

static enum cause cause_of(const struct outcome *outcome)
{
    int status = outcome->status;

    if (is_of_a_wall(outcome) || status == 999)
        return CAUSE_BLOCKED;
    if (status == 429)
        return CAUSE_RATE_LIMITED;
    if (status >= 500 && status <= 599)
        return CAUSE_HTTP_5XX;
    if (status >= 400 && status <= 499)
        return CAUSE_HTTP_4XX;
    return CAUSE_HTTP_STATUS;
}

/* Of a status that is not a wall's. */
static enum verdict weigh(const struct check *check, int status)
{
    if (check->warn && statuses_hold_status(check->warn, status))
        return VERDICT_WARN;
    if (check->accept)
        return statuses_hold_status(check->accept, status) ? VERDICT_OK : VERDICT_FAILED;
    return status >= 200 && status <= 399 ? VERDICT_OK : VERDICT_FAILED;
}

static void judge_status(const struct outcome *outcome, struct findings *findings)
{
    const struct check *check = findings->check;
    bool is_wall = is_of_a_wall(outcome);
    int status = outcome->status;
    enum verdict verdict = is_wall ? VERDICT_FAILED : weigh(check, status);
    const char *why = is_wall         ? " from a bot wall"
                      : status == 999 ? ", which means that robots are not wanted"
                                      : "";

    if (verdict == VERDICT_OK)
        return;
    if (verdict == VERDICT_FAILED && check->accept)
        findings_add(findings, verdict, cause_of(outcome), "HTTP %d%s, not %s", status, why,
                     check->accept);
    else
        findings_add(findings, verdict, cause_of(outcome), "HTTP %d%s", status, why);
}

/* Adds to the message where a redirect had led. */
static char *with_location(struct findings *findings, const struct outcome *outcome)
{
    char *message;

    if (!findings->message || !outcome->final_url || findings->names_location)
        return findings->message;
    if (asprintf(&message, "%s (redirected to %s)", findings->message, outcome->final_url) < 0)
        message = NULL;
    free(findings->message);
    return message;
}

/* One after the other, as they are named: what comes first gives the class. */
static void judge(struct outcome *outcome, struct findings *findings)
{
    if (outcome->code == CURLE_OK) {
        judge_status(outcome, findings);
        expect_response(outcome, findings);
    } else {
        const struct failure failure = failure_judge(outcome);

        if (findings_add(findings, VERDICT_FAILED, failure.cause, "%s", failure.phrase))
            findings->names_location = failure.names_location;
        /* TLS 1.3's client is done before the server has said what it thinks of it. */
        if (failure.cause == CAUSE_TLS && outcome->phase == PHASE_RESPONSE)
            outcome->phase = PHASE_TLS;
    }
    expect_certificate(outcome, findings);
}

void judge_outcome(const struct target *target, struct outcome *outcome, struct result *result)
{
    struct findings findings = {.check = target->check};

    judge(outcome, &findings);
    *result = (struct result){.target = target,
                              .verdict = findings.verdict,
                              .cause = findings.cause,
                              .message = with_location(&findings, outcome),
                              .attempts = 1};
    if (result->cause != CAUSE_NONE && !result->message) {
        result->verdict = VERDICT_FAILED;
        result->cause = CAUSE_LOCAL;
    }
    byte_buffer_release(&outcome->body);
    byte_buffer_release(&outcome->headers);
    result->outcome = *outcome;
    *outcome = (struct outcome){0};
}
