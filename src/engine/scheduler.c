/* SPDX-License-Identifier: MIT */
#include "engine/scheduler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>

#include "base/clock.h"
#include "timers.h"
#include "input/target.h"

/*
 * Starts are as far apart as makes them too few for any period by RATE_SLACK, since they do not all
 * take the same time to reach a server; one that came late, by up to RATE_LATE, is made up for.
 */
#define RATE_SLACK_US (30 * CLOCK_MS)
#define RATE_LATE_US (10 * CLOCK_MS)
/* A host whose limit was lowered may have one more check in flight after so many for each that it has. */
#define TRUST_AGAIN 8

/* A target that waits: in its host's queue, or for its time. */
struct turn {
    struct timer timer; /* first, so that one is the other */
    const struct target *target;
    struct turn *next, *prev;
};

/*
 * A host with targets that wait, for their time too, or are in flight, or that was held. It is in
 * the ring exactly if a target of its queue may start: the queue is not empty, in_flight is below
 * the limit, and it is not held. While its queue has targets that may not, it is among the blocked.
 */
struct host {
    struct timer held; /* first; in a heap while the host is held */
    struct turn *queue;
    size_t in_flight;
    size_t delayed;     /* targets that wait for their time: they need no memory to come back */
    size_t limit;       /* 0: none */
    size_t done;        /* checks since the limit was changed */
    size_t had;         /* the limit before it was lowered; 0: it is trusted */
    size_t surplus;     /* checks to end before it may be lowered again */
    struct host **list; /* the ring, or those blocked; NULL: it has no queue */
    struct host *next, *prev; /* there */
    UT_hash_handle hh;
    char name[];
};

struct scheduler {
    size_t host_limit;
    int64_t interval_us; /* from one start to the next; 0: no rule */
    int64_t start_us;    /* when the next one may be */
    size_t waiting;
    struct host *hosts;
    struct host *ring;     /* the first is the one whose turn it is */
    struct host *blocked;  /* in no order */
    struct timers delayed; /* turns */
    struct timers held;    /* hosts */
};

struct scheduler *scheduler_new(const struct schedule_rules *rules)
{
    struct scheduler *scheduler = calloc(1, sizeof(*scheduler));

    if (!scheduler)
        return NULL;
    scheduler->host_limit = rules->host_limit;
    if (rules->rate)
        scheduler->interval_us = (rules->rate_period_us + RATE_SLACK_US) / (int64_t)rules->rate + 1;
    return scheduler;
}

static void free_turns(struct turn *turns)
{
    while (turns) {
        struct turn *turn = turns;

        DL_DELETE(turns, turn);
        free(turn);
    }
}

void scheduler_free(struct scheduler *scheduler)
{
    struct host *host, *next;

    if (!scheduler)
        return;
    HASH_ITER(hh, scheduler->hosts, host, next) {
        HASH_DEL(scheduler->hosts, host);
        free_turns(host->queue);
        free(host);
    }
    for (size_t i = 0; i < scheduler->delayed.count; i++)
        free(scheduler->delayed.heap[i]);
    timers_release(&scheduler->delayed);
    timers_release(&scheduler->held);
    free(scheduler);
}

static struct host *find_host(const struct scheduler *scheduler, const char *name)
{
    struct host *host;

    HASH_FIND_STR(scheduler->hosts, name, host);
    return host;
}

static struct host *add_host(struct scheduler *scheduler, const char *name)
{
    struct host *host = find_host(scheduler, name);
    size_t length = strlen(name);

    if (host)
        return host;
    host = calloc(1, sizeof(*host) + length + 1);
    if (!host)
        return NULL;
    host->limit = scheduler->host_limit;
    memcpy(host->name, name, length + 1);
    HASH_ADD_STR(scheduler->hosts, name, host);
    if (!host->hh.tbl) {
        free(host);
        errno = ENOMEM;
        return NULL;
    }
    return host;
}

/* Puts a host at the list's end, unless it is in it; NULL: in none. */
static void move(struct host *host, struct host **list)
{
    if (host->list == list)
        return;
    if (host->list)
        DL_DELETE(*host->list, host);
    if (list)
        DL_APPEND(*list, host);
    host->list = list;
}

/* After any change of a host: it takes its place at the ring's end, or leaves, or is forgotten. */
static void settle(struct scheduler *scheduler, struct host *host)
{
    bool has_room = host->limit == 0 || host->in_flight < host->limit;
    bool is_held = host->held.place != 0;

    if (!host->queue)
        move(host, NULL);
    else
        move(host, has_room && !is_held ? &scheduler->ring : &scheduler->blocked);
    if (!host->queue && host->in_flight == 0 && host->delayed == 0 && host->had == 0 && !is_held) {
        HASH_DEL(scheduler->hosts, host);
        free(host);
    }
}

static struct turn *turn_new(const struct target *target)
{
    struct turn *turn = calloc(1, sizeof(*turn));

    if (turn)
        turn->target = target;
    return turn;
}

int scheduler_add(struct scheduler *scheduler, const struct target *target)
{
    struct turn *turn = turn_new(target);
    struct host *host = turn ? add_host(scheduler, target->host) : NULL;

    if (!host) {
        free(turn);
        return -1;
    }
    DL_APPEND(host->queue, turn);
    scheduler->waiting++;
    settle(scheduler, host);
    return 0;
}

/* The check of a target has ended, for good or not. */
static void leave(struct scheduler *scheduler, const struct target *target)
{
    struct host *host = find_host(scheduler, target->host);

    host->in_flight--;
    host->surplus -= host->surplus > 0;
    settle(scheduler, host);
}

