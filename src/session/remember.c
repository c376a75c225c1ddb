/* SPDX-License-Identifier: MIT */
#include "remember.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/units.h"
#include "engine/chan.h"
#include "engine/signals.h"
#include "input/expectations.h"
#include "output/message.h"
#include "session/exit_codes.h"
#include "state/history.h"

/*
 * What the end of the run needs, after the file was written: all results may have to be printed. More than
 * in delivery.c, which from then on leaves out results that are UNKNOWN.
 */
#define CLOSING_US (1 * CLOCK_S)

#define SIGNAL_STATUS 128 /* and the signal's number */

/* Other processes are waited for, unless this one must end before: after a signal or the deadline. */
static bool gives_up(void *context)
{
    const struct session *session = context;
    int64_t end_us = signals_end_us(session->signals);

    return end_us != CLOCK_NEVER && clock_now_us() >= end_us - CLOSING_US;
}

/* The exit status if the file cannot be used: 3, but a signal goes before, also one of a moment ago. */
static int status_without_file(const struct session *session, int status)
{
    int number;

    if (status > SIGNAL_STATUS)
        return status;
    if (chan_recv_many(signals_received(session->signals), &number, 1, 0) == 1)
        return SIGNAL_STATUS + number;
    return EXIT_INTERNAL;
}

void remember_without_file(struct session *session, const struct error *reason)
{
    message("%s", reason->text);
    session->is_state_broken = true;
    session->state_trouble = *reason;
    state_close(session->state);
    session->state = NULL;
}

void remember_open(struct session *session)
{
    const struct patience patience = {session->deadline_us, gives_up, session};
    struct error error;

    if (!session->settings->state || session->is_state_broken)
        return;
    session->state = state_open(session->settings->state, STATE_UPDATE, &patience, &error);
    if (!session->state)
        remember_without_file(session, &error);
}

void remember_admit(struct session *session, const struct target *target)
{
    if (session->state)
        state_admit(session->state, target);
}

/* What is fast, and takes a few times as long because of the scheduler, is no regression. */
#define SLOWER_BY_US (100 * CLOCK_MS)

static bool accepts_slow(const struct check *check)
{
    return check && check->accept && statuses_hold_cause(check->accept, CAUSE_SLOW);
}

void remember_judge(struct session *session, struct result *result)
{
    const struct slower_than *rule = &session->settings->slower_than;
    int64_t total_us = result->outcome.total_us;
    int64_t usual_us;

    if (!session->state || rule->factor <= 0 || result->verdict != VERDICT_OK ||
        total_us < SLOWER_BY_US || accepts_slow(result->target->check))
        return;
    usual_us = state_usual_latency_us(session->state, result->target, rule->count);
    if (usual_us == 0 || total_us < usual_us + SLOWER_BY_US ||
        us_to_seconds(total_us) < us_to_seconds(usual_us) * rule->factor)
        return;
    result->verdict = VERDICT_WARN;
    result->cause = CAUSE_SLOW;
    result->message = xasprintf("%.2f s, over %g times its usual %.3f s", us_to_seconds(total_us),
                                rule->factor, us_to_seconds(usual_us));
}

void remember_add(struct session *session, const struct result *result)
{
    if (session->state)
        state_add(session->state, result);
}

/* When the results came: those of --merge are older than this run. */
static int64_t results_us(const struct session *session)
{
    int64_t now_us = clock_read_us(CLOCK_REALTIME), ended_at_us = session->merged.ended_at_us;

    return session->settings->merge && ended_at_us > 0 && ended_at_us < now_us ? ended_at_us
                                                                               : now_us;
}

static void commit(struct session *session)
{
    struct error error;

    if (state_commit(session->state, session->settings, results_us(session), STATE_WAIT_US, &error))
        remember_without_file(session, &error);
    else if (!state_has_news(session->state))
        message("state file '%s': no result is newer than in the last --merge; nothing added",
                session->settings->state);
}

/*
 * A misspelled name would suppress nothing, which nobody would notice. A name may be unknown, though, if
 * its line is in another shard, was left out, or was not reached.
 */
static bool is_name_unknown(const struct session *session, const struct run_outcome *outcome)
{
    const struct settings *settings = session->settings;
    bool is_whole_list = outcome->end == RUN_DONE && session->stats.unknown == 0 &&
                         settings->shard.count == 0 && settings->include.count == 0 &&
                         settings->exclude.count == 0 && (!settings->merge || settings->expect);
    bool is_old;
    const char *url, *name = state_needs_unknown(session->state, &url, &is_old);

    if (!is_whole_list || !name)
        return false;
    message(is_old ? "%s: needs: no line has name=%s, and its results in the state file are too old"
                   : "%s: needs: no line has name=%s",
            url, name);
    return true;
}

/*
 * Whether the results are what the run has found. A merge that has failed is no answer: if its list has changed,
 * results may have been given to the wrong URLs. It can be repeated; checks cannot.
 */
static bool knows_results(const struct session *session, const struct run_outcome *outcome)
{
    bool is_failed_merge = session->merge && outcome->end == RUN_FAILED;

    return outcome->end != RUN_OFFLINE && !is_failed_merge && !alloc_is_exhausted();
}

int remember_commit(struct session *session, const struct run_outcome *outcome, int status)
{
    bool is_known = knows_results(session, outcome);

    if (session->state && is_known)
        commit(session);
    if (session->is_state_broken)
        return status_without_file(session, status);
    if (session->state && is_known && is_name_unknown(session, outcome) &&
        (status == EXIT_ALL_OK || status == EXIT_SOME_FAILED))
        return EXIT_USAGE;
    if (session->settings->exit_on == EXIT_ON_CHANGES &&
        (status == EXIT_ALL_OK || status == EXIT_SOME_FAILED))
        return state_change_count(session->state) ? EXIT_SOME_FAILED : EXIT_ALL_OK;
    return status;
}

int remember_read_history(struct session *session, int status)
{
    int64_t history_us = output_history_us(session->output);
    int64_t now_us = clock_read_us(CLOCK_REALTIME);
    struct error error;

    if (!session->state || history_us == 0)
        return status;
    session->history = state_history(session->state, now_us - history_us, now_us, &error);
    if (session->history)
        return status;
    message("%s", error.text);
    return status_without_file(session, status);
}

struct transition remember_transition(const struct session *session, const struct result *result)
{
    if (session->state)
        return state_transition(session->state, result->target);
    if (session->is_state_broken && result->verdict == VERDICT_FAILED)
        return (struct transition){.change = CHANGE_DOWN,
                                   .is_first = true,
                                   .is_down = true,
                                   .since_us = clock_read_us(CLOCK_REALTIME),
                                   .runs = 1,
                                   .cause = result->cause};
    return (struct transition){0};
}

int remember_set_notified(struct session *session, int status)
{
    struct error error;

    if (!session->state || !session->is_delivered)
        return status;
    if (state_set_notified(session->state, clock_read_us(CLOCK_REALTIME), STATE_WAIT_US, &error) ==
        0)
        return status;
    remember_without_file(session, &error);
    return output_is_for_nagios(session->settings) ? status : status_without_file(session, status);
}
