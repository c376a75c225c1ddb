/* SPDX-License-Identifier: MIT */
#include "engine/schedule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>

#include "engine/clock.h"
#include "engine/timers.h"
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

struct schedule {
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

struct schedule *schedule_new(const struct schedule_rules *rules)
{
    struct schedule *schedule = calloc(1, sizeof(*schedule));

    if (!schedule)
        return NULL;
    schedule->host_limit = rules->host_limit;
    if (rules->rate)
        schedule->interval_us = (rules->rate_period_us + RATE_SLACK_US) / (int64_t)rules->rate + 1;
    return schedule;
}

static void free_turns(struct turn *turns)
{
    while (turns) {
        struct turn *turn = turns;

        DL_DELETE(turns, turn);
        free(turn);
    }
}

void schedule_free(struct schedule *schedule)
{
    struct host *host, *next;

    if (!schedule)
        return;
    HASH_ITER(hh, schedule->hosts, host, next) {
        HASH_DEL(schedule->hosts, host);
        free_turns(host->queue);
        free(host);
    }
    for (size_t i = 0; i < schedule->delayed.count; i++)
        free(schedule->delayed.heap[i]);
    timers_release(&schedule->delayed);
    timers_release(&schedule->held);
    free(schedule);
}

static struct host *find_host(const struct schedule *schedule, const char *name)
{
    struct host *host;

    HASH_FIND_STR(schedule->hosts, name, host);
    return host;
}

static struct host *add_host(struct schedule *schedule, const char *name)
{
    struct host *host = find_host(schedule, name);
    size_t length = strlen(name);