int scheduler_add_at(struct scheduler *scheduler, const struct target *target, int64_t time_us)
{
    struct turn *turn = turn_new(target);
    struct host *host = turn ? add_host(scheduler, target->host) : NULL;

    if (!host || timers_set(&scheduler->delayed, &turn->timer, time_us)) {
        if (host)
            settle(scheduler, host);
        free(turn);
        return -1;
    }
    host->delayed++;
    scheduler->waiting++;
    return 0;
}

int scheduler_again(struct scheduler *scheduler, const struct target *target, int64_t time_us)
{
    if (scheduler_add_at(scheduler, target, time_us))
        return -1;
    leave(scheduler, target);
    return 0;
}

void scheduler_slow(struct scheduler *scheduler, const struct target *target)
{
    struct host *host = find_host(scheduler, target->host);
    size_t limit = host->limit ? host->limit : host->in_flight;

    if (host->surplus)
        return;
    host->had = host->had > limit ? host->had : limit;
    host->limit = limit > 1 ? limit / 2 : 1;
    host->done = 0;
    host->surplus = host->in_flight;
    settle(scheduler, host);
}

void scheduler_hold(struct scheduler *scheduler, const struct target *target, int64_t until_us)
{
    struct host *host = find_host(scheduler, target->host);

    scheduler_slow(scheduler, target);
    if (host->held.place && host->held.time_us >= until_us)
        return;
    timers_remove(&scheduler->held, &host->held);
    timers_set(&scheduler->held, &host->held, until_us); /* politeness is not worth a run */
    settle(scheduler, host);
}

/* A target that waits for its time need do so no longer. Returns its host, to be settled. */
static struct host *end_delay(struct scheduler *scheduler, struct turn *turn)
{
    struct host *host = find_host(scheduler, turn->target->host);

    timers_remove(&scheduler->delayed, &turn->timer);
    host->delayed--;
    return host;
}

/* Those whose time has come go into their host's queue. */
static void admit_delayed(struct scheduler *scheduler, int64_t now_us)
{
    struct timer *first;

    while ((first = timers_first(&scheduler->delayed)) && first->time_us <= now_us) {
        struct turn *turn = (struct turn *)first;
        struct host *host = end_delay(scheduler, turn);

        DL_APPEND(host->queue, turn);
        settle(scheduler, host);
    }
}

static void admit_held(struct scheduler *scheduler, int64_t now_us)
{
    struct timer *first;

    while ((first = timers_first(&scheduler->held)) && first->time_us <= now_us) {
        timers_remove(&scheduler->held, first);
        settle(scheduler, (struct host *)first);
    }
}

static const struct target *end_turn(struct scheduler *scheduler, struct turn *turn)
{
    const struct target *target = turn->target;

    free(turn);
    scheduler->waiting--;
    return target;
}

static const struct target *take_turn(struct scheduler *scheduler, struct host *host)
{
    struct turn *turn = host->queue;

    DL_DELETE(host->queue, turn);
    return end_turn(scheduler, turn);
}

/* A start at now_us: when may the next one be? */
static void note_start(struct scheduler *scheduler, int64_t now_us)
{
    int64_t earliest_us = now_us - RATE_LATE_US;

    if (scheduler->start_us < earliest_us)
        scheduler->start_us = earliest_us;
    scheduler->start_us += scheduler->interval_us;
}

const struct target *scheduler_next(struct scheduler *scheduler, int64_t now_us)
{
    const struct target *target;
    struct host *host;

    admit_held(scheduler, now_us);
    admit_delayed(scheduler, now_us);
    host = scheduler->ring;
    if (!host || (scheduler->interval_us && now_us < scheduler->start_us))
        return NULL;
    note_start(scheduler, now_us);
    target = take_turn(scheduler, host);
    host->in_flight++;
    move(host, NULL);
    settle(scheduler, host);
    return target;
}

bool scheduler_is_starved(const struct scheduler *scheduler)
{
    return !scheduler->ring;
}

bool scheduler_has_more(const struct scheduler *scheduler, const struct target *target)
{
    const struct host *host = find_host(scheduler, target->host);

    return host && host->queue;
}

void scheduler_done(struct scheduler *scheduler, const struct target *target)
{
    struct host *host = find_host(scheduler, target->host);

    if (host->had && ++host->done >= TRUST_AGAIN * host->limit) {
        host->done = 0;
        if (++host->limit >= host->had) {
            host->limit = scheduler->host_limit;
            host->had = 0;
        }
    }
    leave(scheduler, target);
}

const struct target *scheduler_drop(struct scheduler *scheduler)
{
    struct timer *first = timers_first(&scheduler->delayed);
    struct host *host = scheduler->ring ? scheduler->ring : scheduler->blocked;
    const struct target *target;

    if (first)
        host = end_delay(scheduler, (struct turn *)first);
    else if (!host)
        return NULL;
    target = first ? end_turn(scheduler, (struct turn *)first) : take_turn(scheduler, host);
    settle(scheduler, host);
    return target;
}

size_t scheduler_waiting(const struct scheduler *scheduler)
{
    return scheduler->waiting;
}

/* The time of the first of them, if that is before until_us. */
static int64_t earlier(const struct timers *timers, int64_t until_us)
{
    const struct timer *first = timers_first(timers);

    return first && first->time_us < until_us ? first->time_us : until_us;
}

int64_t scheduler_wake_us(const struct scheduler *scheduler)
{
    int64_t wake_us = CLOCK_NEVER;

    if (scheduler->ring && scheduler->interval_us)
        wake_us = scheduler->start_us;
    if (scheduler->waiting)
        wake_us = earlier(&scheduler->held, earlier(&scheduler->delayed, wake_us));
    return wake_us;
}
