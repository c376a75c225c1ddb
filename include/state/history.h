/* SPDX-License-Identifier: MIT */
#ifndef STATE_HISTORY_H
#define STATE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cause.h"
#include "base/error.h"
#include "result/verdict.h"
#include "state/state.h"

/*
 * What a state file knows of a period. A result is valid until the next one, but for at most 2.5 times
 * the usual interval of its URL (the median of the last 20); after that nothing is known. A URL is
 * down during its outages and up for the rest of the time that was measured; maintenance is neither. A
 * failure that did not become an outage is a blip, and no downtime. Times are microseconds since 1970,
 * durations microseconds.
 */

/* Parts of a period. Their sum is its length, or that of the part after the URL's first result. */
struct history_time {
    int64_t up_us;
    int64_t down_us;
    int64_t maintenance_us;
    int64_t unknown_us;
};

struct history_day {
    int64_t begin_us; /* local midnight */
    struct history_time time;
    int64_t p50_us; /* of the latencies of successes; 0: there were none */
};

struct history_outage {
    int64_t begin_us;
    int64_t end_us; /* 0: none; it goes on, if how the URL is is known (history_is_known()) */
    enum cause cause;
    char *message; /* for users, not yet escaped */
};

struct history_url {
    char *url;        /* as given, without password; not yet escaped */
    char *name;       /* NULL: none */
    char *attributes; /* of its line, as they may be printed; NULL: none */
    char *host;
    enum verdict verdict; /* the last one */
    enum cause cause;
    char *message;          /* of the last result; NULL: none */
    bool is_down;           /* an outage goes on, as far as is known */
    int64_t last_us;        /* when the last result came */
    int64_t valid_until_us; /* 2.5 usual intervals later: if none has come then, nothing is known */
    struct history_time time;
    size_t checks, blips;
    int64_t p50_us, p95_us, last_latency_us; /* of successes; 0: there are none */
    int64_t cert_not_after_us;               /* 0: unknown */
    struct history_outage *outages;          /* those that overlap the period, the last one first */
    size_t outage_count;
    struct history_day *days; /* each local day of the period, the first one first */
    size_t day_count;
};

struct history {
    int64_t from_us, to_us;
    int64_t last_us;          /* the last result of all URLs: when the last run was */
    struct history_url *urls; /* in the order in which they were first seen */
    size_t count;
};

/*
 * The period from from_us to to_us, of all URLs that had results in it, read in one transaction. What makes
 * no sense in a damaged file is left out. NULL with the reason.
 */
struct history *state_history(struct state *state, int64_t from_us, int64_t to_us,
                              struct error *error);

/* Frees what it owns. */
void history_url_release(struct history_url *url);

/* NULL is fine. */
void history_free(struct history *history);

/*
 * Whether it is known how the URL is at the end of the period: its last result is still valid, or it is of
 * the last run, however short the intervals were, and not a day old. A URL that is not checked any more may
 * be up again.
 */
bool history_is_known(const struct history *history, const struct history_url *url);

/* Whether its last result may be of the last run; those of --merge are not all of the same time. */
bool history_is_of_last_run(const struct history *history, const struct history_url *url);

/* When the outage ended; if it has no end, until when it is known to have lasted. */
int64_t history_outage_until_us(const struct history *history, const struct history_url *url,
                                const struct history_outage *outage);

/*
 * Uptime in hundredths of a percent, rounded down: 10000 only if there was no downtime. -1: nothing was
 * measured.
 */
int history_uptime(const struct history_time *time);

/* The length of the period, from the URL's first result on. */
int64_t history_span_us(const struct history_time *time);

/* How much of the period was measured, in hundredths of a percent, rounded down. Maintenance counts. */
int history_measured(const struct history_time *time);

#endif
