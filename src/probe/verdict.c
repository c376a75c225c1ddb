/* SPDX-License-Identifier: MIT */
#include "probe/verdict.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/expectations.h"
#include "probe/expect.h"
#include "probe/failure.h"
#include "probe/remarks.h"

/* A wall against robots speaks for the wall: its status says nothing of what is behind it. */
static bool is_of_a_wall(const struct outcome *outcome)
{
    return outcome->bot_wall && (outcome->status == 403 || outcome->status == 503);
}

static enum class class_of(const struct outcome *outcome) {
    int status = outcome->status;

    if (is_of_a_wall(outcome) || status == 999) return CLASS_BLOCKED;
    if (status == 429) return CLASS_RATE_LIMITED;
    if (status >= 500 && status <= 599) return CLASS_HTTP_5XX;
    if (status >= 400 && status <= 499) return CLASS_HTTP_4XX;
    return CLASS_HTTP_STATUS;
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

static void judge_status(const struct outcome *outcome, struct remarks *remarks)
{
    const struct check *check = remarks->check;
    bool is_wall = is_of_a_wall(outcome);
    int status = outcome->status;
    enum verdict verdict = is_wall ? VERDICT_FAILED : weigh(check, status);
    const char *why = is_wall         ? " from a bot wall"
                      : status == 999 ? ", which means that robots are not wanted"
                                      : "";

    if (verdict == VERDICT_OK)
        return;
    if (verdict == VERDICT_FAILED && check->accept)
        remarks_add(remarks, verdict, class_of(outcome), "HTTP %d%s, not %s", status, why,
                    check->accept);
    else
        remarks_add(remarks, verdict, class_of(outcome), "HTTP %d%s", status, why);
}

/* Adds to the message where a redirect had led. */
static char *with_location(struct remarks *remarks, const struct outcome *outcome)
{
    char *message;

    if (!remarks->message || !outcome->final_url || remarks->names_location)
        return remarks->message;
    if (asprintf(&message, "%s (redirected to %s)", remarks->message, outcome->final_url) < 0)
        message = NULL;
    free(remarks->message);
    return message;
}

/* One after the other, as they are named: what comes first gives the class. */
static void judge(struct outcome *outcome, struct remarks *remarks)
{
    if (outcome->code == CURLE_OK) {
        judge_status(outcome, remarks);
        expect_response(outcome, remarks);
    } else {
        const struct failure failure = failure_judge(outcome);

        if (remarks_add(remarks, VERDICT_FAILED, failure.class, "%s", failure.phrase))
            remarks->names_location = failure.names_location;
        /* TLS 1.3's client is done before the server has said what it thinks of it. */
        if (failure.class == CLASS_TLS && outcome->phase == PHASE_RESPONSE)
            outcome->phase = PHASE_TLS;
    }
    expect_certificate(outcome, remarks);
}

void verdict_judge(const struct target *target, struct outcome *outcome, struct result *result)
{
    struct remarks remarks = {.check = target->check};

    judge(outcome, &remarks);
    *result = (struct result){.target = target,
                              .verdict = remarks.verdict,
                              .class = remarks.class,
                              .message = with_location(&remarks, outcome),
                              .attempts = 1};
    if (result->class != CLASS_NONE && !result->message) {
        result->verdict = VERDICT_FAILED;
        result->class = CLASS_LOCAL;
    }
    excerpt_release(&outcome->body);
    excerpt_release(&outcome->headers);
    result->outcome = *outcome;
    *outcome = (struct outcome){0};
}

void verdict_without_probe(const struct target *target, enum class class, const char *message,
                           struct result *result)
{
    *result = (struct result){.target = target,
                              .verdict = VERDICT_FAILED,
                              .class = class,
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
    const struct attempt_note note = {.class = (int)earlier->class,
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
                 has_remark ? ", then " : "", has_remark ? class_name(result->class) : "",
                 has_remark ? ": " : "", has_remark ? result->message : "") < 0)
        return NULL;
    return message;
}

void result_confirm(struct result *result, int failed, enum class class)
{
    const struct attempts *earlier = &result->earlier;
    const char *failure = earlier->count ? earlier->notes[earlier->count - 1].message : NULL;
    char *message;

    result->rounds = failed + 1;
    if (result->verdict == VERDICT_FAILED) {
        failure = result->message;
        failed++;
    }
    message = describe_rounds(result, failure ? failure : class_name(class), failed);
    free(result->message);
    result->message = message;
    if (result->verdict == VERDICT_FAILED)
        return;
    result->verdict = VERDICT_FLAKY;
    result->class = class;
}

bool verdict_is_shortage(const struct result *result)
{
    return result->class == CLASS_LOCAL && result->outcome.code != CURLE_SSL_CACERT_BADFILE;
}

int result_status(const struct result *result)
{
    return result->outcome.phase == PHASE_DONE ? result->outcome.status : 0;
}

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {[VERDICT_OK] = "OK",
                                        [VERDICT_WARN] = "WARN",
                                        [VERDICT_FLAKY] = "FLAKY",
                                        [VERDICT_FAILED] = "FAILED"};

    return names[verdict];
}

const char *phase_name(enum phase phase)
{
    static const char *const names[] = {
        [PHASE_NONE] = "-",   [PHASE_RESOLVE] = "dns",   [PHASE_CONNECT] = "tcp",
        [PHASE_TLS] = "tls",  [PHASE_RESPONSE] = "http", [PHASE_BODY] = "http",
        [PHASE_DONE] = "http"};

    return names[phase];
}
