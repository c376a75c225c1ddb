/* SPDX-License-Identifier: MIT */
/*
 * A page to look at, in one file that loads nothing. With --state it is the status page of html_status.c,
 * else the report of this run. It is complete without JavaScript; html_report.js adds sorting and filtering.
 *
 * Browsers need two seconds for a table of 10,000 rows, so only the first results of each verdict are
 * rows. All others are lines of text in a <details>, folded, from which html_report.js makes rows when they are
 * needed. Each verdict has a section for either form, so that failures come first.
 */
#include "format.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "fields.h"
#include "html_counts.h"
#include "html_page.h"
#include "html_parts.h"
#include "html_report.h"
#include "html_row.h"
#include "html_status.h"
#include "xml.h"

#define FAILED_ROWS 1000
#define OTHER_ROWS 500

/* A section of rows for each verdict, then one of lines for each. */
enum { LINES = VERDICT_COUNT, SECTIONS = 2 * VERDICT_COUNT };

struct state {
    size_t rows[VERDICT_COUNT];
    size_t lines;
    struct html_counts counts;
};

static void print_result(struct format_context *context, const struct result *result)
{
    struct state *state = context->state;
    struct shown *shown = context->shown;
    enum verdict verdict = result->verdict;

    html_counts_add(&state->counts, shown);
    if (state->rows[verdict] < (verdict == VERDICT_FAILED ? FAILED_ROWS : OTHER_ROWS)) {
        state->rows[verdict]++;
        html_print_row(format_section(context, verdict), shown);
    } else {
        state->lines++;
        html_print_line(format_section(context, LINES + verdict), shown);
    }
}

/* "3 of 6 URLs failed", "The URL failed". The caller frees it. */
static char *headline_with(size_t count, size_t done, const char *what)
{
    char part[UNITS_TEXT_BYTES], all[UNITS_TEXT_BYTES];

    if (done == 1)
        return xasprintf("The URL %s", what);
    return xasprintf("%s of %s URLs %s", format_count(part, count), format_count(all, done), what);
}

/* What matters most of the verdicts. The caller frees it. */
static char *headline_of(const struct totals *totals)
{
    const struct stats *stats = totals->stats;
    size_t done = stats_done(stats);
    char all[UNITS_TEXT_BYTES];

    if (totals->trouble)
        return xstrdup("Results are missing");
    if (done == 0)
        return xstrdup("No URLs");
    if (stats->failed)
        return headline_with(stats->failed, done, "failed");
    if (stats->unknown)
        return headline_with(stats->unknown, done, done == 1 ? "is unknown" : "are unknown");
    if (stats->ok < done)
        return headline_with(done - stats->ok, done, done == 1 ? "has a remark" : "have remarks");
    return done == 1 ? xstrdup("The URL is OK")
                     : xasprintf("All %s URLs are OK", format_count(all, done));
}

/* Of the icon: that of the worst verdict. */
static const char *color_of(const struct totals *totals)
{
    const struct stats *stats = totals->stats;

    if (stats->failed)
        return "d32f2f";
    if (totals->trouble || stats->unknown || stats_done(stats) == 0)
        return "808080";
    return stats->warned + stats->flaky ? "e6a100" : "2e9e4f";
}

static void print_time(struct text *out, int64_t time_us)
{
    char date[FIELD_DATE_BYTES];

    field_date(date, time_us / CLOCK_S, -1);
    text_addf(out, "<time datetime=\"%s\">%.10s %.8s UTC</time>", date, date, date + 11);
}

/* The list, where and when. */
static void print_about(const struct format_context *context)
{
    const struct totals *totals = context->totals;
    char text[UNITS_TEXT_BYTES];
    const char *trouble = totals->trouble ? totals->trouble : totals->lesser_trouble;
    struct text *out = context->out;

    text_add(out, "<p>");
    xml_print_text(out, escape_text, totals->list);
    text_add(out, ", checked from ");
    xml_print_text(out, escape_text, format_place(context));
    text_add(out, " at ");
    print_time(out, totals->started_at_us);
    text_addf(out, " in %s", format_duration(text, totals->elapsed_us));
    if (totals->folded)
        text_addf(out, "; %s duplicates left out", format_count(text, totals->folded));
    text_add(out, "</p>\n");
    if (trouble) {
        text_add(out, "<p class=\"failed\">");
        xml_print_text(out, escape_text, trouble);
        text_add(out, "</p>\n");
    }
}

/* The verdicts at a glance: a number each, and a bar. */
static void print_verdicts(struct text *out, const struct stats *stats)
{
    size_t counts[VERDICT_COUNT];
    char text[UNITS_TEXT_BYTES];

    text_add(out, "<ul>\n");
    for (size_t step = 0; step < VERDICT_COUNT; step++) {
        enum verdict verdict = html_verdict_order(step);

        counts[verdict] = html_verdict_count(stats, verdict);
        text_addf(out, "<li class=\"%s\"><b>%s</b> %s</li>\n",
                  counts[verdict] ? html_class_of(verdict) : "none",
                  format_count(text, counts[verdict]), verdict_name(verdict));
    }
    text_add(out, "</ul>\n");
    if (stats_done(stats))
        html_print_bar(out, counts);
    text_add_char(out, '\n');
}

