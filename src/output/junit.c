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

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "base/url_parts.h"
#include "change_text.h"
#include "fields.h"
#include "results/dedup.h"
#include "xml.h"

enum { CASES, SECTIONS };

struct state {
    struct dedup *names; /* of the cases: readers keep only one of two with the same name */
    size_t failures;
    size_t errors;
    size_t skipped;
};

static void begin(struct format_context *context)
{
    struct state *state = context->state;

    state->names = dedup_new();
}

static void release(struct format_context *context)
{
    struct state *state = context->state;

    dedup_free(state->names);
}

/* "name (url)", or the URL; " #2" makes it different from an earlier one. The caller frees it. */
static char *case_name_of(const struct target *target, struct dedup *names)
{
    char *name = field_case_name(target);
    size_t number = dedup_add_numbered(names, name);
    char *numbered;

    if (number == 1)
        return name;
    numbered = xasprintf("%s #%zu", name, number);
    free(name);
    return numbered;
}

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
static void print_failure(struct text *out, const struct result *result, const char *element)
{
    const struct source *source = &result->target->source;
    const char *message = field_message(result);
    char change[CHANGE_TEXT_BYTES];

    text_addf(out, "      <%s type=\"%s\" message=\"", element, cause_name(result->cause));
    xml_print_text(out, escape_text, message);
    text_add(out, "\">");
    if (source->file) {
        xml_print_text(out, escape_text, field_source_file(source));
        text_addf(out, ":%zu: ", source->line);
    }
    text_addf(out, "%s: ", cause_name(result->cause));
    xml_print_text(out, escape_text, message);
    xml_print(out, change_mark(change, result));
    text_addf(out, "</%s>\n", element);
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
static void print_remarks(struct text *out, const struct result *result)
{
    char change[CHANGE_TEXT_BYTES];

    for (size_t i = 0; result->verdict == VERDICT_FLAKY && i < result->earlier.count; i++) {
        if (result->earlier.items[i].cause != CAUSE_NONE)
            print_flaky_failure(out, &result->earlier.items[i]);
    }
    text_addf(out, "      <system-out>%s", verdict_name(result->verdict));
    if (result->cause != CAUSE_NONE) {
        text_addf(out, " %s: ", cause_name(result->cause));
        xml_print_text(out, escape_text, result->message);
    }
    xml_print(out, change_mark(change, result));
    text_add(out, "</system-out>\n");
}

static void print_content(struct text *out, const struct result *result, struct state *state)
{
    if (result->verdict == VERDICT_UNKNOWN) {
        state->skipped++;
        print_failure(out, result, "skipped");
    } else if (result->verdict != VERDICT_FAILED) {
        print_remarks(out, result);
    } else if (is_about_response(result->cause)) {
        state->failures++;
        print_failure(out, result, "failure");
    } else {
        state->errors++;
        print_failure(out, result, "error");
    }
}

static void print_result(struct format_context *context, const struct result *result)
{
    struct state *state = context->state;
    const struct target *target = result->target;
    char *host = field_host(target);
    char *name = case_name_of(target, state->names);
    struct text *out = format_section(context, CASES);

    text_add(out, "    <testcase classname=\"");
    xml_print(out, host ? host : "bad-input");
    text_add(out, "\" name=\"");
    xml_print(out, name);
    if (target->source.file) {
        text_add(out, "\" file=\"");
        xml_print_text(out, escape_text, field_source_file(&target->source));
        text_addf(out, "\" line=\"%zu", target->source.line);
    }
    text_add(out, "\" time=\"");
    field_print_decimal(out, us_to_ms(result->outcome.total_us), 3);
    text_add_char(out, '"');
    if (result->cause == CAUSE_NONE && result->transition.change == CHANGE_NONE) {
        text_add(out, "/>\n");
    } else {
        text_add(out, ">\n");
        print_content(out, result, state);
        text_add(out, "    </testcase>\n");
    }
    free(name);
    free(host);
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
    text_add(context->out, "  </testsuite>\n</testsuites>\n");
}

const struct format format_junit = {.begin = begin,
                                    .result = print_result,
                                    .end = end,
                                    .release = release,
                                    .state_bytes = sizeof(struct state),
                                    .section_count = SECTIONS};
