/* SPDX-License-Identifier: MIT */
#include "change_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/units.h"
#include "local_time.h"

#define RUNS_BYTES 32

/* "14:05 CET"; if that is not today, "29 Nov, 14:05 CET", with the year if it is not this one. */
static const char *format_time(char text[LOCAL_TIME_BYTES], int64_t time_us, int64_t now_us)
{
    time_t time_s = (time_t)(time_us / CLOCK_S), now_s = (time_t)(now_us / CLOCK_S);
    enum local_time form = LOCAL_FULL;
    struct tm time, now;

    if (localtime_r(&time_s, &time) && localtime_r(&now_s, &now) && time.tm_year == now.tm_year)
        form = time.tm_yday == now.tm_yday ? LOCAL_CLOCK : LOCAL_MINUTE;
    return local_time(text, form, time_us);
}

/* " (3 runs)"; "" for fewer than two. */
static const char *format_runs(char text[RUNS_BYTES], int runs)
{
    *text = '\0';
    if (runs > 1)
        snprintf(text, RUNS_BYTES, " (%d runs)", runs);
    return text;
}

static void format_down(char text[CHANGE_TEXT_BYTES], const char *begin,
                        const struct transition *transition, int64_t now_us)
{
    char time[LOCAL_TIME_BYTES], runs[RUNS_BYTES];

    snprintf(text, CHANGE_TEXT_BYTES, "%sDOWN since %s%s", begin,
             format_time(time, transition->since_us, now_us), format_runs(runs, transition->runs));
}

const char *change_text(char text[CHANGE_TEXT_BYTES], const struct transition *transition,
                        int64_t now_us)
{
    const int64_t since_us = transition->since_us;
    char time[LOCAL_TIME_BYTES], span[UNITS_TEXT_BYTES];

    *text = '\0';
    switch (transition->change) {
    case CHANGE_NONE: break;
    case CHANGE_DOWN:
        if (transition->is_first)
            snprintf(text, CHANGE_TEXT_BYTES, "DOWN (first check)");
        else
            format_down(text, "", transition, now_us);
        break;
    case CHANGE_UP:
        snprintf(text, CHANGE_TEXT_BYTES, "UP again after %s",
                 format_span(span, transition->until_us - since_us));
        break;
    case CHANGE_STILL_DOWN:
        snprintf(text, CHANGE_TEXT_BYTES, "still DOWN for %s, since %s",
                 format_span(span, now_us - since_us), format_time(time, since_us, now_us));
        break;
    case CHANGE_FLAPPING:
        snprintf(text, CHANGE_TEXT_BYTES,
                 "FLAPPING (%d changes in 21 runs), silent until it is steady",
                 transition->changes);
        break;
    case CHANGE_STEADY:
        if (transition->is_down)
            format_down(text, "steady again, ", transition, now_us);
        else
            snprintf(text, CHANGE_TEXT_BYTES, "steady again, UP since %s",
                     format_time(time, transition->until_us, now_us));
        break;
    case CHANGE_WARNING: snprintf(text, CHANGE_TEXT_BYTES, "WARN"); break;
    }
    return text;
}

const char *change_text_now(char text[CHANGE_TEXT_BYTES], const struct result *result)
{
    return change_text(text, &result->transition, clock_read_us(CLOCK_REALTIME));
}

const char *change_mark(char text[CHANGE_TEXT_BYTES], const struct result *result)
{
    char change[CHANGE_TEXT_BYTES];

    *text = '\0';
    if (result->transition.change != CHANGE_NONE)
        snprintf(text, CHANGE_TEXT_BYTES, " [%.*s]", CHANGE_TEXT_BYTES - 4,
                 change_text_now(change, result));
    return text;
}

const char *change_reason(char text[CHANGE_TEXT_BYTES], const struct result *result, int64_t now_us)
{
    const struct transition *transition = &result->transition;
    char time[LOCAL_TIME_BYTES];

    if (transition->change != CHANGE_UP)
        return cause_name(result->cause);
    snprintf(text, CHANGE_TEXT_BYTES, "was %s since %s", cause_name(transition->cause),
             format_time(time, transition->since_us, now_us));
    return text;
}
