/* SPDX-License-Identifier: MIT */
#include "network.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "run_state.h"

/* More is not withheld: nothing is started until they are believed. */
#define WITHHELD_MAX 16384
/* As long as checks in flight hold what is wanted, it is tried again after that time. */
#define AGAIN_US (1 * CLOCK_S)

int network_begin(struct progress *progress)
{
    const struct runner *runner = progress->runner;

    if (runner->canaries.count == 0)
        return 0;
    progress->network.canary_set = canary_set_new(&runner->canaries, runner->context);
    return progress->network.canary_set ? 0 : -1;
}

static void deliver_believed(struct progress *progress)
{
    struct result result;

    while (doubts_take_believed(&progress->network.doubts, &result))
        progress_deliver(progress, &result);
}

/* A want of this machine's says nothing about the network. */
static void try_again_later(struct progress *progress, const struct error *error)
{
    struct network *network = &progress->network;
    int64_t now_us = clock_now_us();

    network->short_of = true;
    progress->runner->trim(progress->runner->context);
    if (shortage_note(&network->shortage, NULL, now_us) != SHORTAGE_IN_VAIN) {
        network->again_us = network->shortage.rest_until_us;
        return;
    }
    network->again_us = now_us + AGAIN_US;
    if (worker_pool_in_flight(progress->pool))
        return;
    error_set(&progress->run->error, "cannot ask the canary %s", error->text);
    progress_stop(progress, RUN_FAILED);
}

/* Whether a canary may have failed because the deadline has come: the run is about to end so. */
static bool is_cut_off(const struct progress *progress)
{
    int64_t deadline_us = progress->runner->deadline_us;

    return deadline_us && clock_now_us() >= deadline_us;
}

static void take_answer(struct progress *progress)
{
    struct network *network = &progress->network;
    struct error error;
    enum flock_answer answer = canary_set_poll(network->canary_set, &error);

    if (answer == CANARY_SET_SILENT || (answer == CANARY_SET_DOWN && is_cut_off(progress)))
        return;
    doubts_answered(&network->doubts, answer == CANARY_SET_UP);
    switch (answer) {
    case CANARY_SET_SILENT: break;
    case CANARY_SET_UP:
        network->is_known = true;
        network->short_of = false;
        shortage_over(&network->shortage);
        deliver_believed(progress);
        break;
    case CANARY_SET_DOWN:
        progress->run->error = error;
        progress_stop(progress, RUN_OFFLINE);
        break;
    case CANARY_SET_SHORT: try_again_later(progress, &error); break;
    case CANARY_SET_LOST:
        error_set(&progress->run->error, "a canary gave no result");
        progress_stop(progress, RUN_FAILED);
        break;
    }
}

/* When to ask next; CLOCK_NEVER: an answer is awaited, or nobody wants to know. */
static int64_t ask_us(const struct progress *progress)
{
    const struct network *network = &progress->network;

    if (network->doubts.asking)
        return CLOCK_NEVER;
    if (network->short_of)
        return network->again_us;
    if (!network->is_known)
        return 0;
    return doubts_ask_us(&network->doubts, progress_is_idle(progress));
}

void network_look(struct progress *progress)
{
    struct network *network = &progress->network;

    if (!network->canary_set || progress->stopping)
        return;
    take_answer(progress);
    if (progress->stopping || clock_now_us() < ask_us(progress))
        return;
    doubts_asked(&network->doubts, clock_now_us());
    canary_set_ask(network->canary_set);
    take_answer(progress);
}

bool network_bars_checks(const struct progress *progress)
{
    const struct network *network = &progress->network;

    return network->short_of || network->doubts.withheld >= WITHHELD_MAX;
}

int64_t network_wake_us(const struct progress *progress)
{
    return progress->network.canary_set && !progress->stopping ? ask_us(progress) : CLOCK_NEVER;
}

struct chan *network_answers(const struct progress *progress)
{
    struct canary_set *canary_set = progress->network.canary_set;

    return canary_set && !progress->stopping ? canary_set_results(canary_set) : NULL;
}

bool network_is_known(const struct progress *progress)
{
    return !progress->network.canary_set || progress->network.is_known;
}

bool network_is_settled(const struct progress *progress)
{
    return progress->network.doubts.withheld == 0;
}

void network_note(struct progress *progress, const struct result *result)
{
    if (progress->network.canary_set)
        doubts_note(&progress->network.doubts, result);
}

static void add_what_was_seen(struct result *result, const struct result *seen)
{
    char *message;

    if (!result->message || !seen->message ||
        asprintf(&message, "%s (seen: %s: %s)", result->message, cause_name(seen->cause),
                 seen->message) < 0)
        return;
    free(result->message);
    result->message = message;
}

/* What is in doubt at the end of the run becomes the result of that end. */
static void disown(struct progress *progress, struct result *result)
{
    struct result seen = *result;

    if (!progress->network.canary_set || !doubts_concern(result))
        return;
    progress->run->unfinished = true;
    run_make_result(progress->run->end, seen.target, result);
    add_what_was_seen(result, &seen);
    result_follow(result, &seen);
}

bool network_withholds(struct progress *progress, struct result *result)
{
    const struct target *target = result->target;

    if (!progress->network.canary_set || !doubts_concern(result))
        return false;
    if (progress->stopping && !run_has_all(progress->run->end)) {
        result_release(result);
        return true;
    }
    if (progress->stopping) {
        disown(progress, result);
        return false;
    }
    if (doubts_withhold(&progress->network.doubts, result, clock_now_us()) == 0)
        return true;
    result_release(result);
    result_without_probe(target, CAUSE_LOCAL, strerror(ENOMEM), result);
    return false;
}

void network_forsake(struct progress *progress)
{
    struct result result;

    while (doubts_take_any(&progress->network.doubts, &result)) {
        if (!run_has_all(progress->run->end)) {
            result_release(&result);
            continue;
        }
        disown(progress, &result);
        progress_deliver(progress, &result);
    }
}

/* One may still be asked, as another has answered sooner, or the run ends otherwise. */
bool network_end(struct progress *progress, int64_t until_us)
{
    struct network *network = &progress->network;
    struct error error;
    struct chan *results;

    if (!network->canary_set)
        return true;
    if (!progress->stopping && canary_set_results(network->canary_set))
        progress->runner->cancel(progress->runner->context);
    canary_set_dismiss(network->canary_set);
    while ((results = canary_set_results(network->canary_set))) {
        if (chan_select(&results, 1, until_us))
            return false;
        if (canary_set_poll(network->canary_set, &error) == CANARY_SET_LOST)
            break;
    }
    canary_set_free(network->canary_set);
    doubts_release(&network->doubts);
    shortage_release(&network->shortage);
    return true;
}
