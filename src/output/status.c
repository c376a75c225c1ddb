/* SPDX-License-Identifier: MIT */
#include "status.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/hash.h"
#include "base/units.h"
#include "xml.h"

#define DAY_US (24 * 60 * 60 * CLOCK_S)
/* A page is renewed by browsers every 5 minutes, so one that is younger than twice that is not old. */
#define STALE_LEAST_US (10 * 60 * CLOCK_S)
#define STALE_UNKNOWN_US (60 * 60 * CLOCK_S)

static enum status_kind kind_of(const struct history *history, const struct history_url *url)
{
    bool is_in_last_run = history_is_of_last_run(history, url);

    if (!history_is_known(history, url))
        return !is_in_last_run && history->to_us - url->last_us > DAY_US ? STATUS_GONE
                                                                         : STATUS_UNKNOWN;
    if (url->is_down)
        return STATUS_DOWN;
    switch (url->verdict) {
    case VERDICT_FAILED: return STATUS_FAILING;
    case VERDICT_WARN:
    case VERDICT_FLAKY: return STATUS_REMARK;
    case VERDICT_OK: return STATUS_UP;
    default: return STATUS_UNKNOWN;
    }
}

/* A label that several URLs have gets a number from the second one on: "shop.example (2)". */
struct label {
    char *text;
    size_t count;
    UT_hash_handle hh;
};

static bool has_name(const struct history_url *url)
{
    return url->name && url->name[strspn(url->name, " ")];
}

static char *make_label(struct label **labels, const struct history_url *url, bool is_public)
{
    const char *unnamed = is_public ? url->host : url->url;
    char *text =
        has_name(url) ? escape_text(url->name) : escape_url(unnamed && *unnamed ? unnamed : "?");
    struct label *label;
    char *numbered;

    HASH_FIND_STR(*labels, text, label);
    if (!label) {
        label = xcalloc(1, sizeof(*label));
        label->text = xstrdup(text);
        HASH_ADD_KEYPTR(hh, *labels, label->text, strlen(label->text), label);
    }
    if (++label->count == 1)
        return text;
    numbered = xasprintf("%s (%zu)", text, label->count);
    free(text);
    return numbered;
}

static void free_labels(struct label *labels)
{
    struct label *label, *next;

    HASH_ITER(hh, labels, label, next) {
        HASH_DEL(labels, label);
        free(label->text);
        free(label);
    }
}

static int by_kind(const void *first, const void *second)
{
    const struct status_url *a = first, *b = second;

    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static void add_urls(struct status *status)
{
    const struct history *history = status->history;
    struct label *labels = NULL;

    status->count = history->count;
    status->urls = xcalloc(history->count + 1, sizeof(*status->urls));
    for (size_t i = 0; i < history->count; i++) {
        const struct history_url *url = &history->urls[i];
        enum status_kind kind = kind_of(history, url);

        status->urls[i] = (struct status_url){.history = url,
                                              .label = make_label(&labels, url, status->is_public),
                                              .has_name = has_name(url),
                                              .kind = kind,
                                              .number = i + 1};
        status->kinds[kind]++;
    }
    qsort(status->urls, status->count, sizeof(*status->urls), by_kind);
    free_labels(labels);
}

static struct status_outage make_outage(const struct status *status, const struct status_url *url,
                                        const struct history_outage *outage)
{
    const struct history *history = status->history;

    return (struct status_outage){
        .url = url,
        .outage = outage,
        .goes_on = outage->end_us == 0 && history_is_known(history, url->history),
        .until_us = history_outage_until_us(history, url->history, outage)};
}

static int by_begin(const void *first, const void *second)
{
    const struct status_outage *a = first, *b = second;

    if (a->outage->begin_us != b->outage->begin_us)
        return a->outage->begin_us > b->outage->begin_us ? -1 : 1;
    if (a->until_us != b->until_us)
        return a->until_us > b->until_us ? -1 : 1;
    if (a->outage->cause != b->outage->cause)
        return a->outage->cause < b->outage->cause ? -1 : 1;
    return (a->url->number > b->url->number) - (a->url->number < b->url->number);
}

static void add_outages(struct status *status)
{
    size_t count = 0;

    for (size_t i = 0; i < status->count; i++)
        count += status->urls[i].history->outage_count;
    status->outages = xcalloc(count + 1, sizeof(*status->outages));
    for (size_t i = 0; i < status->count; i++) {
        const struct status_url *url = &status->urls[i];

        for (size_t j = 0; j < url->history->outage_count; j++)
            status->outages[status->outage_count++] =
                make_outage(status, url, &url->history->outages[j]);
    }
    qsort(status->outages, count, sizeof(*status->outages), by_begin);
}

/* The longest time for which the results of this run, the last one, are valid. */
static int64_t stale_after(const struct status *status)
{
    int64_t last_us = status->history->last_us, valid_us = 0;

    for (size_t i = 0; i < status->count; i++) {
        const struct history_url *url = status->urls[i].history;

        if (url->last_us == last_us && url->valid_until_us - last_us > valid_us)
            valid_us = url->valid_until_us - last_us;
    }
    if (valid_us == 0)
        return STALE_UNKNOWN_US;
    return valid_us > STALE_LEAST_US ? valid_us : STALE_LEAST_US;
}

struct status *status_new(const struct history *history, bool is_public)
{
    struct status *status = xcalloc(1, sizeof(*status));

    status->history = history;
    status->is_public = is_public;
    add_urls(status);
    add_outages(status);
    status->stale_after_us = stale_after(status);
    return status;
}

void status_free(struct status *status)
{
    if (!status)
        return;
    for (size_t i = 0; i < status->count; i++)
        free(status->urls[i].label);
    free(status->urls);
    free(status->outages);
    free(status);
}

size_t status_total(const struct status *status)
{
    return status->count - status->kinds[STATUS_GONE];
}

/* "LABEL is down", "All 40 are down", "2 of 40 are down". The caller frees it. */
static char *count_sentence(const struct status *status, size_t count, const char *what)
{
    size_t total = status_total(status);
    char part[UNITS_TEXT_BYTES], all[UNITS_TEXT_BYTES];

    if (total == 1)
        return xasprintf("%s is %s", status->urls[0].label, what);
    if (count == total)
        return xasprintf("All %s are %s", format_count(all, total), what);
    return xasprintf("%s of %s %s %s", format_count(part, count), format_count(all, total),
                     count == 1 ? "is" : "are", what);
}

char *status_sentence(const struct status *status)
{
    size_t total = status_total(status), unknown = status->kinds[STATUS_UNKNOWN];
    size_t failing = status->kinds[STATUS_FAILING];
    char *up, *sentence;

    if (total == 0)
        return xstrdup("Nothing is known yet");
    if (status->kinds[STATUS_DOWN])
        return count_sentence(status, status->kinds[STATUS_DOWN], "down");
    if (unknown == total)
        return count_sentence(status, unknown, "unknown");
    up = count_sentence(status, total - unknown, "up");
    if (unknown)
        sentence = xasprintf("%s, %zu %s unknown", up, unknown, unknown == 1 ? "is" : "are");
    else if (failing && total == 1)
        sentence = xasprintf("%s, but failed the last check", up);
    else if (failing)
        sentence = xasprintf("%s, %zu failed the last check", up, failing);
    else
        return up;
    free(up);
    return sentence;
}

void status_print_reason(struct text *out, const struct status *status, enum cause cause,
                         const char *message)
{
    text_add(out, cause_name(cause));
    if (status->is_public || !message || !*message)
        return;
    text_add(out, cause == CAUSE_NONE ? "" : ": ");
    xml_print_text(out, escape_text, message);
}
