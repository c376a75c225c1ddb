/* SPDX-License-Identifier: MIT */
#include "html_status.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "fields.h"
#include "file_link.h"
#include "html_card.h"
#include "html_outages.h"
#include "html_page.h"
#include "local_time.h"
#include "status.h"
#include "xml.h"

#define REFRESH_S 300
/* With more URLs than that, those that are up are folded, and grouped by their hosts. */
#define MANY 50
/* Of each kind. A browser needs a millisecond for one that is not folded; the page has 6 kB for each. */
#define CARDS_MAX 1000

static const char *color_of(const struct status *status)
{
    if (status->kinds[STATUS_DOWN])
        return "d32f2f";
    if (status->kinds[STATUS_UNKNOWN] || status_total(status) == 0)
        return "808080";
    return status->kinds[STATUS_FAILING] ? "e6a100" : "2e9e4f";
}

/* The kind of the sentence. */
static enum status_kind worst_kind(const struct status *status)
{
    static const enum status_kind order[] = {STATUS_DOWN, STATUS_UNKNOWN, STATUS_FAILING};

    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        if (status->kinds[order[i]])
            return order[i];
    }
    return status_total(status) ? STATUS_UP : STATUS_UNKNOWN;
}

static void add_time(struct history_time *sum, const struct history_time *time)
{
    sum->up_us += time->up_us;
    sum->down_us += time->down_us;
    sum->maintenance_us += time->maintenance_us;
    sum->unknown_us += time->unknown_us;
}

/* When that was. html_status.js reads the attributes of the time, and fills in #age and #old. */
static void print_as_of(struct text *out, const struct status *status)
{
    int64_t now_us = status->history->to_us;
    char date[FIELD_DATE_BYTES], text[LOCAL_TIME_BYTES];

    field_date(date, now_us / CLOCK_S, -1);
    text_addf(out,
              "<p id=\"as-of\">As of <time id=\"now\" datetime=\"%s\" data-stale=\"%lld\">%s</time>"
              "<span id=\"age\"></span></p>\n<p id=\"old\" role=\"status\" hidden></p>\n",
              date, (long long)(status->stale_after_us / CLOCK_S),
              local_time(text, LOCAL_FULL, now_us));
}

/* A number, and a link to what it counts. */
static void print_count(struct text *out, const char *css, const char *id, size_t count,
                        const char *word)
{
    char text[UNITS_TEXT_BYTES];

    text_addf(out, "<li class=\"%s\"><a", count ? css : "none");
    if (count)
        text_addf(out, " href=\"#%s\"", id);
    text_addf(out, "><b>%s</b> %s</a></li>\n", format_count(text, count), word);
}

/* How many URLs are of each kind. */
static void print_kinds(struct text *out, const struct status *status)
{
    text_add(out, "<ul>\n");
    for (int i = 0; i < STATUS_KINDS; i++) {
        enum status_kind kind = (enum status_kind)i;

        if (status->kinds[kind] == 0 && kind != STATUS_DOWN && kind != STATUS_UP)
            continue;
        print_count(out, html_kind_class(kind), html_kind_class(kind), status->kinds[kind],
                    html_kind_word(kind));
    }
    print_count(out, "text", "outages", status->outage_count,
                status->outage_count == 1 ? "Outage in 90 days" : "Outages in 90 days");
    text_add(out, "</ul>\n");
}

/* The uptime of all URLs together that are still checked, in the time of the one that has been for longest. */
static void print_total(struct text *out, const struct status *status)
{
    struct history_time sum = {0};
    int64_t longest_us = 0;

    for (size_t i = 0; i < status_total(status); i++) { /* STATUS_GONE is last */
        const struct history_time *time = &status->urls[i].history->time;

        add_time(&sum, time);
        if (history_span_us(time) > longest_us)
            longest_us = history_span_us(time);
    }
    if (status_total(status) < 2 || history_uptime(&sum) < 0)
        return;
    text_add(out, "<p>All together: ");
    html_print_measured_uptime(out, &sum, longest_us);
    text_add(out, "</p>\n");
}

