/* SPDX-License-Identifier: MIT */
#include "html_card.h"

#include "base/clock.h"
#include "base/units.h"
#include "html_days.h"
#include "html_parts.h"
#include "local_time.h"
#include "xml.h"

#define DAY_US (24 * 60 * 60 * CLOCK_S)
/* Where certificates are renewed by themselves, that is done 30 days before their end. */
#define CERT_SOON_DAYS 21

/* By enum status_kind. Each shape is another one, for those who do not see the colours. */
static const struct {
    const char *css, *word, *shape;
} kinds[] = {
    [STATUS_DOWN] =
        {"down", "Down",
         "<path d=\"M5 0h6l5 5v6l-5 5H5L0 11V5z\"/><path class=\"sign\" d=\"M5 5l6 6m0-6l-6 6\"/>"},
    [STATUS_FAILING] = {"failing", "Failing",
                        "<path d=\"M8 0l8 15H0z\"/><path class=\"sign\" d=\"M8 5v5m0 2v1\"/>"},
    [STATUS_UNKNOWN] =
        {"unknown", "Unknown",
         "<path d=\"M1 1h14v14H1z\"/><path class=\"sign\" d=\"M5.5 6a2.5 2.5 0 1 1 2.5 2.5V10m0 2v1\"/>"},
    [STATUS_REMARK] =
        {"remark", "Up, with a remark",
         "<circle cx=\"8\" cy=\"8\" r=\"8\"/><path class=\"sign\" d=\"M8 3v6m0 2.5v1\"/>"},
    [STATUS_UP] =
        {"up", "Up",
         "<circle cx=\"8\" cy=\"8\" r=\"8\"/><path class=\"sign\" d=\"M4 8.5l3 3 5-6\"/>"},
    [STATUS_GONE] = {"gone", "No longer checked",
                     "<circle cx=\"8\" cy=\"8\" r=\"8\"/><path class=\"sign\" d=\"M4 8h8\"/>"}};

const char *html_kind_class(enum status_kind kind)
{
    return kinds[kind].css;
}

const char *html_kind_word(enum status_kind kind)
{
    return kinds[kind].word;
}

void html_print_mark_shapes(struct text *out)
{
    text_add(out, "<svg class=\"shapes\" aria-hidden=\"true\">\n");
    for (int kind = 0; kind < STATUS_KINDS; kind++)
        text_addf(out, "<symbol id=\"is-%s\" viewBox=\"0 0 16 16\">%s</symbol>\n", kinds[kind].css,
                  kinds[kind].shape);
    text_add(out, "</svg>\n");
}

void html_print_mark(struct text *out, enum status_kind kind)
{
    text_addf(out, "<svg class=\"mark %s\" aria-hidden=\"true\"><use href=\"#is-%s\"/></svg>",
              kinds[kind].css, kinds[kind].css);
}

/* Hundredths of a percent: "99.95 %", "100 %". */
static void print_percent(struct text *out, int hundredths)
{
    if (hundredths % 100)
        text_addf(out, "%d.%02d %%", hundredths / 100, hundredths % 100);
    else
        text_addf(out, "%d %%", hundredths / 100);
}

void html_print_uptime(struct text *out, const struct history_time *time)
{
    int uptime = history_uptime(time);

    if (uptime < 0)
        text_add(out, "unknown");
    else
        print_percent(out, uptime);
}

void html_print_measured_uptime(struct text *out, const struct history_time *time, int64_t span_us)
{
    int measured = history_measured(time);
    char text[UNITS_TEXT_BYTES];

    text_add(out, "<b>");
    html_print_uptime(out, time);
    text_add(out, "</b> up ");
    if (measured < 9995) {
        text_add(out, "of the ");
        print_percent(out, measured < 100 ? measured : measured / 100 * 100);
        text_add(out, " measured ");
    }
    if (span_us >= 2 * DAY_US)
        text_addf(out, "in %lld days", (long long)((span_us + DAY_US / 2) / DAY_US));
    else
        text_addf(out, "in %s", format_seconds(text, span_us));
}

static void print_uptime(struct text *out, const struct history_url *url)
{
    text_add(out, "<p class=\"uptime\">");
    if (history_uptime(&url->time) < 0)
        text_add(out, "not measured yet");
    else
        html_print_measured_uptime(out, &url->time, history_span_us(&url->time));
    text_add(out, "</p>\n");
}

static void print_head(struct text *out, const struct status *status, const struct status_url *url)
{
    const struct history_url *history = url->history;
    bool has_address = url->has_name && !status->is_public;

    text_add(out, "<h3>");
    html_print_mark(out, url->kind);
    text_addf(out, " <span class=\"word %s\">%s</span> ", kinds[url->kind].css,
              kinds[url->kind].word);
    text_add(out, "<span class=\"label\">");
    if (status->is_public || url->has_name)
        xml_print(out, url->label);
    else
        html_print_link(out, history->url, url->label);
    text_add(out, "</span></h3>\n");
    if (has_address) {
        text_add(out, "<p class=\"address\">");
        html_print_address(out, history->url);
        text_add(out, "</p>\n");
    }
}

