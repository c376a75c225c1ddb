/* SPDX-License-Identifier: MIT */
#include "url_state.h"

#include "base/clock.h"

/*
 * Two machines, of which the second follows the first. What is:
 *
 *              failure_threshold times FAILED
 *         up ─────────────────────────────────▶ down          and, apart from that, flapping or steady:
 *            ◀─────────────────────────────────               the changes in the window decide
 *              success_threshold times not
 *
 * What was told: up, down since a time, or flapping. url_state_decide() compares the two:
 *
 *     told       is: up                 down, the same outage    down, another outage   flapping
 *     up         WARNING, if due        -                        DOWN, if it fails      FLAPPING
 *     down       UP                     STILL_DOWN, if due       DOWN, if it fails      FLAPPING
 *     flapping   STEADY                 STEADY                   STEADY                 -
 *
 * url_state_note() makes "told" what was decided. If it is not called, as the run was killed or its
 * output failed, nobody knows whether the user has read the report: the comparison comes out as before,
 * and the next run repeats it. If what was reported is over by then, its end is reported in place of it,
 * which says the same and when it ended: `issued` remembers that. What was suppressed, and is over, is
 * never reported.
 */

#define DAY_US (INT64_C(86400) * CLOCK_S)
#define WEEK_US (7 * DAY_US)

/* How much earlier than planned something may be reported again: runs do not all take as long. */
#define EARLY_US (60 * CLOCK_S)
#define EARLY_PART 10 /* but at most that part of the period */

/*
 * Nagios' weights of the changes in the window: from 0.75, for the oldest, to 1.25. It flaps if their
 * sum is 20 % of that of 20 changes of weight 1, and is steady again at 5 %. Here all times 76, which makes
 * them integers.
 */
#define CHANGES_MAX (URL_STATE_WINDOW - 1)
#define WEIGHT_OLDEST 57
#define WEIGHT_STEP 2
#define FLAPPING_FROM (76 * CHANGES_MAX * 20 / 100)
#define STEADY_UNTIL (76 * CHANGES_MAX * 5 / 100)

/*
 * The one exception: 5 % take about 20 results without a change, and for so long nobody would hear of an
 * outage. So it also ends if so many results in a row are FAILED; flapping is then counted from zero.
 */
#define STEADY_IF_FAILED 6

void url_state_add(struct url_state *state, enum verdict verdict, enum cause cause,
                   const struct url_rules *rules, int64_t now_us)
{
    const bool failed = verdict == VERDICT_FAILED;

    if (verdict == VERDICT_UNKNOWN)
        return;
    if (state->results == 0 || failed != state->has_failed) {
        state->streak = 0;
        state->streak_since_us = now_us;
    }
    state->results++;
    state->streak++;
    state->has_failed = failed;
    state->is_cert_expiring = verdict == VERDICT_WARN && cause == CAUSE_CERT_EXPIRY;
    if (verdict == VERDICT_OK)
        state->warned_us = 0;
    if (failed)
        state->cause = cause;

    if (state->is_down && failed) {
        state->outage_runs++;
    } else if (state->is_down && state->streak >= rules->success_threshold) {
        state->is_down = false;
        state->until_us = state->streak_since_us;
    } else if (!state->is_down && failed && state->streak >= rules->failure_threshold) {
        state->is_down = true;
        state->since_us = state->streak_since_us;
        state->until_us = 0;
        state->outage_runs = state->streak;
    }
    if (state->streak == state->results) /* it has never changed */
        state->window = state->is_down ? UINT32_MAX : 0;
}

bool url_state_suppresses(const struct url_state *state)
{
    return state->is_down || state->is_flapping;
}

/* The changes in the window, and the sum of their weights. */
static int weigh_changes(uint32_t window, int *changes)
{
    int sum = 0;

    *changes = 0;
    for (int i = 0; i < CHANGES_MAX; i++) /* the last one first */
        if (((window >> i) ^ (window >> (i + 1))) & 1) {
            sum += WEIGHT_OLDEST + WEIGHT_STEP * (CHANGES_MAX - 1 - i);
            ++*changes;
        }
    return sum;
}

/* What a threshold ignores is no change. (Nagios counts hard states, and soft recoveries, which we do not.) */
static void count_as_flapping(struct url_state *state)
{
    int changes, sum;

    state->window = state->window << 1 | state->is_down;
    if (state->is_flapping && state->is_down && state->has_failed &&
        state->streak >= STEADY_IF_FAILED)
        state->window = UINT32_MAX;
    sum = weigh_changes(state->window, &changes);
    if (sum >= FLAPPING_FROM)
        state->is_flapping = true;
    else if (sum <= STEADY_UNTIL)
        state->is_flapping = false;
}