/* Lines of the list that cannot be checked have no history, and are no part of the sentence. */
static void print_bad_input(struct text *out, const struct totals *totals)
{
    size_t count = totals->stats ? totals->stats->classes[VERDICT_FAILED][CAUSE_BAD_INPUT] : 0;

    if (count)
        text_addf(out, "<p class=\"failed\">%zu %s of the list cannot be checked</p>\n", count,
                  count == 1 ? "line" : "lines");
}

static void print_header(const struct format_context *context, const struct status *status,
                         const char *sentence)
{
    enum status_kind worst = worst_kind(status);
    struct text *out = context->out;

    text_add(out, "<header>\n");
    text_addf(out, "<h1 id=\"sentence\" class=\"%s\">", html_kind_class(worst));
    html_print_mark(out, worst);
    text_add(out, " <span>");
    xml_print(out, sentence);
    text_add(out, "</span></h1>\n");
    print_as_of(out, status);
    print_kinds(out, status);
    print_total(out, status);
    if (!status->is_public)
        print_bad_input(out, context->totals);
    text_add(out, "</header>\n<main>\n");
}

/* The search of html_status.js: hidden without it. */
static void print_tools(struct text *out)
{
    text_add(out,
             "<div id=\"tools\" role=\"search\" hidden>\n"
             "<label>Search <input id=\"words\" type=\"search\" autocomplete=\"off\"></label>\n"
             "<span id=\"found\" role=\"status\"></span>\n</div>\n");
}

/* By host, hosts in alphabetical order. */
static int by_host(const void *first, const void *second)
{
    const struct status_url *a = first, *b = second;
    int order =
        strcmp(a->history->host ? a->history->host : "", b->history->host ? b->history->host : "");

    return order ? order : (a->number > b->number) - (a->number < b->number);
}

static size_t group_length(const struct status_url *urls, size_t count)
{
    const char *host = urls[0].history->host;
    size_t length = 1;

    while (host && length < count && urls[length].history->host &&
           strcmp(urls[length].history->host, host) == 0)
        length++;
    return length;
}

/* The bars of several URLs together: each day has the sum of their times. */
static void print_group_bars(struct text *out, const struct status_url *urls, size_t count)
{
    struct history_day days[HTML_STATUS_DAYS] = {{0}};
    size_t shown = HTML_STATUS_DAYS;

    for (size_t i = 0; i < count; i++) {
        if (urls[i].history->day_count < shown)
            shown = urls[i].history->day_count;
    }
    for (size_t i = 0; i < count; i++) {
        const struct history_day *last = urls[i].history->days + urls[i].history->day_count;

        for (size_t day = 0; day < shown; day++) {
            days[day].begin_us = last[(ptrdiff_t)day - (ptrdiff_t)shown].begin_us;
            add_time(&days[day].time, &last[(ptrdiff_t)day - (ptrdiff_t)shown].time);
        }
    }
    text_add(out, "<span class=\"days\" aria-hidden=\"true\">");
    html_print_days(out, days, shown);
    text_add(out, "</span>");
}

static void print_group(struct text *out, const struct status *status,
                        const struct status_url *urls, size_t count)
{
    struct history_time sum = {0};

    for (size_t i = 0; i < count; i++)
        add_time(&sum, &urls[i].history->time);
    text_add(out, "<details class=\"group\"><summary><span class=\"label\">");
    xml_print_text(out, escape_text, urls[0].history->host);
    text_addf(out, "</span> <span class=\"uptime\">%zu URLs, <b>", count);
    html_print_uptime(out, &sum);
    text_add(out, "</b> up</span>");
    print_group_bars(out, urls, count);
    text_add(out, "</summary>\n");
    for (size_t i = 0; i < count; i++)
        html_print_card(out, status, &urls[i], true);
    text_add(out, "</details>\n");
}

