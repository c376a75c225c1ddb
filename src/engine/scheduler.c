/* SPDX-License-Identifier: MIT */
/*
 * Where a host and its jobs are:
 *
 *   job:   waiting (host->queue) ──scheduler_next()──▶ in flight ──▶ done, parked
 *             ▲                                           │
 *             └────── time comes ◀── delayed (heap) ◀─────┘
 *
 *   host:  in the ring      its queue has jobs and one may start: the first of the ring is next
 *          in blocked       its queue has jobs, but it is at its limit or paused
 *          in neither       its queue is empty
 *
 * scheduler_next() takes the first host of the ring, starts its first job, and puts the host at the
 * end. settle() moves a host to where it belongs after every change.
 */
#include "scheduler.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/clock.h"
#include "base/hash.h"
#include "engine/job.h"
#include "timers.h"

/*
 * The interval between starts is a little longer than the rate requires, by RATE_SLACK in a period:
 * requests do not all take the same time to reach a server. A start that is up to RATE_LATE late is
 * made up for.
 */
#define RATE_SLACK_US (30 * CLOCK_MS)
#define RATE_LATE_US (10 * CLOCK_MS)
/*
 * The limit of a slowed host rises by one each time that this many checks per allowed check have
 * ended.
 */
#define RECOVERY_CHECKS 8

/* A host, as long as any of its jobs is unfinished, or it is slowed or paused. */
struct host {
    struct timer pause; /* first; set while the host is paused */
    struct job *queue;
    size_t jobs; /* how many refer to it */
    struct host_counts
        counts; /* not begun: in the queue, or in flight but no thread has begun it */
    size_t in_flight;
    size_t limit;                    /* on checks in flight; 0: none */
    size_t limit_usual;              /* the limit before the host was slowed; 0: it is not slowed */
    size_t ended;                    /* checks that have ended since the limit changed */
    size_t stale;                    /* checks in flight that started before the host was slowed */
    int64_t paused_total_us;         /* since it last answered without asking for a pause */
    _Atomic int64_t paused_until_us; /* the pause that threads see */
    struct host **list;              /* the ring or blocked; NULL: neither */
    struct host *next, *prev;        /* in that list */
    UT_hash_handle hh;
    char name[];
};

struct scheduler {
    size_t host_limit;
    int64_t interval_us; /* between two starts; 0: any */
    int64_t start_us;    /* the earliest time of the next start */
    size_t waiting;
    struct host *hosts;
    struct host *ring;
    struct host *blocked;
    struct timers delayed; /* jobs */
    struct timers paused;  /* hosts */
};

struct scheduler *scheduler_new(const struct scheduler_rules *rules)
{
    struct scheduler *scheduler = xcalloc(1, sizeof(*scheduler));

    scheduler->host_limit = rules->host_limit;
    if (rules->rate)
        scheduler->interval_us = (rules->rate_period_us + RATE_SLACK_US) / (int64_t)rules->rate + 1;
    return scheduler;
}

void scheduler_free(struct scheduler *scheduler)
{
    struct host *host, *next;

    if (!scheduler)
        return;
    HASH_ITER(hh, scheduler->hosts, host, next) {
        HASH_DEL(scheduler->hosts, host);
        free(host);
    }
    timers_release(&scheduler->delayed);
    timers_release(&scheduler->paused);
    free(scheduler);
}

static struct host *find_or_add_host(struct scheduler *scheduler, const char *name)
{
    size_t length = strlen(name);
    struct host *host;

    HASH_FIND(hh, scheduler->hosts, name, length, host);
    if (host)
        return host;
    host = xcalloc(1, sizeof(*host) + length + 1);
    host->limit = scheduler->host_limit;
    memcpy(host->name, name, length + 1);
    HASH_ADD(hh, scheduler->hosts, name, length, host);
    return host;
}

/* Puts a host at the end of a list, unless it is in it; NULL: in no list. */
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