/* Whether `period_us` is over since then. A time in the future is of a clock that was wrong. */
static bool is_due(int64_t then_us, int64_t period_us, int64_t now_us)
{
    int64_t early_us = period_us / EARLY_PART < EARLY_US ? period_us / EARLY_PART : EARLY_US;

    return then_us > now_us || now_us - then_us >= period_us - early_us;
}

/* --remind: the period doubles up to a day, or is longer if the user says so. */
static bool is_reminder_due(const struct url_state *state, const struct url_rules *rules,
                            int64_t now_us)
{
    int64_t period_us = rules->remind_us;

    if (period_us == 0)
        return false;
    for (int i = 0; i < state->reminders && period_us < DAY_US; i++)
        period_us = period_us < DAY_US / 2 ? 2 * period_us : DAY_US;
    return is_due(state->told_us, period_us, now_us);
}

static bool is_warning_due(const struct url_state *state, int64_t now_us)
{
    return state->is_cert_expiring &&
           (state->warned_us == 0 || is_due(state->warned_us, WEEK_US, now_us));
}

/*
 * An outage is not reported for the first time, nor again, while the URL passes: it may be over, below
 * success_threshold, as what suppressed the report is.
 */
static enum change decide(const struct url_state *state, const struct url_rules *rules,
                          int64_t now_us)
{
    const bool is_failing = state->has_failed || state->issued == CHANGE_DOWN;

    if (state->is_flapping)
        return state->told_flapping ? CHANGE_NONE : CHANGE_FLAPPING;
    if (state->told_flapping || state->issued == CHANGE_FLAPPING || state->issued == CHANGE_STEADY)
        return CHANGE_STEADY;
    if (state->is_down && state->told_since_us != state->since_us)
        return is_failing ? CHANGE_DOWN : CHANGE_NONE;
    if (state->is_down)
        return state->has_failed && is_reminder_due(state, rules, now_us) ? CHANGE_STILL_DOWN
                                                                          : CHANGE_NONE;
    if (state->told_since_us || state->issued == CHANGE_DOWN || state->issued == CHANGE_UP)
        return CHANGE_UP;
    return is_warning_due(state, now_us) ? CHANGE_WARNING : CHANGE_NONE;
}

static struct transition describe(const struct url_state *state, enum change change)
{
    struct transition transition = {.change = change,
                                    .is_first = state->results == 1,
                                    .is_down = state->is_down};
    const bool has_outage = state->is_down || change == CHANGE_UP;

    if (has_outage) {
        transition.since_us = state->since_us;
        transition.runs = state->outage_runs;
        transition.cause = state->cause;
    }
    if (change == CHANGE_UP)
        transition.until_us = state->until_us;
    if (change == CHANGE_STEADY && !state->is_down)
        transition.until_us = state->streak_since_us;
    if (change == CHANGE_FLAPPING)
        weigh_changes(state->window, &transition.changes);
    return transition;
}

struct transition url_state_decide(struct url_state *state, const struct url_rules *rules,
                                   enum url_reporting reporting, bool is_new, int64_t now_us)
{
    enum change change;

    if (is_new && state->results > 0 && reporting != URL_SUPPRESSED)
        count_as_flapping(state);
    if (state->results == 0 || reporting != URL_REPORTED)
        return (struct transition){0};
    change = decide(state, rules, now_us);
    state->issued = change;
    state->issued_since_us = change != CHANGE_NONE && state->is_down ? state->since_us : 0;
    if (change == CHANGE_NONE)
        return (struct transition){0};
    return describe(state, change);
}

void url_state_note(struct url_state *state, enum change change, int64_t now_us)
{
    const int64_t since_us = state->issued_since_us;

    if (change == CHANGE_NONE || state->issued != change)
        return;
    state->issued = CHANGE_NONE;
    state->issued_since_us = 0;
    if (change == CHANGE_WARNING) {
        state->warned_us = now_us;
        return;
    }
    state->reminders = change == CHANGE_STILL_DOWN ? state->reminders + 1 : 0;
    state->told_flapping = change == CHANGE_FLAPPING;
    state->told_since_us = since_us;
    if (since_us)
        state->told_us = now_us;
}
