/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_STATUS_H
#define OUTPUT_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "state/history.h"

/*
 * What the status page (html with --state) and the feed (atom) say of a history: how each URL is, what it
 * is called, which outages there were. With --public no text of it shows a URL, a message or an address.
 */

/* From what matters most to what matters least: the order of a page. */
enum status_kind {
    STATUS_DOWN,
    STATUS_FAILING, /* the last check has failed, but it is no outage (yet) */
    STATUS_UNKNOWN, /* the last check is too old to say */
    STATUS_REMARK,  /* up; the last check is WARN or FLAKY */
    STATUS_UP,
    STATUS_GONE, /* not checked for a day, so it is no longer in the list: not counted */
    STATUS_KINDS
};

struct status_url {
    const struct history_url *history;
    char *label; /* the name, or the URL, or with --public its host; escaped */
    bool has_name;
    enum status_kind kind;
    size_t number; /* from 1, in the order in which the URLs were first seen */
};

struct status_outage {
    const struct status_url *url;
    const struct history_outage *outage;
    bool goes_on;     /* as far as is known: a URL that is not checked any more may be up again */
    int64_t until_us; /* when it ended, or until when it is known to have lasted */
};

struct status {
    const struct history *history;
    bool is_public;
    struct status_url *urls; /* by kind, then by number */
    size_t count;
    size_t kinds[STATUS_KINDS];    /* how many URLs */
    struct status_outage *outages; /* the last one first */
    size_t outage_count;
    int64_t stale_after_us; /* a page of this age should have been replaced by a newer one */
};

/* Borrows the history. */
struct status *status_new(const struct history *history, bool is_public);

/* NULL is fine. */
void status_free(struct status *status);

/* "All 40 are up", "2 of 40 are down". Escaped; the caller frees it. */
char *status_sentence(const struct status *status);

/* How many URLs are counted: all that are still checked. */
size_t status_total(const struct status *status);

/* Why the URL is, or was, down: "http-5xx: 503 Service Unavailable"; with --public only the class. For XML. */
void status_print_reason(struct text *out, const struct status *status, enum cause cause,
                         const char *message);

#endif