/* "Down since 30 Nov, 14:05 CET, for 2 h 10 min: " */
static void print_since(struct text *out, const struct status *status,
                        const struct history_outage *outage)
{
    char since[LOCAL_TIME_BYTES], length[UNITS_TEXT_BYTES];

    text_addf(out, "Since %s, for %s: ", local_time(since, LOCAL_MINUTE, outage->begin_us),
              format_seconds(length, status->history->to_us - outage->begin_us));
    status_print_reason(out, status, outage->cause, outage->message);
}

/* The outage that goes on; NULL: none. */
static const struct history_outage *present_outage(const struct history_url *url)
{
    for (size_t i = 0; i < url->outage_count; i++) {
        if (url->outages[i].end_us == 0)
            return &url->outages[i];
    }
    return NULL;
}

/* Why it is not plain up. */
static void print_reason(struct text *out, const struct status *status,
                         const struct status_url *url)
{
    const struct history_url *history = url->history;
    const struct history_outage *present = present_outage(history);
    char last[LOCAL_TIME_BYTES];

    if (url->kind == STATUS_UP)
        return;
    text_addf(out, "<p class=\"reason %s\">", kinds[url->kind].css);
    if (url->kind == STATUS_DOWN && present) {
        print_since(out, status, present);
    } else if (url->kind == STATUS_UNKNOWN || url->kind == STATUS_GONE) {
        text_addf(out, "Last checked on %s", local_time(last, LOCAL_MINUTE, history->last_us));
    } else {
        if (url->kind == STATUS_FAILING)
            text_add(out, "The last check failed: ");
        status_print_reason(out, status, history->cause, history->message);
    }
    text_add(out, "</p>\n");
}

/* The last HTML_STATUS_DAYS days. */
static const struct history_day *days_of(const struct history_url *url, size_t *count)
{
    *count = url->day_count < HTML_STATUS_DAYS ? url->day_count : HTML_STATUS_DAYS;
    return url->days + (url->day_count - *count);
}

static void print_bars(struct text *out, const struct history_day *days, size_t count)
{
    char text[LOCAL_TIME_BYTES];
    size_t bad = 0, measured = 0;

    for (size_t i = 0; i < count; i++) {
        bad += days[i].time.down_us > 0;
        measured += history_span_us(&days[i].time) > days[i].time.unknown_us;
    }
    text_addf(out,
              "<div class=\"days\" role=\"img\""
              " aria-label=\"%zu of %zu measured day%s with downtime\">",
              bad, measured, measured == 1 ? "" : "s");
    html_print_days(out, days, count);
    text_add(out, "</div>\n");
    if (count)
        text_addf(out,
                  "<p class=\"axis\" aria-hidden=\"true\"><span>%s</span><span>today</span></p>\n",
                  local_time(text, LOCAL_DAY, days[0].begin_us));
}

static void print_certificate(struct text *out, const struct status *status, int64_t not_after_us)
{
    int64_t left_us = not_after_us - status->history->to_us;
    long long days = (left_us < 0 ? -left_us : left_us) / DAY_US;
    const char *unit = days == 1 ? "day" : "days";

    text_add(out, "<span>Certificate: ");
    if (left_us < 0)
        text_addf(out, "<b class=\"down\">expired %lld %s ago</b>", days, unit);
    else
        text_addf(out, "<b%s>%lld %s left</b>", days < CERT_SOON_DAYS ? " class=\"remark\"" : "",
                  days, unit);
    text_add(out, "</span>\n");
}

static void print_times(struct text *out, const struct history_url *url)
{
    char p50[UNITS_TEXT_BYTES], p95[UNITS_TEXT_BYTES], last[UNITS_TEXT_BYTES];

    text_addf(out, "<span>Response time: <b>%s</b> median, <b>%s</b> for 95 %%",
              format_duration(p50, url->p50_us), format_duration(p95, url->p95_us));
    if (url->last_latency_us)
        text_addf(out, ", <b>%s</b> last", format_duration(last, url->last_latency_us));
    text_add(out, "</span>\n");
}

static void print_facts(struct text *out, const struct status *status,
                        const struct history_url *url)
{
    char text[UNITS_TEXT_BYTES];

    text_add(out, "<p class=\"facts\">");
    if (url->p50_us)
        print_times(out, url);
    if (url->cert_not_after_us)
        print_certificate(out, status, url->cert_not_after_us);
    text_addf(out, "<span>%s %s</span>\n", format_count(text, url->checks),
              url->checks == 1 ? "check" : "checks");
    if (url->blips)
        text_addf(out, "<span>%s failed without an outage</span>\n",
                  format_count(text, url->blips));
    text_add(out, "</p>\n");
}

void html_print_card(struct text *out, const struct status *status, const struct status_url *url,
                     bool is_compact)
{
    const struct history_url *history = url->history;
    size_t count;
    const struct history_day *days = days_of(history, &count);
    static const char fold[] = "<details><summary>Days</summary>\n";

    text_addf(out, "<article id=\"u%zu\">\n", url->number);
    print_head(out, status, url);
    print_uptime(out, history);
    print_reason(out, status, url);
    print_bars(out, days, count);
    if (is_compact)
        text_add(out, fold);
    html_print_latency_line(out, days, count);
    print_facts(out, status, history);
    if (!is_compact)
        text_add(out, fold);
    html_print_day_table(out, days, count);
    text_add(out, "</details>\n</article>\n");
}
