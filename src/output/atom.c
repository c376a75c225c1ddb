/* SPDX-License-Identifier: MIT */
/*
 * A feed of outages for feed readers (RFC 4287), from the history of --state. An outage is an entry, which
 * is updated when it ends. Readers know an entry by its id, so that must always be the same: it depends on
 * the URL and its attributes (with --public, on what it is called) and on when the outage began.
 */
#include "format.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "fields.h"
#include "file_link.h"
#include "html_card.h"
#include "html_days.h"
#include "local_time.h"
#include "status.h"
#include "xml.h"

#define ENTRIES_MAX 200
#define ID_BYTES 16

static void print_result(struct format_context *context, const struct result *result)
{
    (void)context;
    (void)result;
}

/*
 * A tag: URI (RFC 4151). Nobody but this machine mints those of "localhost", and the digest of a text makes
 * it unique: the text itself may be one that --public hides.
 */
static void print_id(struct text *out, const char *kind, const char *text)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    if (EVP_Digest(text, strlen(text), digest, &length, EVP_sha256(), NULL) != 1)
        alloc_end_process(); /* the only reason: see results/dedup.c */
    text_addf(out, "<id>tag:localhost,2026:urlcheck/%s/", kind);
    for (size_t i = 0; i < ID_BYTES; i++)
        text_addf(out, "%02x", digest[i]);
    text_add(out, "</id>\n");
}

static void print_time(struct text *out, const char *element, int64_t time_us)
{
    char date[FIELD_DATE_BYTES];

    field_date(date, time_us / CLOCK_S, -1);
    text_addf(out, "<%s>%s</%s>\n", element, date, element);
}

static int64_t changed_us(const struct history_outage *outage)
{
    return outage->end_us ? outage->end_us : outage->begin_us;
}

/* When the last outage began or ended; if there is none, when this run ended. */
static int64_t updated_us(const struct status *status)
{
    int64_t last_us = 0;

    for (size_t i = 0; i < status->outage_count; i++) {
        int64_t time_us = changed_us(status->outages[i].outage);

        last_us = time_us > last_us ? time_us : last_us;
    }
    return last_us ? last_us : status->history->to_us;
}

/*
 * Lines with the same URL may have gone down in the same run. Their attributes differ; if those that may
 * be printed do not (two tokens, for instance), the line that was seen first comes first.
 */
static size_t twin_number(const struct status *status, const struct status_url *url)
{
    const char *attributes = url->history->attributes ? url->history->attributes : "";
    size_t number = 0;

    for (const struct history_url *other = status->history->urls; other < url->history; other++)
        number += strcmp(other->url, url->history->url) == 0 &&
                  strcmp(other->attributes ? other->attributes : "", attributes) == 0;
    return number;
}

static void print_outage_id(struct text *out, const struct status *status,
                            const struct status_outage *one)
{
    const struct history_url *url = one->url->history;
    long long begin_us = one->outage->begin_us;
    char *text;

    if (status->is_public)
        text = xasprintf("%s %lld", one->url->label, begin_us); /* labels differ */
    else
        text = xasprintf("%s %s %lld %zu", url->url, url->attributes ? url->attributes : "",
                         begin_us, twin_number(status, one->url));
    print_id(out, "outage", text);
    free(text);
}

/*
 * "Down: LABEL: refused", "Up after 2 h 10 min: LABEL: refused"; if the end is not known, the page's word:
 * "Unknown: LABEL: refused", "No longer checked: LABEL: refused"
 */
static void print_title(struct text *out, const struct status_outage *one)
{
    const struct history_outage *outage = one->outage;
    char text[UNITS_TEXT_BYTES];

    text_add(out, "<title>");
    if (outage->end_us)
        text_addf(out, "Up after %s: ", format_seconds(text, outage->end_us - outage->begin_us));
    else
        text_addf(out, "%s: ", html_kind_word(one->goes_on ? STATUS_DOWN : one->url->kind));
    xml_print(out, one->url->label);
    text_addf(out, ": %s</title>\n", cause_name(outage->cause));
}

/* "Down from 30 Nov 2026, 14:05 CET to 30 Nov 2026, 16:15 CET. http-5xx: 503 Service Unavailable" */
static void print_content(struct text *out, const struct status *status,
                          const struct status_outage *one)
{
    const struct history_outage *outage = one->outage;
    char text[LOCAL_TIME_BYTES];

    text_addf(out, "<content type=\"text\">Down %s %s", outage->end_us ? "from" : "since",
              local_time(text, LOCAL_FULL, outage->begin_us));
    if (outage->end_us)
        text_addf(out, " to %s", local_time(text, LOCAL_FULL, outage->end_us));
    text_add(out, ". ");
    status_print_reason(out, status, outage->cause, outage->message);
    text_add(out, "</content>\n");
}

static void print_entry(struct text *out, const struct status *status,
                        const struct status_outage *one, const char *page)
{
    text_add(out, "<entry>\n");
    print_outage_id(out, status, one);
    print_title(out, one);
    print_time(out, "published", one->outage->begin_us);
    print_time(out, "updated", changed_us(one->outage));
    text_addf(out, "<category term=\"%s\"/>\n", cause_name(one->outage->cause));
    if (page)
        text_addf(out, "<link rel=\"alternate\" type=\"text/html\" href=\"%s#outages\"/>\n", page);
    print_content(out, status, one);
    text_add(out, "</entry>\n");
}

/* links: to the file itself and to the page beside it; NULL: none. */
static void print_head(struct text *out, const struct format_context *context,
                       const struct status *status, const char *self, const char *page)
{
    char *sentence = status_sentence(status);

    text_add(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                  "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n");
    print_id(out, "feed", context->settings->state);
    text_add(out, "<title>Outages</title>\n<subtitle>");
    xml_print(out, sentence);
    text_add(out, "</subtitle>\n");
    print_time(out, "updated", updated_us(status));
    text_add(out, "<author><name>urlcheck</name></author>\n"
                  "<generator version=\"" URLCHECK_VERSION "\">urlcheck</generator>\n");
    if (self)
        text_addf(out, "<link rel=\"self\" type=\"application/atom+xml\" href=\"%s\"/>\n", self);
    if (page)
        text_addf(out, "<link rel=\"alternate\" type=\"text/html\" href=\"%s\"/>\n", page);
    free(sentence);
}

static void end(struct format_context *context)
{
    const struct settings *settings = context->settings;
    struct status *status = status_new(context->totals->history, settings->is_public);
    char *self = file_link_own(settings, FORMAT_atom);
    char *page = file_link(settings, FORMAT_atom, FORMAT_html);

    print_head(context->out, context, status, self, page);
    for (size_t i = 0; i < status->outage_count && i < ENTRIES_MAX; i++)
        print_entry(context->out, status, &status->outages[i], page);
    text_add(context->out, "</feed>\n");
    free(page);
    free(self);
    status_free(status);
}

const struct format format_atom = {.result = print_result,
                                   .end = end,
                                   .history_us = HTML_STATUS_DAYS * INT64_C(86400) * CLOCK_S};
