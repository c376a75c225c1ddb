/* SPDX-License-Identifier: MIT */
/*
 * --history as a page in one file that loads nothing: a table of the URLs, then one of their outages, the
 * last one first.
 */
#include "history_fields.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/units.h"
#include "html_page.h"
#include "html_parts.h"
#include "local_time.h"
#include "xml.h"

/* More would be slow in a browser. */
#define OUTAGES_MAX 1000

struct entry {
    const struct history_url *url;
    const struct history_outage *outage;
};

/* The first cell of a row: the name, and the URL; with --public the name or the host. */
static void print_head(const struct format_context *context, const struct history_url *url)
{
    bool is_public = context->settings->is_public;
    struct text *out = context->out;

    text_add(out, "<tr><th scope=\"row\"><span>");
    if (url->name) {
        text_add(out, "<b>");
        xml_print_text(out, escape_text, url->name);
        text_add(out, "</b> ");
    }
    if (!is_public)
        html_print_address(out, url->url);
    else if (!url->name)
        xml_print_text(out, escape_text, url->host);
    if (!is_public && url->attributes) {
        text_add_char(out, ' ');
        xml_print_text(out, escape_text, url->attributes);
    }
    text_add(out, "</span></th>");
}

static void print_duration(struct text *out, int64_t duration_us)
{
    char text[UNITS_TEXT_BYTES];

    text_addf(out, "<td>%s</td>", duration_us ? format_seconds(text, duration_us) : "");
}

static void print_count(struct text *out, size_t count)
{
    char text[UNITS_TEXT_BYTES];

    text_addf(out, "<td>%s</td>", count ? format_count(text, count) : "");
}

static void print_latency(struct text *out, int64_t latency_us)
{
    if (latency_us)
        text_addf(out, "<td>%.3f s</td>", us_to_seconds(latency_us));
    else
        text_add(out, "<td></td>");
}

static const char *class_of(const struct history_url *url)
{
    return url->is_down ? "failed" : url->outage_count ? "warn" : "ok";
}

static void print_url(const struct format_context *context, const struct history *history,
                      const struct history_url *url)
{
    struct text *out = context->out;
    int uptime = history_uptime(&url->time);
    char percent[HISTORY_PERCENT_BYTES], since[LOCAL_TIME_BYTES];
    int64_t begin_us = history_begin_us(history, url);

    print_head(context, url);
    text_addf(out, "<td class=\"%s\">%s%s</td>", uptime < 0 ? "none" : class_of(url),
              history_percent(percent, uptime), uptime < 0 ? "" : " %");
    text_addf(out, "<td>%s %%</td>", history_percent(percent, history_measured(&url->time)));
    print_duration(out, url->time.down_us);
    print_count(out, url->outage_count);
    print_count(out, url->blips);
    print_latency(out, url->p50_us);
    print_latency(out, url->p95_us);
    text_addf(out, "<td>%s</td></tr>\n",
              begin_us > history->from_us ? local_time(since, LOCAL_DATE, begin_us) : "");
}

static void print_urls(const struct format_context *context, const struct history *history)
{
    static const char *const columns[] = {"URL",   "Uptime", "Measured", "Down",  "Outages",
                                          "Blips", "p50",    "p95",      "Since", NULL};
    struct text *out = context->out;

    text_add(out, "<section id=\"urls\">\n<h2>URLs</h2>\n<table class=\"history urls\">\n");
    html_print_columns(out, columns);
    for (size_t i = 0; i < history->count; i++) {
        if (history_wants(context, &history->urls[i]))
            print_url(context, history, &history->urls[i]);
    }
    text_add(out, "</tbody>\n</table>\n</section>\n");
}

static int last_first(const void *a, const void *b)
{
    const struct entry *one = a, *other = b;

    return (one->outage->begin_us < other->outage->begin_us) -
           (one->outage->begin_us > other->outage->begin_us);
}

/* All outages of the URLs that the output gets, the last one first. The caller frees them. */
static struct entry *sort_outages(const struct format_context *context, size_t count)
{
    const struct history *history = context->totals->history;
    struct entry *entries = xcalloc(count + 1, sizeof(*entries));
    size_t next = 0;

    for (size_t i = 0; i < history->count; i++) {
        const struct history_url *url = &history->urls[i];

        for (size_t k = 0; history_wants(context, url) && k < url->outage_count; k++)
            entries[next++] = (struct entry){url, &url->outages[k]};
    }
    qsort(entries, count, sizeof(*entries), last_first);
    return entries;
}

static void print_outage(const struct format_context *context, const struct history *history,
                         const struct entry *entry)
{
    struct text *out = context->out;
    const struct history_outage *outage = entry->outage;
    char text[LOCAL_TIME_BYTES];

    print_head(context, entry->url);
    text_addf(out, "<td>%s</td>", local_time(text, LOCAL_FULL, outage->begin_us));
    if (outage->end_us)
        text_addf(out, "<td>%s</td>", local_time(text, LOCAL_FULL, outage->end_us));
    else
        text_addf(out, "<td class=\"%s\">%s</td>", entry->url->is_down ? "failed" : "none",
                  history_end_word(history, entry->url));
    print_duration(out, history_outage_us(history, entry->url, outage));
    text_addf(out, "<td>%s</td><td><span>", cause_name(outage->cause));
    if (!context->settings->is_public)
        xml_print_text(out, escape_text, outage->message);
    text_add(out, "</span></td></tr>\n");
}

static void print_outages(const struct format_context *context, const struct history *history)
{
    static const char *const columns[] = {"URL",   "Begin",  "End", "Duration",
                                          "Class", "Reason", NULL};
    size_t count = history_count(context).outages;
    size_t shown = count < OUTAGES_MAX ? count : OUTAGES_MAX;
    struct entry *entries = sort_outages(context, count);
    char text[UNITS_TEXT_BYTES];
    struct text *out = context->out;

    text_add(out, "<section id=\"outages\">\n<h2>Outages</h2>\n");
    if (count) {
        text_add(out, "<table class=\"history outages\">\n");
        html_print_columns(out, columns);
        for (size_t i = 0; i < shown; i++)
            print_outage(context, history, &entries[i]);
        text_add(out, "</tbody>\n</table>\n");
    }
    if (count == 0)
        text_add(out, "<p>None</p>\n");
    if (shown < count)
        text_addf(out, "<p>And %s earlier ones</p>\n", format_count(text, count - shown));
    text_add(out, "</section>\n");
    free(entries);
}

static void end(struct format_context *context)
{
    static const struct html_page page = {.kind = HTML_REPORT,
                                          .title = "History - urlcheck",
                                          .color = "4a78b5"};
    const struct history *history = context->totals->history;
    char from[LOCAL_TIME_BYTES], to[LOCAL_TIME_BYTES], count[UNITS_TEXT_BYTES];
    size_t urls = history_count(context).urls;
    struct text *out = context->out;

    html_page_begin(out, &page);
    text_addf(
        out, "<header>\n<h1>History</h1>\n<p>%s URL%s, from %s to %s</p>\n</header>\n<main>\n",
        format_count(count, urls), urls == 1 ? "" : "s",
        local_time(from, LOCAL_FULL, history->from_us), local_time(to, LOCAL_FULL, history->to_us));
    if (urls)
        print_urls(context, history);
    print_outages(context, history);
    text_add(out, "</main>\n<footer><p>urlcheck " URLCHECK_VERSION "</p></footer>\n");
    html_page_end(out, &page);
}

const struct format format_history_html = {.end = end};
