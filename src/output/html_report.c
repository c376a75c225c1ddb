/* SPDX-License-Identifier: MIT */
#include "html_report.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "fields.h"
#include "html_parts.h"
#include "html_row.h"
#include "xml.h"

#define HOSTS_SHOWN 50
#define DAY_S (24 * 60 * 60)
#define BAR_WIDTH 1000 /* in the units of the SVG, whatever its size on the screen */

/* color: a class of html.css. */
static void print_rect(struct text *out, const char *color, double x, double width)
{
    text_addf(out, "<rect class=\"%s\" x=\"%.1f\" y=\"0\" width=\"%.1f\" height=\"10\"/>", color, x,
              width);
}

/* Hidden from screen readers: numbers beside it say the same. */
static void begin_svg(struct text *out)
{
    text_addf(out, "<svg viewBox=\"0 0 %d 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
              BAR_WIDTH);
}

enum verdict html_verdict_order(size_t step)
{
    static const enum verdict order[VERDICT_COUNT] = {VERDICT_FAILED, VERDICT_UNKNOWN,
                                                      VERDICT_FLAKY, VERDICT_WARN, VERDICT_OK};

    return order[step];
}

size_t html_verdict_count(const struct stats *stats, enum verdict verdict)
{
    size_t sum = 0;

    for (int cause = 0; cause < CAUSE_COUNT; cause++)
        sum += stats->classes[verdict][cause];
    return sum;
}

static size_t sum_of(const size_t counts[VERDICT_COUNT])
{
    size_t sum = 0;

    for (int verdict = 0; verdict < VERDICT_COUNT; verdict++)
        sum += counts[verdict];
    return sum;
}

void html_print_bar(struct text *out, const size_t counts[VERDICT_COUNT])
{
    size_t sum = sum_of(counts);
    double x = 0;

    begin_svg(out);
    for (size_t step = 0; step < VERDICT_COUNT && sum; step++) {
        enum verdict verdict = html_verdict_order(step);
        double width = BAR_WIDTH * (double)counts[verdict] / (double)sum;

        if (counts[verdict])
            print_rect(out, html_class_of(verdict), x, width);
        x += width;
    }
    text_add(out, "</svg>");
}

/*
 * The head of a section, and of its table with these columns. NULL ends them. id: what links in the page's
 * head lead to; kind: a class of html.css, or "".
 */
static void begin_table(struct text *out, const char *id, const char *title, const char *kind,
                        const char *caption, const char *const *columns)
{
    text_addf(out,
              "<section id=\"%s\">\n<h2>%s</h2>\n<table class=\"%s\">\n<caption>%s</caption>\n", id,
              title, kind, caption);
    html_print_columns(out, columns);
}

static void end_table(struct text *out)
{
    text_add(out, "</tbody>\n</table>\n</section>\n");
}

/* "up to 50 ms", "over 10 s". */
static void print_bucket(struct text *out, size_t bucket)
{
    bool is_last = bucket == HTML_BUCKETS - 1;
    unsigned bound_ms = html_bucket_ms(is_last ? bucket - 1 : bucket);

    text_add(out, is_last ? "over " : "up to ");
    if (bound_ms < 1000)
        text_addf(out, "%u ms", bound_ms);
    else
        text_addf(out, "%u s", bound_ms / 1000);
}

static void print_bucket_row(struct text *out, size_t bucket, size_t count, size_t most)
{
    char text[UNITS_TEXT_BYTES];

    text_add(out, "<tr><th scope=\"row\">");
    print_bucket(out, bucket);
    text_addf(out, "</th><td>%s</td><td class=\"bar\">", format_count(text, count));
    begin_svg(out);
    if (count)
        print_rect(out, "time", 0, BAR_WIDTH * (double)count / (double)most);
    text_add(out, "</svg></td></tr>\n");
}

/* "Half of all responses took at most 0.051 s, 90 % 0.300 s, 99 % 2.310 s, the slowest 2.310 s." */
static void print_percentiles(struct text *out, struct stats *stats)
{
    text_addf(out,
              "Half of the responses took at most %.3f s, 90 %% %.3f s, 99 %% %.3f s, the slowest "
              "took %.3f s.",
              us_to_seconds(stats_percentile_us(stats, 50)),
              us_to_seconds(stats_percentile_us(stats, 90)),
              us_to_seconds(stats_percentile_us(stats, 99)),
              us_to_seconds(stats_percentile_us(stats, 100)));
}

void html_print_latency(struct text *out, const struct html_counts *counts, struct stats *stats)
{
    static const char *const columns[] = {"Time", "Responses", "Share", NULL};
    size_t first = HTML_BUCKETS, last = 0, most = 0;

    for (size_t i = 0; i < HTML_BUCKETS; i++) {
        if (!counts->buckets[i])
            continue;
        first = first < i ? first : i;
        last = i;
        most = most > counts->buckets[i] ? most : counts->buckets[i];
    }
    if (!most)
        return;
    begin_table(out, "times", "Response times", "", "Complete responses by the time they took",
                columns);
    for (size_t i = first; i <= last; i++)
        print_bucket_row(out, i, counts->buckets[i], most);
    text_add(out, "</tbody>\n</table>\n<p>");
    print_percentiles(out, stats);
    text_add(out, "</p>\n</section>\n");
}