    if (host)
        return host;
    host = calloc(1, sizeof(*host) + length + 1);
    if (!host)
        return NULL;
    host->limit = schedule->host_limit;
    memcpy(host->name, name, length + 1);
    HASH_ADD_STR(schedule->hosts, name, host);
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
static void settle(struct schedule *schedule, struct host *host)
{
    bool has_room = host->limit == 0 || host->in_flight < host->limit;
    bool is_held = host->held.place != 0;

    if (!host->queue)
        move(host, NULL);
    else
        move(host, has_room && !is_held ? &schedule->ring : &schedule->blocked);
    if (!host->queue && host->in_flight == 0 && host->delayed == 0 && host->had == 0 && !is_held) {
        HASH_DEL(schedule->hosts, host);
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

int schedule_add(struct schedule *schedule, const struct target *target)
{
    struct turn *turn = turn_new(target);
    struct host *host = turn ? add_host(schedule, target->host) : NULL;

    if (!host) {
        free(turn);
        return -1;
    }
    DL_APPEND(host->queue, turn);
    schedule->waiting++;
    settle(schedule, host);
    return 0;
}

/* The check of a target has ended, for good or not. */
static void leave(struct schedule *schedule, const struct target *target)
{
    struct host *host = find_host(schedule, target->host);

    host->in_flight--;
    host->surplus -= host->surplus > 0;
    settle(schedule, host);
}

int schedule_add_at(struct schedule *schedule, const struct target *target, int64_t time_us)
{
    struct turn *turn = turn_new(target);
    struct host *host = turn ? add_host(schedule, target->host) : NULL;

    if (!host || timers_set(&schedule->delayed, &turn->timer, time_us)) {
        if (host)
            settle(schedule, host);
        free(turn);
        return -1;
    }
    host->delayed++;
    schedule->waiting++;
    return 0;
}

int schedule_again(struct schedule *schedule, const struct target *target, int64_t time_us)
{
    if (schedule_add_at(schedule, target, time_us))
        return -1;
    leave(schedule, target);
    return 0;
}

void schedule_slow(struct schedule *schedule, const struct target *target)
{
    struct host *host = find_host(schedule, target->host);
    size_t limit = host->limit ? host->limit : host->in_flight;

    if (host->surplus)
        return;
    host->had = host->had > limit ? host->had : limit;
    host->limit = limit > 1 ? limit / 2 : 1;
    host->done = 0;
    host->surplus = host->in_flight;
    settle(schedule, host);
}

void schedule_hold(struct schedule *schedule, const struct target *target, int64_t until_us)
{
    struct host *host = find_host(schedule, target->host);

    schedule_slow(schedule, target);
    if (host->held.place && host->held.time_us >= until_us)
        return;
    timers_remove(&schedule->held, &host->held);
    timers_set(&schedule->held, &host->held, until_us); /* politeness is not worth a run */
    settle(schedule, host);
}

/* A target that waits for its time need do so no longer. Returns its host, to be settled. */
static struct host *end_delay(struct schedule *schedule, struct turn *turn)
{
    struct host *host = find_host(schedule, turn->target->host);

    timers_remove(&schedule->delayed, &turn->timer);
    host->delayed--;
    return host;
}

/* Those whose time has come go into their host's queue. */
static void admit_delayed(struct schedule *schedule, int64_t now_us)
{
    struct timer *first;

    while ((first = timers_first(&schedule->delayed)) && first->time_us <= now_us) {
        struct turn *turn = (struct turn *)first;
        struct host *host = end_delay(schedule, turn);

        DL_APPEND(host->queue, turn);
        settle(schedule, host);
    }
}

static void admit_held(struct schedule *schedule, int64_t now_us)
{
    struct timer *first;

    while ((first = timers_first(&schedule->held)) && first->time_us <= now_us) {
        timers_remove(&schedule->held, first);
        settle(schedule, (struct host *)first);
    }
}

static const struct target *end_turn(struct schedule *schedule, struct turn *turn)
{
    const struct target *target = turn->target;

    free(turn);
    schedule->waiting--;
    return target;
}

static const struct target *take_turn(struct schedule *schedule, struct host *host)
{
    struct turn *turn = host->queue;

    DL_DELETE(host->queue, turn);
    return end_turn(schedule, turn);
}

/* A start at now_us: when may the next one be? */
static void note_start(struct schedule *schedule, int64_t now_us)
{
    int64_t earliest_us = now_us - RATE_LATE_US;

    if (schedule->start_us < earliest_us)
        schedule->start_us = earliest_us;
    schedule->start_us += schedule->interval_us;
}

const struct target *schedule_next(struct schedule *schedule, int64_t now_us)
{
    const struct target *target;
    struct host *host;

    admit_held(schedule, now_us);
    admit_delayed(schedule, now_us);
    host = schedule->ring;
    if (!host || (schedule->interval_us && now_us < schedule->start_us))
        return NULL;
    note_start(schedule, now_us);
    target = take_turn(schedule, host);
    host->in_flight++;
    move(host, NULL);
    settle(schedule, host);
    return target;
}

bool schedule_is_starved(const struct schedule *schedule)
{
    return !schedule->ring;
}

bool schedule_has_more(const struct schedule *schedule, const struct target *target)
{
    const struct host *host = find_host(schedule, target->host);

    return host && host->queue;
}

void schedule_done(struct schedule *schedule, const struct target *target)
{
    struct host *host = find_host(schedule, target->host);

    if (host->had && ++host->done >= TRUST_AGAIN * host->limit) {
        host->done = 0;
        if (++host->limit >= host->had) {
            host->limit = schedule->host_limit;
            host->had = 0;
        }
    }
    leave(schedule, target);
}

const struct target *schedule_drop(struct schedule *schedule)
{
    struct timer *first = timers_first(&schedule->delayed);
    struct host *host = schedule->ring ? schedule->ring : schedule->blocked;
    const struct target *target;

    if (first)
        host = end_delay(schedule, (struct turn *)first);
    else if (!host)
        return NULL;
    target = first ? end_turn(schedule, (struct turn *)first) : take_turn(schedule, host);
    settle(schedule, host);
    return target;
}

size_t schedule_waiting(const struct schedule *schedule)
{
    return schedule->waiting;
}

/* The time of the first of them, if that is before until_us. */
static int64_t earlier(const struct timers *timers, int64_t until_us)
{
    const struct timer *first = timers_first(timers);

    return first && first->time_us < until_us ? first->time_us : until_us;
}

int64_t schedule_wake_us(const struct schedule *schedule)
{
    int64_t wake_us = CLOCK_NEVER;

    if (schedule->ring && schedule->interval_us)
        wake_us = schedule->start_us;
    if (schedule->waiting)
        wake_us = earlier(&schedule->held, earlier(&schedule->delayed, wake_us));
    return wake_us;
}
