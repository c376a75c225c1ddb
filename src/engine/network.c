/* SPDX-License-Identifier: MIT */
#include "network.h"

#include <utlist.h>

#include "base/clock.h"

/* From one check of the canaries to the next. */
#define ASK_INTERVAL_US (1 * CLOCK_S)
/* While this many results are withheld, no check is started. */
#define WITHHELD_MAX 16384

void network_init(struct network *network, const struct canaries *canaries, void *context)
{
    *network = (struct network){0};
    if (canaries->count)
        network->canaries = canary_set_new(canaries, context);
}

bool network_release_canaries(struct network *network, int64_t until_us)
{
    struct error error;
    struct chan *results;

    if (!network->canaries)
        return true;
    canary_set_dismiss(network->canaries);
    while ((results = canary_set_results(network->canaries))) {
        if (chan_select(&results, 1, until_us))
            return false;
        if (canary_set_poll(network->canaries, &error) == CANARIES_LOST)
            break;
    }
    canary_set_free(network->canaries);
    network->canaries = NULL;
    return true;
}

/* When to check the canaries next; CLOCK_NEVER: their answer is awaited, or no check is needed. */
static int64_t ask_us(const struct network *network, bool is_idle)
{
    if (!network->canaries || network->asking)
        return CLOCK_NEVER;
    if (network->is_short)
        return network->ask_again_us;
    if (!network->is_known || (is_idle && network->withheld))
        return 0;
    return network->has_failed ? network->asked_us + ASK_INTERVAL_US : CLOCK_NEVER;
}

/* A shortage of this machine says nothing about the network. */
static enum network_event note_shortage(struct network *network, const struct network_view *view)
{
    network->is_short = true;
    if (resource_backoff_note(&network->backoff, NULL, view->now_us) != BACKOFF_GIVE_UP) {
        network->ask_again_us = network->backoff.until_us;
        return NETWORK_SHORT;
    }
    /* Checks in flight hold the missing descriptors or threads, and will release them. */
    network->ask_again_us = view->now_us + ASK_INTERVAL_US;
    return view->in_flight ? NETWORK_SHORT : NETWORK_FAILED;
}

static enum network_event take_answer(struct network *network, const struct network_view *view,
                                      struct error *error)
{
    struct error why;
    enum canary_answer answer = canary_set_poll(network->canaries, &why);

    if (answer == CANARIES_PENDING)
        return NETWORK_NO_EVENT;
    network->asking = false;
    switch (answer) {
    case CANARIES_PENDING: break;
    case CANARIES_UP:
        network->is_known = true;
        network->is_short = false;
        network->releasable = network->before_ask;
        resource_backoff_reset(&network->backoff);
        return NETWORK_UP;
    case CANARIES_DOWN: *error = why; return NETWORK_DOWN;
    case CANARIES_SHORT:
        error_set(error, "cannot check the canary %s", why.text);
        return note_shortage(network, view);
    case CANARIES_LOST: error_set(error, "a canary gave no result"); return NETWORK_FAILED;
    }
    return NETWORK_NO_EVENT;
}

enum network_event network_poll(struct network *network, const struct network_view *view,
                                struct error *error)
{
    enum network_event event;

    if (!network->canaries)
        return NETWORK_NO_EVENT;
    event = take_answer(network, view, error);
    if (event != NETWORK_NO_EVENT || view->now_us < ask_us(network, view->is_idle))
        return event;
    network->asking = true;
    network->asked_us = view->now_us;
    network->has_failed = false;
    network->before_ask = network->withheld_count;
    canary_set_ask(network->canaries);
    return take_answer(network, view, error);
}

int64_t network_wake_us(const struct network *network, const struct network_view *view)
{
    return ask_us(network, view->is_idle);
}

struct chan *network_results(const struct network *network)
{
    return network->canaries ? canary_set_results(network->canaries) : NULL;
}

bool network_is_awaited(const struct network *network, bool is_idle)
{
    return network->asking && (!network->is_known || is_idle);
}

bool network_bars_checks(const struct network *network)
{
    return network->is_short || network->withheld_count >= WITHHELD_MAX;
}

bool network_may_be_cause(const struct network *network, const struct result *result)
{
    return network->canaries && run_needs_canary(result);
}

void network_note_result(struct network *network, const struct result *result)
{
    if (network_may_be_cause(network, result))
        network->has_failed = true;
}

void network_withhold(struct network *network, struct job *job)
{
    DL_APPEND(network->withheld, job);
    network->withheld_count++;
}

struct job *network_take_withheld(struct network *network)
{
    struct job *job = network->withheld;

    if (job) {
        DL_DELETE(network->withheld, job);
        network->withheld_count--;
        network->before_ask -= network->before_ask > 0;
        network->releasable -= network->releasable > 0;
    }
    return job;
}

struct job *network_release(struct network *network)
{
    return network->releasable ? network_take_withheld(network) : NULL;
}
