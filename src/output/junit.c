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
static void print_failure(FILE *file, const struct result *result, const char *element)
{
    const struct source *source = &result->target->source;
    const char *message = field_message(result);
    char change[CHANGE_TEXT_BYTES];

    fprintf(file, "      <%s type=\"%s\" message=\"", element, cause_name(result->cause));
    xml_print_text(file, escape_text, message);
    fputs("\">", file);
    if (source->file) {
        xml_print_text(file, escape_text, field_source_file(source));
        fprintf(file, ":%zu: ", source->line);
    }
    fprintf(file, "%s: ", cause_name(result->cause));
    xml_print_text(file, escape_text, message);
    xml_print(file, change_mark(change, result));
    fprintf(file, "</%s>\n", element);
}

static void print_flaky_failure(FILE *file, const struct attempt *attempt)
{
    const char *word = cause_name(attempt->cause);
    char date[FIELD_DATE_BYTES];

    field_date(date, attempt->started_at_us / CLOCK_S, -1);
    fprintf(file, "      <flakyFailure type=\"%s\" message=\"", word);
    xml_print_text(file, escape_text, attempt->message);
    fprintf(file, "\"><stackTrace>%s%s%s: ", date, *date ? " " : "", word);
    xml_print_text(file, escape_text, attempt->message);
    fputs("</stackTrace></flakyFailure>\n", file);
}

/* What a case that passed has to say. */
static void print_remarks(FILE *file, const struct result *result)
{
    char change[CHANGE_TEXT_BYTES];

    for (size_t i = 0; result->verdict == VERDICT_FLAKY && i < result->earlier.count; i++) {
        if (result->earlier.items[i].cause != CAUSE_NONE)
            print_flaky_failure(file, &result->earlier.items[i]);
    }
    fprintf(file, "      <system-out>%s", verdict_name(result->verdict));
    if (result->cause != CAUSE_NONE) {
        fprintf(file, " %s: ", cause_name(result->cause));
        xml_print_text(file, escape_text, result->message);
    }
    xml_print(file, change_mark(change, result));
    fputs("</system-out>\n", file);
}

static void print_content(FILE *file, const struct result *result, struct state *state)
{
    if (result->verdict == VERDICT_UNKNOWN) {
        state->skipped++;
        print_failure(file, result, "skipped");
    } else if (result->verdict != VERDICT_FAILED) {
        print_remarks(file, result);
    } else if (is_about_response(result->cause)) {
        state->failures++;
        print_failure(file, result, "failure");
    } else {
        state->errors++;
        print_failure(file, result, "error");
    }
}

static void print_result(struct format_context *context, const struct result *result)
{
    struct state *state = context->state;
    const struct target *target = result->target;
    char *host = field_host(target);
    char *name = case_name_of(target, state->names);
    FILE *file = format_section(context, CASES);

    fputs("    <testcase classname=\"", file);
    xml_print(file, host ? host : "bad-input");
    fputs("\" name=\"", file);
    xml_print(file, name);
    if (target->source.file) {
        fputs("\" file=\"", file);
        xml_print_text(file, escape_text, field_source_file(&target->source));
        fprintf(file, "\" line=\"%zu", target->source.line);
    }
    fputs("\" time=\"", file);
    field_print_decimal(file, us_to_ms(result->outcome.total_us), 3);
    fputc('"', file);
    if (result->cause == CAUSE_NONE && result->transition.change == CHANGE_NONE) {
        fputs("/>\n", file);
    } else {
        fputs(">\n", file);
        print_content(file, result, state);
        fputs("    </testcase>\n", file);
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
    fprintf(context->out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites name=\"urlcheck\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
            "time=\"%.3f\">\n  <testsuite name=\"",
            context->count, state->failures, state->errors, elapsed);
    xml_print_text(context->out, escape_text, totals->list);
    fprintf(context->out,
            "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.3f\" "
            "timestamp=\"%s\" hostname=\"",
            context->count, state->failures, state->errors, state->skipped, elapsed, date);
    xml_print_text(context->out, escape_text, format_place(context));
    fputs("\">\n", context->out);
    format_copy_section(context, CASES);
    fputs("  </testsuite>\n</testsuites>\n", context->out);
}

const struct format format_junit = {.begin = begin,
                                    .result = print_result,
                                    .end = end,
                                    .release = release,
                                    .state_bytes = sizeof(struct state),
                                    .section_count = SECTIONS};
