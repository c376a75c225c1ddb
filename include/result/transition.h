/* SPDX-License-Identifier: MIT */
#ifndef RESULT_TRANSITION_H
#define RESULT_TRANSITION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cause.h"

/*
 * How a result differs from what earlier runs with the same --state file have found. A URL is down from
 * the first of --failure-threshold results in a row that are FAILED, and up again from the first of
 * --success-threshold in a row that are not.
 */
enum change {
    CHANGE_NONE,       /* nothing to report */
    CHANGE_DOWN,       /* the URL is down */
    CHANGE_UP,         /* it is up again */
    CHANGE_STILL_DOWN, /* the reminder of --remind */
    CHANGE_FLAPPING, /* it changes so often that it is not reported any more, until it is steady */
    CHANGE_STEADY,   /* it does not change any more: is_down says how it is */
    CHANGE_WARNING   /* its certificate expires soon: once per threshold, and then weekly */
};

/* Times are microseconds since 1970. All zeros: nothing to report. */
struct transition {
    enum change change;
    bool is_first;    /* the URL had no results before */
    bool is_down;     /* after this run */
    int64_t since_us; /* when the outage began; 0: there is none */
    int64_t until_us; /* CHANGE_UP: when it ended; CHANGE_STEADY: since when it is up; else 0 */
    int runs;         /* how many results of the outage are FAILED; 0: there is no outage */
    int changes;      /* CHANGE_FLAPPING: how often the last 21 results changed, else 0 */
    enum cause cause; /* why the URL is, or was, down; CAUSE_NONE: it is not */
};

/* "down", "up", "still-down", "flapping", "steady", "warning": the word in all formats; NULL: none. */
const char *change_name(enum change change);

/* The change with that word; CHANGE_NONE if the word is NULL or another one. */
enum change change_find(const char *word);

#endif