/* Hosts with several URLs are groups, and come first. */
static void print_groups(struct text *out, const struct status *status,
                         const struct status_url *first, size_t count)
{
    struct status_url *urls = xcalloc(count, sizeof(*urls));
    size_t length;

    memcpy(urls, first, count * sizeof(*urls));
    qsort(urls, count, sizeof(*urls), by_host);
    for (size_t i = 0; i < count; i += length) {
        length = group_length(&urls[i], count - i);
        if (length > 1)
            print_group(out, status, &urls[i], length);
    }
    for (size_t i = 0; i < count; i += length) {
        length = group_length(&urls[i], count - i);
        if (length == 1)
            html_print_card(out, status, &urls[i], true);
    }
    free(urls);
}

/* A section for each kind. */
static void print_kind(struct text *out, const struct status *status, enum status_kind kind)
{
    size_t first = 0, count = status->kinds[kind];
    size_t shown = count < CARDS_MAX ? count : CARDS_MAX;
    char text[UNITS_TEXT_BYTES];
    bool is_many = status->count > MANY;
    bool is_folded = is_many && (kind == STATUS_UP || kind == STATUS_GONE);

    for (int before = 0; before < (int)kind; before++)
        first += status->kinds[before];
    if (count == 0)
        return;
    text_addf(out, "<section id=\"%s\" class=\"%s\">\n<h2>%s <small>%s</small></h2>\n",
              html_kind_class(kind), is_folded ? "compact" : "cards", html_kind_word(kind),
              format_count(text, count));
    if (is_folded && !status->is_public)
        print_groups(out, status, &status->urls[first], shown);
    else
        for (size_t i = first; i < first + shown; i++)
            html_print_card(out, status, &status->urls[i], is_folded);
    if (shown < count)
        text_addf(out, "<p>And %s more</p>\n", format_count(text, count - shown));
    text_add(out, "</section>\n");
}

static void print_footer(const struct format_context *context, const struct status *status,
                         const char *feed)
{
    struct text *out = context->out;

    text_add(out, "</main>\n<footer>\n");
    if (feed)
        text_addf(out, "<p><a href=\"%s\">Feed of outages</a> (Atom)</p>\n", feed);
    text_add(
        out,
        "<p>Uptime is the part of the measured time without an outage, never rounded up. "
        "Maintenance is not counted. Where nothing was measured, nothing is claimed.</p>\n<p>");
    if (!status->is_public) {
        xml_print_text(out, escape_text, context->totals->list);
        text_add(out, ", checked from ");
        xml_print_text(out, escape_text, format_place(context));
        text_add(out, " by ");
    }
    text_add(out, "urlcheck " URLCHECK_VERSION "</p>\n</footer>\n");
}

static void print_body(const struct format_context *context, struct status *status,
                       const char *sentence, const char *feed)
{
    struct text *out = context->out;

    html_print_mark_shapes(out);
    print_header(context, status, sentence);
    if (status->count > MANY)
        print_tools(out);
    if (status->count)
        html_print_legend(out);
    for (int kind = 0; kind < STATUS_KINDS; kind++)
        print_kind(out, status, (enum status_kind)kind);
    html_print_outages(out, status);
    print_footer(context, status, feed);
}

void html_status_print(struct format_context *context)
{
    const struct settings *settings = context->settings;
    struct status *status = status_new(context->totals->history, settings->is_public);
    char *sentence = status_sentence(status), *feed = file_link(settings, FORMAT_html, FORMAT_atom);
    char *title = xasprintf("%s - status", sentence);
    struct html_page page = {.kind = HTML_STATUS,
                             .title = title,
                             .color = color_of(status),
                             .feed = feed,
                             .refresh_s = REFRESH_S};

    html_page_begin(context->out, &page);
    print_body(context, status, sentence, feed);
    html_page_end(context->out, &page);
    free(title);
    free(feed);
    free(sentence);
    status_free(status);
}