/* After any change of a host: moves it to the list where it belongs, or frees it. */
static void settle(struct scheduler *scheduler, struct host *host)
{
    bool has_room = host->limit == 0 || host->in_flight < host->limit;
    bool is_paused = host->pause.place != 0;

    if (!host->queue)
        move(host, NULL);
    else
        move(host, has_room && !is_paused ? &scheduler->ring : &scheduler->blocked);
    if (host->jobs == 0 && host->limit_usual == 0 && !is_paused) {
        HASH_DEL(scheduler->hosts, host);
        free(host);
    }
}

static void enqueue(struct scheduler *scheduler, struct job *job)
{
    DL_APPEND(job->host->queue, job);
    atomic_fetch_add(&job->host->counts.not_begun, 1);
    settle(scheduler, job->host);
}

void scheduler_add(struct scheduler *scheduler, struct job *job)
{
    job->host = find_or_add_host(scheduler, job->target->host);
    job->host->jobs++;
    scheduler->waiting++;
    enqueue(scheduler, job);
}

void scheduler_add_at(struct scheduler *scheduler, struct job *job, int64_t time_us)
{
    timers_set(&scheduler->delayed, &job->timer, time_us);
    scheduler->waiting++;
}

/* A check has ended. */
static void leave_flight(struct scheduler *scheduler, struct host *host)
{
    host->in_flight--;
    host->stale -= host->stale > 0;
    settle(scheduler, host);
}

void scheduler_again(struct scheduler *scheduler, struct job *job, int64_t time_us)
{
    scheduler_add_at(scheduler, job, time_us);
    leave_flight(scheduler, job->host);
}

/* A check ended without a request for a pause: the limit of a slowed host may rise. */
static void note_end(struct host *host, size_t host_limit)
{
    if (host->limit_usual == 0 || ++host->ended < RECOVERY_CHECKS * host->limit)
        return;
    host->ended = 0;
    if (++host->limit >= host->limit_usual) {
        host->limit = host_limit;
        host->limit_usual = 0;
    }
}

void scheduler_park(struct scheduler *scheduler, struct job *job)
{
    note_end(job->host, scheduler->host_limit);
    leave_flight(scheduler, job->host);
    job->is_parked = true;
}

void scheduler_finish(struct scheduler *scheduler, struct job *job)
{
    struct host *host = job->host;

    job->host = NULL;
    host->jobs--;
    if (job->is_parked) {
        settle(scheduler, host);
        return;
    }
    note_end(host, scheduler->host_limit);
    leave_flight(scheduler, host);
}

void scheduler_slow_host(struct scheduler *scheduler, struct job *job)
{
    struct host *host = job->host;
    size_t limit = host->limit ? host->limit : host->in_flight;

    if (host->stale)
        return;
    host->limit_usual = host->limit_usual > limit ? host->limit_usual : limit;
    host->limit = limit > 1 ? limit / 2 : 1;
    host->ended = 0;
    host->stale = host->in_flight;
    settle(scheduler, host);
}

/* For threads: the host is paused until then. Keeps a later time that another thread announced. */
static void publish_pause(struct host *host, int64_t until_us)
{
    int64_t before_us = atomic_load(&host->paused_until_us);

    while (before_us < until_us &&
           !atomic_compare_exchange_weak(&host->paused_until_us, &before_us, until_us))
        ;
}

bool scheduler_pause_host(struct scheduler *scheduler, struct job *job, int64_t asked_us,
                          int64_t until_us, int64_t patience_us)
{
    struct host *host = job->host;
    int64_t paused_until_us = host->pause.place ? host->pause.time_us : 0;
    int64_t from_us = paused_until_us > asked_us ? paused_until_us : asked_us;
    int64_t more_us = until_us > from_us ? until_us - from_us : 0;
    bool is_honored = host->paused_total_us <= patience_us - more_us;

    scheduler_slow_host(scheduler, job);
    if (!is_honored) {
        /* Revokes a pause that a thread announced, unless another one has announced a longer one. */
        atomic_compare_exchange_strong(&host->paused_until_us, &until_us, paused_until_us);
        return false;
    }
    publish_pause(host, until_us);
    if (until_us > paused_until_us) {
        host->paused_total_us += more_us;
        timers_remove(&scheduler->paused, &host->pause);
        timers_set(&scheduler->paused, &host->pause, until_us);
        settle(scheduler, host);
    }
    return true;
}

