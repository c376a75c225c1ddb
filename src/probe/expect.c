/* SPDX-License-Identifier: MIT */
#include "expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/http_status.h"
#include "base/units.h"
#include "dates.h"
#include "input/check.h"
#include "input/expectations.h"
#include "input/pattern.h"

/* How much of a header's value a message has. A character has at most four bytes. */
#define SHOWN_CHARACTERS 80
#define SHOWN_BYTES ((size_t)4 * SHOWN_CHARACTERS)

bool status_is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static void judge_redirects(const struct outcome *outcome, struct findings *findings)
{
    const struct check *check = findings->check;
    enum verdict verdict = check->fail_on_redirect ? VERDICT_FAILED : VERDICT_WARN;
    char text[HTTP_STATUS_TEXT_BYTES];

    if (!check->fail_on_redirect && !check->warn_on_redirect)
        return;
    if (outcome->redirects)
        findings->names_location = findings_add(findings, verdict, CAUSE_REDIRECTED,
                                                "redirected to %s", outcome->final_url);
    else if (status_is_redirect(outcome->status))
        findings_add(findings, verdict, CAUSE_REDIRECTED, "%s",
                     http_status_text(outcome->status, text));
}

/* The search hit a limit: whether there is a match is unknown. */
static void note_limit(struct findings *findings, const struct pattern *pattern)
{
    findings_add(findings, VERDICT_FAILED, CAUSE_CONTENT,
                 "the search for \"%s\" hit its limit of time or memory (simplify the expression)",
                 pattern->expression);
}

/*
 * The value of the next header that has the pattern's name, after the value `after`, or the first one
 * if that is NULL. NULL: there is no more.
 */
static const char *next_value(const struct byte_buffer *headers, const struct pattern *pattern,
                              const char *after)
{
    size_t name = strcspn(pattern->argument, ":");
    const char *header = after ? after + strlen(after) + 1 : headers->bytes;

    for (; header < headers->bytes + headers->length; header += strlen(header) + 1) {
        if (strncasecmp(header, pattern->argument, name) == 0 && header[name] == ':')
            return header + name + 1 + strspn(header + name + 1, " \t");
    }
    return NULL;
}

/* All values of the header, joined as RFC 9110, section 5.3, allows, and shortened. */
static char *show_values(const struct byte_buffer *headers, const struct pattern *pattern)
{
    char *all = NULL, *excerpt;

    for (const char *value = NULL; (value = next_value(headers, pattern, value));) {
        char *longer = all ? xasprintf("%s, %s", all, value) : xstrdup(value);

        free(all);
        all = longer;
        if (strlen(all) > SHOWN_BYTES)
            break;
    }
    excerpt = all ? escape_excerpt(all, SHOWN_CHARACTERS) : NULL;
    free(all);
    return excerpt;
}

static void judge_header(const struct byte_buffer *headers, const struct pattern *pattern,
                         struct findings *findings)
{
    int name = (int)strcspn(pattern->argument, ":");
    const char *value = NULL;
    int found = 0;
    char *shown;

    while (found == 0 && (value = next_value(headers, pattern, value)))
        found = pattern_search(pattern, value, strlen(value), false);
    if (found > 0)
        return;
    shown = show_values(headers, pattern);
    if (found < 0)
        note_limit(findings, pattern);
    else if (!shown)
        findings_add(findings, VERDICT_FAILED, CAUSE_HEADER, "no header %.*s", name,
                     pattern->argument);
    else
        findings_add(findings, VERDICT_FAILED, CAUSE_HEADER, "%.*s is %s, expected %s", name,
                     pattern->argument, *shown ? shown : "empty", pattern->expression);
    free(shown);
}

static void judge_headers(const struct outcome *outcome, struct findings *findings)
{
    const struct pattern_list *expected = &findings->check->expect_header;

    for (size_t i = 0; i < expected->count; i++)
        judge_header(&outcome->headers, expected->items[i], findings);
}

/* The beginning of a body, as text that can be searched. */
struct content {
    const char *text;
    size_t length;
    bool is_compressed;
    bool is_partial; /* the response was not complete */
    bool cut;        /* the body was longer, or is partial */
};

static void add_missing(struct findings *findings, const struct content *content, const char *what,
                        const char *wanted)
{
    if (content->is_compressed)
        findings_add(findings, VERDICT_FAILED, CAUSE_CONTENT,
                     "%s\"%s\" in the body, which is compressed (try --compressed)", what, wanted);
    else if (content->is_partial)
        findings_add(findings, VERDICT_FAILED, CAUSE_CONTENT,
                     "%s\"%s\" in the %zu bytes of the body that were received", what, wanted,
                     content->length);
    else if (content->cut)
        findings_add(
            findings, VERDICT_FAILED, CAUSE_CONTENT,
            "%s\"%s\" in the body's first %zu bytes, and no more was read (--max-filesize)", what,
            wanted, content->length);
    else
        findings_add(findings, VERDICT_FAILED, CAUSE_CONTENT, "%s\"%s\" in the body", what, wanted);
}