void html_print_slowest(struct text *out, const struct stats *stats)
{
    static const char *const columns[] = {"Time", "URL", NULL};

    if (!stats->slowest[0].url)
        return;
    begin_table(out, "slowest", "Slowest", "", "The slowest complete responses", columns);
    for (size_t i = 0; i < STATS_SLOWEST && stats->slowest[i].url; i++) {
        text_addf(out, "<tr><td>%.3f s</td><th scope=\"row\"><span>",
                  us_to_seconds(stats->slowest[i].total_us));
        xml_print_text(out, escape_url, stats->slowest[i].url);
        text_add(out, "</span></th></tr>\n");
    }
    end_table(out);
}

/* "3 days left", "expired 29 days ago": whole days, rounded down. */
static void print_days_left(struct text *out, int64_t left_s)
{
    long long days = (left_s < 0 ? -left_s : left_s) / DAY_S;
    const char *unit = days == 1 ? "day" : "days";

    if (left_s < 0)
        text_addf(out, "<td class=\"failed\">expired %lld %s ago</td>", days, unit);
    else
        text_addf(out, "<td>%lld %s left</td>", days, unit);
}

void html_print_expiries(struct text *out, const struct html_counts *counts, int64_t now_us)
{
    static const char *const columns[] = {"Days left", "Expires on", "Host", NULL};
    char date[FIELD_DATE_BYTES];

    if (!counts->expiries[0].host)
        return;
    begin_table(out, "certificates", "Certificates", "",
                "The certificates that expire first, of these hosts or of those that they "
                "redirect to",
                columns);
    for (size_t i = 0; i < HTML_EXPIRIES && counts->expiries[i].host; i++) {
        const struct html_expiry *expiry = &counts->expiries[i];

        text_add(out, "<tr>");
        print_days_left(out, expiry->not_after - now_us / CLOCK_S);
        field_date(date, expiry->not_after, -1);
        text_addf(out, "<td>%.10s</td><th scope=\"row\"><span>", date);
        xml_print(out, expiry->host);
        text_add(out, "</span></th></tr>\n");
    }
    end_table(out);
}

/* Counts by verdict, in the order of html_verdict_order(), and a bar of them. */
static void begin_count_table(struct text *out, const char *id, const char *title,
                              const char *caption, const char *name)
{
    const char *columns[1 + VERDICT_COUNT + 2] = {name};

    for (size_t step = 0; step < VERDICT_COUNT; step++)
        columns[1 + step] = verdict_name(html_verdict_order(step));
    columns[1 + VERDICT_COUNT] = "Share";
    begin_table(out, id, title, "counts", caption, columns);
}

static void print_count_row(struct text *out, const char *name, const size_t counts[VERDICT_COUNT])
{
    char text[UNITS_TEXT_BYTES];

    text_add(out, "<tr><th scope=\"row\"><span>");
    xml_print(out, name);
    text_add(out, "</span></th>");
    for (size_t step = 0; step < VERDICT_COUNT; step++) {
        enum verdict verdict = html_verdict_order(step);

        text_addf(out, "<td class=\"%s\">%s</td>",
                  counts[verdict] ? html_class_of(verdict) : "none",
                  format_count(text, counts[verdict]));
    }
    text_add(out, "<td class=\"bar\">");
    html_print_bar(out, counts);
    text_add(out, "</td></tr>\n");
}

/* A class with all its verdicts. Fills in counts and returns their sum. */
static size_t count_class(const struct stats *stats, int cause, size_t counts[VERDICT_COUNT])
{
    for (int verdict = 0; verdict < VERDICT_COUNT; verdict++)
        counts[verdict] = stats->classes[verdict][cause];
    return sum_of(counts);
}

/* The class with the most results of those that are not printed yet; CAUSE_NONE: no more. */
static int next_class(const struct stats *stats, const bool is_printed[CAUSE_COUNT])
{
    size_t counts[VERDICT_COUNT], most = 0;
    int best = CAUSE_NONE;

    for (int cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++) {
        size_t count = is_printed[cause] ? 0 : count_class(stats, cause, counts);

        if (count > most) {
            most = count;
            best = cause;
        }
    }
    return best;
}

void html_print_classes(struct text *out, const struct stats *stats)
{
    bool is_printed[CAUSE_COUNT] = {false};
    size_t counts[VERDICT_COUNT];
    int cause = next_class(stats, is_printed);

    if (cause == CAUSE_NONE)
        return;
    begin_count_table(out, "classes", "Classes", "Results that are not plain OK, by class",
                      "Class");
    for (; cause != CAUSE_NONE; cause = next_class(stats, is_printed)) {
        count_class(stats, cause, counts);
        print_count_row(out, cause_name((enum cause)cause), counts);
        is_printed[cause] = true;
    }
    end_table(out);
}

void html_print_hosts(struct text *out, struct html_counts *counts)
{
    size_t others[VERDICT_COUNT], printed = 0;
    struct html_host *host, *next;

    if (!counts->hosts)
        return;
    for (int verdict = 0; verdict < VERDICT_COUNT; verdict++)
        others[verdict] = counts->other_hosts[verdict];
    html_counts_sort_hosts(counts);
    begin_count_table(out, "hosts", "Hosts", "Results by host, most failures first", "Host");
    HASH_ITER(hh, counts->hosts, host, next) {
        if (printed++ < HOSTS_SHOWN) {
            print_count_row(out, host->name, host->counts);
            continue;
        }
        for (int verdict = 0; verdict < VERDICT_COUNT; verdict++)
            others[verdict] += host->counts[verdict];
    }
    if (sum_of(others))
        print_count_row(out, "all other hosts", others);
    end_table(out);
}
