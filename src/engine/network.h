/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_NETWORK_H
#define ENGINE_NETWORK_H

#include "engine/canary_set.h"
#include "withheld.h"
#include "resource_backoff.h"

/*
 * Whether the network here is there, for the runner and its progress: asks the canaries, withholds
 * what is in doubt, and ends the run where none of them is up. Without canaries nothing of that.
 */
struct progress;

/* A part of struct progress. */
struct network {
    struct canary_set *canary_set; /* NULL: there are no canaries */
    struct doubts doubts;
    bool is_known; /* it was there when first asked for */
    bool short_of; /* of something that asking takes: no check may have it */
    struct shortage shortage;
    int64_t again_us; /* when to try again then */
};

/* 0, or -1 with errno. */
int network_begin(struct progress *progress);

/*
 * Once a turn: takes the canaries' answer, delivers what it makes believed, or stops the run; asks
 * if it is time.
 */
void network_look(struct progress *progress);

/* Whether nothing may be started now, and when to look again although no channel has anything. */
bool network_bars_checks(const struct progress *progress);
int64_t network_wake_us(const struct progress *progress);

/* The channel of the canaries' results, to be waited for; NULL: there is none. */
struct chan *network_answers(const struct progress *progress);

/* Whether targets may be read: nothing is said of any before there is known to be a network. */
bool network_is_known(const struct progress *progress);

/* Whether nothing is withheld. */
bool network_is_settled(const struct progress *progress);

/* Every result of a check, also if that will be made again. */
void network_note(struct progress *progress, const struct result *result);

/* Takes over a result, now its target's last, that is not to be delivered; false: it may be. */
bool network_withholds(struct progress *progress, struct result *result);

/*
 * The run ends, and nobody knows any more whether the network was there: what is withheld becomes
 * the result of that end, with what was seen as an earlier attempt, and is delivered; or dropped,
 * if nobody wants it.
 */
void network_forsake(struct progress *progress);

/* Waits until until_us for canaries in flight. False if some still are: their threads are left. */
bool network_end(struct progress *progress, int64_t until_us);

#endif