void scheduler_note_response(struct job *job)
{
    job->host->paused_total_us = 0;
}

/* Delayed jobs whose time has come join their host's queue; pauses that are over end. */
static void admit_due(struct scheduler *scheduler, int64_t now_us)
{
    struct timer *first;

    while ((first = timers_first(&scheduler->paused)) && first->time_us <= now_us) {
        timers_remove(&scheduler->paused, first);
        settle(scheduler, (struct host *)first);
    }
    while ((first = timers_first(&scheduler->delayed)) && first->time_us <= now_us) {
        struct job *job = (struct job *)first;

        timers_remove(&scheduler->delayed, first);
        job->is_parked = false;
        enqueue(scheduler, job);
    }
}

static struct job *dequeue(struct scheduler *scheduler, struct host *host)
{
    struct job *job = host->queue;

    DL_DELETE(host->queue, job);
    scheduler->waiting--;
    return job;
}

struct job *scheduler_next(struct scheduler *scheduler, int64_t now_us)
{
    struct host *host;
    struct job *job;

    admit_due(scheduler, now_us);
    host = scheduler->ring;
    if (!host || (scheduler->interval_us && now_us < scheduler->start_us))
        return NULL;
    if (scheduler->start_us < now_us - RATE_LATE_US)
        scheduler->start_us = now_us - RATE_LATE_US;
    scheduler->start_us += scheduler->interval_us;
    job = dequeue(scheduler, host);
    host->in_flight++;
    move(host, NULL);
    settle(scheduler, host);
    return job;
}

bool scheduler_is_starved(const struct scheduler *scheduler)
{
    return !scheduler->ring;
}

bool scheduler_keeps_connection(const struct job *job)
{
    const struct job *next = job->host->queue;

    return next && (job->host->limit != 1 ||
                    strcmp(next->target->connection_key, job->target->connection_key) == 0);
}

struct host_counts *scheduler_host_counts(const struct job *job)
{
    return &job->host->counts;
}

struct job *scheduler_drop(struct scheduler *scheduler)
{
    struct timer *first = timers_first(&scheduler->delayed);
    struct host *host = scheduler->ring ? scheduler->ring : scheduler->blocked;
    struct job *job;

    if (first) {
        job = (struct job *)first;
        timers_remove(&scheduler->delayed, first);
        scheduler->waiting--;
    } else if (host) {
        job = dequeue(scheduler, host);
        scheduler_note_begun(job);
    } else {
        return NULL;
    }
    host = job->host;
    job->host = NULL;
    host->jobs--;
    settle(scheduler, host);
    return job;
}

size_t scheduler_waiting(const struct scheduler *scheduler)
{
    return scheduler->waiting;
}

size_t scheduler_delayed(const struct scheduler *scheduler)
{
    return scheduler->delayed.count;
}

/* The earlier of a time and that of a heap's first timer. */
static int64_t earlier(const struct timers *timers, int64_t time_us)
{
    const struct timer *first = timers_first(timers);

    return first && first->time_us < time_us ? first->time_us : time_us;
}

int64_t scheduler_wake_us(const struct scheduler *scheduler)
{
    int64_t wake_us = CLOCK_NEVER;

    if (scheduler->ring && scheduler->interval_us)
        wake_us = scheduler->start_us;
    if (scheduler->waiting)
        wake_us = earlier(&scheduler->paused, earlier(&scheduler->delayed, wake_us));
    return wake_us;
}

void scheduler_note_begun(struct job *job)
{
    atomic_fetch_sub(&job->host->counts.not_begun, 1);
}

int64_t scheduler_paused_until_us(const struct job *job)
{
    return atomic_load(&job->host->paused_until_us);
}

void scheduler_announce_pause(struct job *job, int64_t until_us)
{
    publish_pause(job->host, until_us);
}