/* Results may be long: links to what is below them. */
static void print_links(struct text *out, const struct html_counts *counts,
                        const struct stats *stats)
{
    const struct {
        const char *id, *title;
        bool exists;
    } sections[] = {
        {"times", "Response times", stats->latency_count > 0},
        {"slowest", "Slowest", stats->slowest[0].url != NULL},
        {"certificates", "Certificates", counts->expiries[0].host != NULL},
        {"classes", "Classes", stats->classes[VERDICT_OK][CAUSE_NONE] < stats_done(stats)},
        {"hosts", "Hosts", counts->hosts != NULL}};

    text_add(out, "<nav>\n");
    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
        if (sections[i].exists)
            text_addf(out, "<a href=\"#%s\">%s</a>\n", sections[i].id, sections[i].title);
    }
    text_add(out, "</nav>\n");
}

static void print_header(const struct format_context *context)
{
    char *headline = headline_of(context->totals), *list = escape_text(context->totals->list);
    char *title = xasprintf("%s - %s - urlcheck", headline, list);
    const struct state *state = context->state;
    struct text *out = context->out;

    html_page_begin(out, &(struct html_page){.kind = HTML_REPORT,
                                             .title = title,
                                             .color = color_of(context->totals)});
    text_add(out, "<header>\n<h1>");
    xml_print(out, headline);
    text_add(out, "</h1>\n");
    print_about(context);
    print_verdicts(out, context->totals->stats);
    print_links(out, &state->counts, context->totals->stats);
    text_add(out, "</header>\n<main>\n");
    free(title);
    free(list);
    free(headline);
}

/* Rows in the order of html_verdict_order(), and what html_report.js works with: it is hidden without it. */
static void print_table(struct format_context *context)
{
    static const char *const columns[] = {"Verdict", "Status", "Time", "URL", "Reason", NULL};
    struct text *out = context->out;

    text_add(out,
             "<div id=\"tools\" role=\"search\" hidden>\n"
             "<label>Search <input id=\"words\" type=\"search\" autocomplete=\"off\"></label>\n"
             "<label>Verdict <select id=\"verdict\"><option value=\"\">all</option>");
    for (size_t step = 0; step < VERDICT_COUNT; step++)
        text_addf(out, "<option>%s</option>", verdict_name(html_verdict_order(step)));
    text_add(out, "</select></label>\n<span id=\"found\" role=\"status\"></span>\n</div>\n"
                  "<table id=\"results\">\n<caption>Results, failures first</caption>\n");
    html_print_columns(out, columns);
    for (size_t step = 0; step < VERDICT_COUNT; step++)
        format_copy_section(context, html_verdict_order(step));
    text_add(out,
             "</tbody>\n</table>\n<button id=\"more\" type=\"button\" hidden>Show more</button>\n");
}

static void print_lines(struct format_context *context, size_t count)
{
    char text[UNITS_TEXT_BYTES];

    if (count == 0)
        return;
    text_addf(context->out,
              "<details id=\"rest\"><summary>%s more results, as text</summary>\n<pre>\n",
              format_count(text, count));
    for (size_t step = 0; step < VERDICT_COUNT; step++)
        format_copy_section(context, LINES + html_verdict_order(step));
    text_add(context->out, "</pre></details>\n");
}

static void print_results(struct format_context *context)
{
    const struct state *state = context->state;
    size_t done = stats_done(context->totals->stats);
    char text[UNITS_TEXT_BYTES];

    if (done == 0)
        return;
    text_add(context->out, "<section id=\"all\">\n<h2>Results</h2>\n");
    if (context->count)
        print_table(context);
    print_lines(context, state->lines);
    if (done > context->count)
        text_addf(context->out, "<p>Left out because of --quiet: %s OK</p>\n",
                  format_count(text, done - context->count));
    text_add(context->out, "</section>\n");
}

static void print_report(struct format_context *context)
{
    const struct totals *totals = context->totals;
    struct state *state = context->state;
    struct text *out = context->out;

    print_header(context);
    print_results(context);
    html_print_latency(out, &state->counts, totals->stats);
    html_print_slowest(out, totals->stats);
    html_print_expiries(out, &state->counts, totals->ended_at_us);
    html_print_classes(out, totals->stats);
    html_print_hosts(out, &state->counts);
    text_add(out, "</main>\n<footer><p>urlcheck " URLCHECK_VERSION "</p></footer>\n");
    html_page_end(out, &(struct html_page){.kind = HTML_REPORT});
}

static void end(struct format_context *context)
{
    if (context->totals->history)
        html_status_print(context);
    else
        print_report(context);
}

/*
 * Standard output gets a report, which says what is missing, if anything is; a file stays as it was. So it
 * does if there is no history: a status page says how old it is.
 */
static bool trouble(struct format_context *context)
{
    if (context->kind != DESTINATION_FILE)
        print_report(context);
    return false;
}

static void release(struct format_context *context)
{
    struct state *state = context->state;

    html_counts_release(&state->counts);
}

const struct format format_html = {.result = print_result,
                                   .end = end,
                                   .trouble = trouble,
                                   .release = release,
                                   .state_bytes = sizeof(struct state),
                                   .section_count = SECTIONS,
                                   .wants_latencies = true,
                                   .history_us = HTML_STATUS_DAYS * INT64_C(86400) * CLOCK_S};