/* Something that must not be there was not found. */
static void note_absence(struct findings *findings, const struct content *content,
                         const char *unwanted)
{
    if (content->is_compressed)
        findings_add(findings, VERDICT_FAILED, CAUSE_CONTENT,
                     "cannot search for \"%s\": the body is compressed (try --compressed)",
                     unwanted);
}

static void judge_strings(const struct content *content, struct findings *findings)
{
    const struct check *check = findings->check;

    for (size_t i = 0; i < check->contains.count; i++) {
        const char *text = check->contains.items[i];

        if (!memmem(content->text, content->length, text, strlen(text)))
            add_missing(findings, content, "no ", text);
    }
    for (size_t i = 0; i < check->not_contains.count; i++) {
        const char *text = check->not_contains.items[i];

        if (memmem(content->text, content->length, text, strlen(text)))
            findings_add(findings, VERDICT_FAILED, CAUSE_CONTENT, "\"%s\" in the body", text);
        else
            note_absence(findings, content, text);
    }
}

static void judge_patterns(const struct content *content, struct findings *findings)
{
    const struct check *check = findings->check;
    const size_t count = check->regex.count + check->not_regex.count;

    for (size_t i = 0; i < count; i++) {
        bool wanted = i < check->regex.count;
        const struct pattern *pattern =
            wanted ? check->regex.items[i] : check->not_regex.items[i - check->regex.count];
        int found = pattern_search(pattern, content->text, content->length, content->cut);

        if (found < 0)
            note_limit(findings, pattern);
        else if (wanted && !found)
            add_missing(findings, content, "no match of ", pattern->expression);
        else if (!wanted && found)
            findings_add(findings, VERDICT_FAILED, CAUSE_CONTENT, "a match of \"%s\" in the body",
                         pattern->expression);
        else if (!wanted)
            note_absence(findings, content, pattern->expression);
    }
}

static void judge_content(struct outcome *outcome, struct findings *findings)
{
    bool is_partial = outcome->phase != PHASE_DONE;
    struct content content = {.text = outcome->body.bytes ? outcome->body.bytes : "",
                              .length = outcome->body.length,
                              .is_compressed = outcome->is_compressed,
                              .is_partial = is_partial,
                              .cut = is_partial || outcome->bytes > (int64_t)outcome->body.length};

    if (!check_judges_content(findings->check))
        return;
    judge_strings(&content, findings);
    judge_patterns(&content, findings);
}

static void judge_latency(const struct outcome *outcome, struct findings *findings)
{
    const struct check *check = findings->check;
    int64_t total_us = outcome->total_us;
    bool fails = check->max_latency_us && total_us > check->max_latency_us;
    int64_t limit_us = fails ? check->max_latency_us : check->warn_latency_us;

    if (!fails && !(check->warn_latency_us && total_us > check->warn_latency_us))
        return;
    findings_add(findings, fails ? VERDICT_FAILED : VERDICT_WARN, CAUSE_SLOW, "%.*f s, over %g s",
                 total_us < CLOCK_S ? 3 : 2, us_to_seconds(total_us), us_to_seconds(limit_us));
}

void expect_response(struct outcome *outcome, struct findings *findings)
{
    judge_redirects(outcome, findings);
    judge_headers(outcome, findings);
    judge_content(outcome, findings);
    if (outcome->phase == PHASE_DONE)
        judge_latency(outcome, findings);
}

void expect_certificate(const struct outcome *outcome, struct findings *findings)
{
    int64_t left_us = outcome->cert_not_after * CLOCK_S - outcome->started_at_us;
    int64_t warn_us, fail_us;
    int64_t now = outcome->started_at_us / CLOCK_S;
    char date[DATE_TEXT_BYTES], required[32], which[CERTIFICATE_NAME_BYTES + 32] = "certificate";

    /* with CAUSE_CERT_EXPIRED the message has been added already */
    if (!findings->check->cert_expiry || outcome->cert_not_after == 0 ||
        findings->cause == CAUSE_CERT_EXPIRED ||
        expiry_parse(findings->check->cert_expiry, &warn_us, &fail_us) || left_us >= warn_us)
        return;
    date_format(outcome->cert_not_after, now, date);
    span_format((left_us < fail_us ? fail_us : warn_us) / CLOCK_S, required, sizeof(required));
    if (outcome->cert_name)
        snprintf(which, sizeof(which), "CA certificate '%s'", outcome->cert_name);
    if (left_us < 0)
        findings_add(findings, VERDICT_FAILED, CAUSE_CERT_EXPIRY, "the %s expired on %s", which,
                     date);
    else
        findings_add(findings, left_us < fail_us ? VERDICT_FAILED : VERDICT_WARN, CAUSE_CERT_EXPIRY,
                     "the %s expires on %s; %s are required", which, date, required);
}
