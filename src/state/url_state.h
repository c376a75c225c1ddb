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
    long failure_threshold; /* so many FAILED in a row: it is down; at least 1 */
    long success_threshold; /* so many passes in a row: it is up again; at least 1 */
    int64_t remind_us;      /* the first reminder comes after this time; 0: none */
};

/* All zeros: a URL without results. */
struct url_state {
    /* What is. */
    bool is_known;           /* it has had results */
    bool is_down;            /* an outage goes on */
    bool has_failed;         /* the last result is FAILED */
    int streak;              /* how many results in a row are FAILED, or pass, as the last one */
    int64_t streak_since_us; /* the first of them */
    int64_t since_us; /* the begin of the present outage, or of the last one; 0: there was none */
    int64_t until_us; /* the end of the last outage; 0: there was none, or it goes on */
    int outage_runs;  /* how many results of this outage are FAILED */
    enum cause cause; /* of its last FAILED result */
    bool is_cert_expiring; /* the last result is WARN, class cert-expiry */
    int64_t
        window; /* the last URL_STATE_WINDOW results, a bit each: 1 is FAILED; bit 0 is the last */
    bool is_flapping;

    /* What was reported last. */
    int64_t told_since_us; /* the begin of the outage; 0: the URL is up */
    bool told_flapping;
    int64_t told_us; /* when it was reported that the URL is down, the last time; 0: it was not */
    int reminders;   /* how many there were of this outage */
    int64_t
        warned_us; /* when it was last reported that the certificate expires soon; 0: it was not */

    /* The report that was decided on last, if it is not noted as delivered; else CHANGE_NONE, 0. */
    enum change issued;
    int64_t issued_since_us;
};

/* Among so many results Nagios counts changes (Nagios Core, base/flapping.c). */
#define URL_STATE_WINDOW 21

/*
 * Adds a result of now_us. UNKNOWN changes nothing. An outage begins if is_down becomes true: since_us is
 * then the first FAILED result of the streak. It ends if is_down becomes false: until_us is then the first
 * result of the streak that passes. A class that changes during an outage changes `cause`.
 */
void url_state_add(struct url_state *state, enum verdict verdict, enum cause cause,
                   const struct url_rules *rules, int64_t now_us);

/* Whether a URL that needs= this one is not reported: it is down or flapping. */
bool url_state_suppresses(const struct url_state *state);

/* How a URL's changes are treated in this run. */
enum url_reporting {
    URL_REPORTED,   /* with --changes or --exit-on changes: what is decided will be reported */
    URL_SUPPRESSED, /* during maintenance, or as what it needs= is down: reported later, if still so;
                       the result does not count for flapping */
    URL_UNREPORTED  /* neither --changes nor --exit-on changes: reported later, if still so */
};

/*
 * Once after each url_state_add(): counts the result for flapping, and returns what is to be reported of
 * the URL. The state keeps it as `issued` until it is noted. All zeros if nothing is.
 */
struct transition url_state_decide(struct url_state *state, const struct url_rules *rules,
                                   enum url_reporting reporting, int64_t now_us);

/*
 * The change that url_state_decide() returned was reported, at now_us. Does nothing if another run has
 * decided on another change since then: that run notes its own.
 */
void url_state_note(struct url_state *state, enum change change, int64_t now_us);

#endif
