/* SPDX-License-Identifier: MIT */
/*
 * JUnit XML as CI servers read it: one <testsuite> for the run, one <testcase> for each URL. There is no
 * one schema. This is the Jenkins plugin's (xunit-plugin, junit-10.xsd) and the attributes file and
 * line of a <testcase>, which GitLab and the annotations of GitHub actions show.
 *
 *     OK               passed
 *     WARN, FLAKY      passed, with <system-out>; FLAKY with a <flakyFailure> for each failed attempt
 *     FAILED           <failure> if the response is not as expected, <error> if there was none
 *     UNKNOWN          <skipped>
 *
 * With --changes, <system-out>, or the text of <failure> and <error>, says what has changed.
 */
#include "format.h"

#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "base/url_parts.h"
#include "change_text.h"
#include "fields.h"
#include "xml.h"

enum { CASES, SECTIONS };

struct state {
    size_t failures;
    size_t errors;
    size_t skipped;
};

/* Whether a response came that is not as expected. Otherwise none came, or none was asked for. */
static bool is_about_response(enum cause cause)
{
    switch (cause) {
    case CAUSE_CERT_EXPIRY:
    case CAUSE_TOO_MANY_REDIRECTS:
    case CAUSE_REDIRECT_SCHEME:
    case CAUSE_REDIRECTED:
    case CAUSE_HTTP_4XX:
    case CAUSE_HTTP_5XX:
    case CAUSE_HTTP_STATUS:
    case CAUSE_RATE_LIMITED:
    case CAUSE_BLOCKED:
    case CAUSE_CONTENT:
    case CAUSE_HEADER:
    case CAUSE_SLOW: return true;
    default: return false;
    }
}

/* The element that makes a case fail: GitLab shows its text, others the attribute. */
static void print_failure(struct text *out, struct shown *shown, const char *element)
{
    const struct result *result = shown->result;
    const char *reason = shown_text(shown, SHOWN_REASON), *file = shown_text(shown, SHOWN_FILE);
    char change[CHANGE_TEXT_BYTES];

    text_add_all(out, "      <", element, " type=\"", cause_name(result->cause), "\" message=\"");
    xml_print(out, reason);
    text_add(out, "\">");
    if (file) {
        xml_print(out, file);
        text_add_char(out, ':');
        text_add_decimal(out, (int64_t)result->target->source.line, 0);
        text_add(out, ": ");
    }
    text_add_all(out, cause_name(result->cause), ": ");
    xml_print(out, reason);
    xml_print(out, change_mark(change, result));
    text_add_all(out, "</", element, ">\n");
}

static void print_flaky_failure(struct text *out, const struct attempt *attempt)
{
    const char *word = cause_name(attempt->cause);
    char date[FIELD_DATE_BYTES];

    field_date(date, attempt->started_at_us / CLOCK_S, -1);
    text_addf(out, "      <flakyFailure type=\"%s\" message=\"", word);
    xml_print_text(out, escape_text, attempt->message);
    text_addf(out, "\"><stackTrace>%s%s%s: ", date, *date ? " " : "", word);
    xml_print_text(out, escape_text, attempt->message);
    text_add(out, "</stackTrace></flakyFailure>\n");
}

/* What a case that passed has to say. */
static void print_remarks(struct text *out, struct shown *shown)
{
    const struct result *result = shown->result;
    char change[CHANGE_TEXT_BYTES];

    for (size_t i = 0; result->verdict == VERDICT_FLAKY && i < result->earlier.count; i++) {
        if (result->earlier.items[i].cause != CAUSE_NONE)
            print_flaky_failure(out, &result->earlier.items[i]);
    }
    text_addf(out, "      <system-out>%s", verdict_name(result->verdict));
    if (result->cause != CAUSE_NONE) {
        text_addf(out, " %s: ", cause_name(result->cause));
        xml_print(out, shown_text(shown, SHOWN_MESSAGE));
    }
    xml_print(out, change_mark(change, result));
    text_add(out, "</system-out>\n");
}

static void print_content(struct text *out, struct shown *shown, struct state *state)
{
    const struct result *result = shown->result;

    if (result->verdict == VERDICT_UNKNOWN) {
        state->skipped++;
        print_failure(out, shown, "skipped");
    } else if (result->verdict != VERDICT_FAILED) {
        print_remarks(out, shown);
    } else if (is_about_response(result->cause)) {
        state->failures++;
        print_failure(out, shown, "failure");
    } else {
        state->errors++;
        print_failure(out, shown, "error");
    }
}

/* " #2" makes the name differ from an earlier one: readers keep only one of two cases with the same name. */
static void print_case_name(struct text *out, struct shown *shown)
{
    size_t number = shown->result->number;

    xml_print(out, shown_text(shown, SHOWN_CASE));
    if (number > 1)
        text_addf(out, " #%zu", number);
}

static void print_result(struct format_context *context, const struct result *result)
{
    struct state *state = context->state;
    struct shown *shown = context->shown;
    const char *host = shown_text(shown, SHOWN_HOST), *file = shown_text(shown, SHOWN_FILE);
    struct text *out = format_section(context, CASES);

    text_add(out, "    <testcase classname=\"");
    xml_print(out, host ? host : "bad-input");
    text_add(out, "\" name=\"");
    print_case_name(out, shown);
    if (file) {
        text_add(out, "\" file=\"");
        xml_print(out, file);
        text_add(out, "\" line=\"");
        text_add_decimal(out, (int64_t)result->target->source.line, 0);
    }
    text_add(out, "\" time=\"");
    text_add_decimal(out, us_to_ms(result->outcome.total_us), 3);
    text_add_char(out, '"');
    if (result->cause == CAUSE_NONE && result->transition.change == CHANGE_NONE) {
        text_add(out, "/>\n");
    } else {
        text_add(out, ">\n");
        print_content(out, shown, state);
        text_add(out, "    </testcase>\n");
    }
}

static void end(struct format_context *context)
{
    const struct state *state = context->state;
    const struct totals *totals = context->totals;
    const double elapsed = us_to_seconds(totals->elapsed_us);
    char date[FIELD_DATE_BYTES];

    field_date(date, totals->started_at_us / CLOCK_S, -1);
    date[strcspn(date, "Z")] = '\0'; /* readers take it for UTC, and some accept no zone */
    text_addf(context->out,
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<testsuites name=\"urlcheck\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
              "time=\"%.3f\">\n  <testsuite name=\"",
              context->count, state->failures, state->errors, elapsed);
    xml_print_text(context->out, escape_text, totals->list);
    text_addf(context->out,
              "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.3f\" "
              "timestamp=\"%s\" hostname=\"",
              context->count, state->failures, state->errors, state->skipped, elapsed, date);
    xml_print_text(context->out, escape_text, format_place(context));
    text_add(context->out, "\">\n");
    format_copy_section(context, CASES);
    if (totals->lesser_trouble) {
        text_add(context->out, "    <system-err>");
        xml_print_text(context->out, escape_text, totals->lesser_trouble);
        text_add(context->out, "</system-err>\n");
    }
    text_add(context->out, "  </testsuite>\n</testsuites>\n");
}

const struct format format_junit = {.result = print_result,
                                    .end = end,
                                    .state_bytes = sizeof(struct state),
                                    .section_count = SECTIONS,
                                    .wants_numbers = true};
