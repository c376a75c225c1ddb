/* SPDX-License-Identifier: MIT */
#include "probe/judge.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/http_status.h"
#include "input/expectations.h"
#include "auth_schemes.h"
#include "expect.h"
#include "failure.h"
#include "findings.h"

#define STATUS_BOT_REJECTED 999 /* not standard; LinkedIn's answer to programs */

static enum cause cause_of_status(int status)
{
    if (status == STATUS_BOT_REJECTED)
        return CAUSE_BLOCKED;
    if (status == 429)
        return CAUSE_RATE_LIMITED;
    if (status >= 500 && status <= 599)
        return CAUSE_HTTP_5XX;
    if (status >= 400 && status <= 499)
        return CAUSE_HTTP_4XX;
    return CAUSE_HTTP_STATUS;
}

/* Applies --warn and --accept, or else the default. */
static enum verdict verdict_of_status(const struct check *check, int status, bool is_partial)
{
    if (check->warn && statuses_hold_status(check->warn, status))
        return VERDICT_WARN;
    if (check->accept && statuses_hold_any_status(check->accept))
        return statuses_hold_status(check->accept, status) ? VERDICT_OK : VERDICT_FAILED;
    if (check->accept && !is_partial)
        return VERDICT_FAILED; /* the list holds only classes */
    return status >= 200 && status <= 399 ? VERDICT_OK : VERDICT_FAILED;
}

/*
 * Whether the redirect leads nowhere: libcurl follows every redirect that has a Location, so that
 * the last one has none, or an empty one. If the status is listed, the user means the redirect; with
 * --fail-on-redirect it fails as a redirect.
 */
static bool leads_nowhere(const struct check *check, int status)
{
    return check->follow && status_is_redirect(status) && !check->fail_on_redirect &&
           !check->accept && !(check->warn && statuses_hold_status(check->warn, status));
}

/* ", Retry-After 60 s"; "" for 0. */
static void format_wait(int64_t retry_after_us, char *text, size_t size)
{
    *text = '\0';
    if (retry_after_us)
        snprintf(text, size, ", Retry-After %" PRId64 " s", retry_after_us / CLOCK_S);
}

/* Of a 401 or 407: whose it is, and the schemes that it offers; "" for other statuses. */
static void format_login(const struct outcome *outcome, char *text, size_t size)
{
    const char *schemes = outcome->auth_schemes;

    *text = '\0';
    if (outcome->proxy) /* 407 is never a server's: RFC 9110, section 15.5.8 */
        snprintf(text, size, " from the proxy %.200s%s%s", outcome->proxy,
                 schemes ? ", which offers: " : "", schemes ? schemes : "");
    else if (schemes)
        snprintf(text, size, " (the server offers: %s)", schemes);
}

static void judge_status(const struct outcome *outcome, struct findings *findings)
{
    const struct check *check = findings->check;
    int status = outcome->status;
    bool is_partial = outcome->code != CURLE_OK;
    enum verdict verdict = verdict_of_status(check, status, is_partial);
    enum cause cause = cause_of_status(status);
    char text[HTTP_STATUS_TEXT_BYTES], wait[40], login[AUTH_SCHEMES_BYTES + 300];
    const char *comment = status == STATUS_BOT_REJECTED ? " (the server rejects bots)" : login;

    /* The status is the bot wall's, and says nothing about the page. */
    if (outcome->bot_wall && (status == 403 || status == 503)) {
        verdict = VERDICT_FAILED;
        cause = CAUSE_BLOCKED;
        comment = " from a bot wall";
    }
    if (!is_partial && leads_nowhere(check, status)) {
        verdict = VERDICT_FAILED;
        cause = CAUSE_PROTOCOL;
        comment = " without a Location: the redirect leads nowhere";
    }
    if (verdict == VERDICT_OK)
        return;
    format_login(outcome, login, sizeof(login));
    http_status_text(status, text);
    format_wait(outcome->retry_after_us, wait, sizeof(wait));
    if (verdict == VERDICT_FAILED && check->accept)
        findings_add(findings, verdict, cause, "%s%s, not %s%s", text, comment, check->accept,
                     wait);
    else
        findings_add(findings, verdict, cause, "%s%s%s", text, comment, wait);
}

static void judge_failure(struct outcome *outcome, struct findings *findings)
{
    const struct failure failure = failure_judge(outcome);

    if (findings_add(findings, verdict_of_cause(failure.cause), failure.cause, "%s",
                     failure.message))
        findings->names_location = failure.names_location;
    /* In TLS 1.3 a client completes its handshake before the server has checked its certificate. */
    if (failure.cause == CAUSE_TLS && outcome->phase == PHASE_RESPONSE)
        outcome->phase = PHASE_TLS;
}

/*
 * An incomplete response that --accept or --warn lists, a stream that does not end for instance:
 * what was received of it is judged as if it were all, so that only its end is accepted.
 */
static void judge_partial(struct outcome *outcome, struct findings *findings)
{
    if (findings->verdict >= VERDICT_FAILED || !outcome->response_started)
        return;
    if (outcome->phase == PHASE_BODY)
        judge_status(outcome, findings);
    if (outcome->phase == PHASE_BODY || outcome->phase == PHASE_RESPONSE)
        expect_response(outcome, findings);
}

void judge_outcome(const struct target *target, struct outcome *outcome, struct result *result)
{
    struct findings findings = {.check = target->check};
    char *message;

    if (outcome->code == CURLE_OK) {
        judge_status(outcome, &findings);
        expect_response(outcome, &findings);
    } else {
        judge_failure(outcome, &findings);
        judge_partial(outcome, &findings);
    }
    expect_certificate(outcome, &findings);
    message = findings.message;
    if (message && outcome->final_url && !findings.names_location) {
        message = xasprintf("%s (redirected to %s)", findings.message, outcome->final_url);
        free(findings.message);
    }
    byte_buffer_release(&outcome->body);
    if (!target->check->write_out)
        byte_buffer_release(&outcome->headers);
    *result = (struct result){.target = target,
                              .verdict = findings.verdict,
                              .cause = findings.cause,
                              .message = message,
                              .attempts = 1,
                              .outcome = *outcome};
    *outcome = (struct outcome){0};
}
