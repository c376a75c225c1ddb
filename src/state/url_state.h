/* SPDX-License-Identifier: MIT */
#ifndef STATE_URL_STATE_H
#define STATE_URL_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cause.h"
#include "result/transition.h"
#include "result/verdict.h"

/*
 * What is kept of a URL between runs, and what each of its results changes. Functions of their
 * arguments only: no clock, no file. The state file has a column for each field.
 *
 * For each result that is not UNKNOWN:
 *
 *     url_state_add()       the result: streak, outage                 for all URLs of the run first,
 *     url_state_decide()    what to report, if anything                then for all: needs= looks at others
 *     -- commit; the results are printed --
 *     url_state_note()      the report of that change was delivered
 *
 * What is reported is the difference between how the URL is and what was reported last. So a change that
 * could not be reported (it was suppressed, or the run was killed before its output was complete) is
 * reported later, if it is still so. src/state/url_state.c has the diagram.
 *
 * Times are microseconds since 1970.
 */

/* Of settings. */
struct url_rules {
    long failure_threshold; /* how many FAILED in a row are an outage; at least 1 */
    long success_threshold; /* how many others in a row end it; at least 1 */
    int64_t remind_us;      /* after this time comes the first reminder; 0: never */
};

/*
 * All zeros: a URL without results. A streak is a row of results that are all FAILED, or all not; an
 * outage begins with the first FAILED result of a streak that is long enough, and ends with the first
 * result of the streak that ends it.
 */
struct url_state {
    /* What is. */
    int results;             /* how many it has had */
    bool has_failed;         /* the last one is FAILED */
    int streak;              /* the length of the present streak */
    int64_t streak_since_us; /* its first result */
    bool is_down;            /* an outage goes on */
    int64_t since_us; /* the beginning of this outage, else of the last one; 0: there was none */
    int64_t until_us; /* the end of the last outage; 0: one goes on, or there was none */
    int outage_runs;  /* how many results of this outage, else of the last one, are FAILED */
    enum cause cause; /* of its last FAILED result */
    bool is_cert_expiring; /* the last result is WARN, class cert-expiry */
    uint32_t window;       /* of the last results: bit 0 is the last one; 1: it was down */
    bool is_flapping;

    /* What was reported last. */
    bool told_flapping;
    int64_t told_since_us; /* the beginning of the outage; 0: the URL is up */
    int64_t told_us;       /* when it was last reported that it is down; 0: never */
    int reminders;         /* of this outage */
    int64_t warned_us;     /* when its certificate was last reported; 0: not since it was renewed */

    /* The last decision, until it is noted: the change, and the outage; CHANGE_NONE and 0: none. */
    enum change issued;
    int64_t issued_since_us;
};

/* How many results the window has. Nagios counts changes among as many (Nagios Core, base/flapping.c). */
#define URL_STATE_WINDOW 21

/*
 * Adds a result of now_us; UNKNOWN changes nothing. If it makes is_down true, an outage has begun, at
 * since_us; if false, it has ended, at until_us.
 */
void url_state_add(struct url_state *state, enum verdict verdict, enum cause cause,
                   const struct url_rules *rules, int64_t now_us);

/* Whether URLs that need this one (needs=) are URL_SUPPRESSED: it is down or flapping. */
bool url_state_suppresses(const struct url_state *state);

/* What happens to the changes of a URL in this run. */
enum url_reporting {
    URL_REPORTED, /* with --changes or --exit-on changes */
    URL_SUPPRESSED, /* in maintenance, or while what it needs is down: no change is decided on, and the
                       result does not count as flapping */
    URL_UNREPORTED /* without these options: no change is decided on */
};

/*
 * Once after each url_state_add(): counts the result as flapping or not, and decides what is to be
 * reported. The state keeps that until it is noted. All zeros: nothing. Without a new result (is_new), what
 * was decided before and is not noted is decided once more.
 */
struct transition url_state_decide(struct url_state *state, const struct url_rules *rules,
                                   enum url_reporting reporting, bool is_new, int64_t now_us);

/*
 * The change that url_state_decide() returned was reported, at now_us. Does nothing if another run has
 * decided on another change since then: it notes that one.
 */
void url_state_note(struct url_state *state, enum change change, int64_t now_us);

#endif
