/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_NETWORK_H
#define ENGINE_NETWORK_H

#include "canary_set.h"
#include "resource_backoff.h"

/*
 * Whether the network of this machine works. A failure without a response may be the network's and
 * not the URL's, so such a result is withheld until a canary, checked after it came, has answered:
 *
 *   - the canaries are checked before the first URL;
 *   - if a failure without a response came after that, they are checked again, a second after the
 *     last time, or at once if nothing else is left to do;
 *   - if one answers, all results from before that check began are released;
 *   - if all fail, the network is down and the run ends.
 *
 * This module decides; the run loop acts on what it returns. Without canaries the network is assumed
 * to work, and nothing is withheld. One thread.
 */
struct network {
    struct canary_set *canaries; /* NULL: there are none */
    bool is_known;               /* a canary has answered at least once */
    bool asking;
    bool is_short; /* this machine could not check the canaries: no check of a URL may start */
    struct resource_backoff backoff;
    int64_t ask_again_us; /* with is_short */
    int64_t asked_us;     /* when the last check of the canaries began */
    bool has_failed;      /* a result without a response has come since then */
    struct job *withheld; /* in the order in which their results came */
    size_t withheld_count;
    size_t before_ask; /* how many of them came before that check began: the first ones */
    size_t releasable; /* how many of them may be released: the first ones */
};

enum network_event {
    NETWORK_NO_EVENT,
    NETWORK_UP,     /* release what network_release() returns */
    NETWORK_DOWN,   /* every canary failed: see error */
    NETWORK_SHORT,  /* this machine could not check a canary: see error; it will be tried again */
    NETWORK_FAILED, /* this machine could not for long, or a check gave no result: see error */
};

void network_init(struct network *network, const struct canaries *canaries, void *context);

/*
 * Waits until until_us for canaries in flight, and frees what the network owns, except the withheld
 * jobs. False if some canaries are still in flight: their threads are left.
 */
bool network_release_canaries(struct network *network, int64_t until_us);

/* The state of the run, for network_poll() and network_wake_us(). */
struct network_view {
    int64_t now_us;
    bool is_idle;     /* nothing is left to do but what is withheld */
    size_t in_flight; /* checks of URLs */
};

/* Takes the canaries' answer, and starts to check them if it is time. */
enum network_event network_poll(struct network *network, const struct network_view *view,
                                struct error *error);

/* When to call network_poll() even if no channel has a message; CLOCK_NEVER: never. */
int64_t network_wake_us(const struct network *network, const struct network_view *view);

/* The channel of the canaries' results, to wait for; NULL: no canary is in flight. */
struct chan *network_results(const struct network *network);

/* Whether the canaries are being checked, and nothing else goes on until they answer. */
bool network_is_awaited(const struct network *network, bool is_idle);

/* Whether no check may be started now. */
bool network_bars_checks(const struct network *network);

/* Whether the network may be the cause of a result, of any verdict: there was no response. */
bool network_may_be_cause(const struct network *network, const struct result *result);

/* A result came, final or not. */
void network_note_result(struct network *network, const struct result *result);

/* Withholds a job whose result is final. */
void network_withhold(struct network *network, struct job *job);

/* The next job that may be released since NETWORK_UP; NULL: none. */
struct job *network_release(struct network *network);

/* The next withheld job, released or not: for the end of a run. NULL: none. */
struct job *network_take_withheld(struct network *network);

#endif
