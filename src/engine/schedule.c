/* SPDX-License-Identifier: MIT */
#include "engine/schedule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>

#include "engine/clock.h"
#include "input/target.h"

/* A target that waits: in its host's queue, or among the delayed. */
struct turn {
    const struct target *target;
    int64_t time_us;
    struct turn *next, *prev;
};

/*
 * A host with targets that wait or are in flight. It is in the ring exactly if a target of its
 * queue may start: the queue is not empty and in_flight is below the limit.
 */
struct host {
    struct turn *queue;
    size_t in_flight;
    bool in_ring;
    struct host *next, *prev;
    UT_hash_handle hh;
    char name[];
};

struct schedule {
    size_t host_limit;
    size_t waiting;
    struct host *hosts;
    struct host *ring;    /* the first is the one whose turn it is */
    struct turn *delayed; /* by time */
};

struct schedule *schedule_new(size_t host_limit)
{
    struct schedule *schedule = calloc(1, sizeof(*schedule));

    if (schedule)
        schedule->host_limit = host_limit;
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
    free_turns(schedule->delayed);
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
    memcpy(host->name, name, length + 1);
    HASH_ADD_STR(schedule->hosts, name, host);
    if (!host->hh.tbl) {
        free(host);
        errno = ENOMEM;
        return NULL;
    }
    return host;
}

/* After any change of a host: it takes its place at the ring's end, or leaves, or is forgotten. */
static void settle(struct schedule *schedule, struct host *host)
{
    bool ready =
        host->queue && (schedule->host_limit == 0 || host->in_flight < schedule->host_limit);

    if (ready && !host->in_ring)
        DL_APPEND(schedule->ring, host);
    if (!ready && host->in_ring)
        DL_DELETE(schedule->ring, host);
    host->in_ring = ready;
    if (!host->queue && host->in_flight == 0) {
        HASH_DEL(schedule->hosts, host);
        free(host);
    }
}

static struct turn *turn_new(const struct target *target, int64_t time_us)
{
    struct turn *turn = calloc(1, sizeof(*turn));

    if (turn) {
        turn->target = target;
        turn->time_us = time_us;
    }
    return turn;
}

int schedule_add(struct schedule *schedule, const struct target *target)
{
    struct turn *turn = turn_new(target, 0);
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

static int by_time(const struct turn *a, const struct turn *b)
{
    return (a->time_us > b->time_us) - (a->time_us < b->time_us);
}

int schedule_again(struct schedule *schedule, const struct target *target, int64_t time_us)
{
    struct turn *turn = turn_new(target, time_us);

    if (!turn)
        return -1;
    DL_INSERT_INORDER(schedule->delayed, turn, by_time);
    schedule->waiting++;
    schedule_done(schedule, target);
    return 0;
}

/* Those whose time has come go to the front of their host's queue; short of memory, later. */
static void admit_delayed(struct schedule *schedule, int64_t now_us)
{
    while (schedule->delayed && schedule->delayed->time_us <= now_us) {
        struct turn *turn = schedule->delayed;
        struct host *host = add_host(schedule, turn->target->host);

        if (!host)
            return;
        DL_DELETE(schedule->delayed, turn);
        DL_PREPEND(host->queue, turn);
        settle(schedule, host);
    }
}

static const struct target *take_turn(struct schedule *schedule, struct turn **queue)
{
    struct turn *turn = *queue;
    const struct target *target = turn->target;

    DL_DELETE(*queue, turn);
    free(turn);
    schedule->waiting--;
    return target;
}

const struct target *schedule_next(struct schedule *schedule, int64_t now_us)
{
    const struct target *target;
    struct host *host;

    admit_delayed(schedule, now_us);
    host = schedule->ring;
    if (!host)
        return NULL;
    target = take_turn(schedule, &host->queue);
    host->in_flight++;
    DL_DELETE(schedule->ring, host);
    host->in_ring = false;
    settle(schedule, host);
    return target;
}

bool schedule_has_more(const struct schedule *schedule, const struct target *target)
{
    const struct host *host = find_host(schedule, target->host);

    return host && host->queue;
}

void schedule_done(struct schedule *schedule, const struct target *target)
{
    struct host *host = find_host(schedule, target->host);

    host->in_flight--;
    settle(schedule, host);
}

const struct target *schedule_drop(struct schedule *schedule)
{
    const struct target *target;
    struct host *host = schedule->hosts;

    if (schedule->delayed)
        return take_turn(schedule, &schedule->delayed);
    while (host && !host->queue)
        host = host->hh.next;
    if (!host)
        return NULL;
    target = take_turn(schedule, &host->queue);
    settle(schedule, host);
    return target;
}

size_t schedule_waiting(const struct schedule *schedule)
{
    return schedule->waiting;
}

int64_t schedule_wake_us(const struct schedule *schedule)
{
    return schedule->delayed ? schedule->delayed->time_us : CLOCK_NEVER;
}
