/* SPDX-License-Identifier: MIT */
#include "withheld.h"

#include <stdlib.h>

#include <utlist.h>

#include "base/clock.h"

struct doubt {
    struct result result;
    int64_t came_us;
    struct doubt *next, *prev;
};

void doubts_release(struct doubts *doubts)
{
    struct result result;

    while (doubts_take_any(doubts, &result))
        result_release(&result);
}

bool doubts_concern(const struct result *result)
{
    switch (result->cause) {
    case CAUSE_BAD_INPUT:
    case CAUSE_LOCAL:
    case CAUSE_DEADLINE:
    case CAUSE_CANCELLED: return false;
    default: return result_status(result) == 0;
    }
}

void doubts_note(struct doubts *doubts, const struct result *result)
{
    bool *place = &doubts->recent[doubts->noted++ % DOUBTS_RECENT];

    doubts->without -= *place;
    *place = doubts_concern(result);
    doubts->without += *place;
    doubts->unasked += *place;
}

static bool is_suspicious(const struct doubts *doubts)
{
    size_t recent = doubts->noted < DOUBTS_RECENT ? doubts->noted : DOUBTS_RECENT;

    return doubts->without > recent / 2;
}

/* What is not the last word, as it is asked again later: the network may be away all the while. */
static int64_t ask_of_others_us(const struct doubts *doubts)
{
    bool many = doubts->unasked > DOUBTS_RECENT / 2;

    if (doubts->unasked == 0 || !is_suspicious(doubts))
        return CLOCK_NEVER;
    return doubts->asked_us + (many ? DOUBTS_PATIENCE_US : DOUBTS_OTHERS_US);
}

int doubts_withhold(struct doubts *doubts, const struct result *result, int64_t now_us)
{
    struct doubt *doubt = malloc(sizeof(*doubt));

    if (!doubt)
        return -1;
    *doubt = (struct doubt){.result = *result, .came_us = now_us};
    DL_APPEND(doubts->queue, doubt);
    doubts->withheld++;
    return 0;
}

int64_t doubts_ask_us(const struct doubts *doubts, bool at_end)
{
    bool suspicious = is_suspicious(doubts);
    int64_t pause_us = suspicious ? DOUBTS_SUSPICIOUS_US : DOUBTS_PATIENCE_US;
    int64_t due_us;

    if (doubts->asking)
        return CLOCK_NEVER;
    if (doubts->withheld == doubts->believed)
        return ask_of_others_us(doubts);
    if (at_end)
        return 0;
    due_us = suspicious ? 0 : doubts->queue->came_us + DOUBTS_PATIENCE_US;
    return due_us > doubts->asked_us + pause_us ? due_us : doubts->asked_us + pause_us;
}

void doubts_asked(struct doubts *doubts, int64_t now_us)
{
    doubts->asking = true;
    doubts->asked_us = now_us;
    doubts->unasked = 0;
    doubts->before_asking = doubts->withheld;
}

void doubts_answered(struct doubts *doubts, bool is_there)
{
    doubts->asking = false;
    if (is_there)
        doubts->believed = doubts->before_asking;
}

/* Takes the first out of the queue, and out of all that it was counted in. */
static bool take_first(struct doubts *doubts, struct result *result)
{
    struct doubt *first = doubts->queue;

    if (!first)
        return false;
    DL_DELETE(doubts->queue, first);
    *result = first->result;
    free(first);
    doubts->withheld--;
    doubts->believed -= doubts->believed > 0;
    doubts->before_asking -= doubts->before_asking > 0;
    return true;
}

bool doubts_take_believed(struct doubts *doubts, struct result *result)
{
    return doubts->believed > 0 && take_first(doubts, result);
}

bool doubts_take_any(struct doubts *doubts, struct result *result)
{
    return take_first(doubts, result);
}
