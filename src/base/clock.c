/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

/*
 * stopped_us is read before and after the other two. If it is the same, no stop was noted in between,
 * and they belong together. It is written before tick_us, so that a thread that sees a tick after
 * a stop sees the stop as well.
 */
static atomic_llong tick_us; /* the last tick, in CLOCK_MONOTONIC; 0: there are no ticks */
static atomic_llong stopped_us;
static atomic_uint continued; /* how often SIGCONT has come */
/* Held to write tick_us and stopped_us. Not a mutex of base/thread.h, which uses this clock. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* How often to try to read two clocks at the same time. */
#define READ_TRIES 5

int64_t clock_read_us(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * CLOCK_S + now.tv_nsec / 1000;
}

/* Notes a stop if there was one since the last tick, and makes now the last tick. */
static void note_tick(void)
{
    int64_t now_us, last_us;

    pthread_mutex_lock(&mutex);
    now_us = clock_read_us(CLOCK_MONOTONIC);
    last_us = atomic_load(&tick_us);
    if (last_us && now_us - last_us > CLOCK_GAP_US)
        atomic_fetch_add(&stopped_us, now_us - last_us - CLOCK_GAP_US);
    atomic_store(&tick_us, now_us);
    pthread_mutex_unlock(&mutex);
}

/* The time of CLOCK_MONOTONIC, or of a clock that follows it, less the stops. */
static int64_t now_by(clockid_t clock)
{
    for (;;) {
        int64_t stopped = atomic_load(&stopped_us);
        int64_t now_us = clock_read_us(clock);
        int64_t last_us = atomic_load(&tick_us);

        if (last_us && now_us - last_us > CLOCK_GAP_US)
            note_tick();
        else if (atomic_load(&stopped_us) == stopped)
            return now_us - stopped;
    }
}

int64_t clock_now_us(void)
{
    return now_by(CLOCK_MONOTONIC);
}

int64_t clock_recent_us(void)
{
#ifdef CLOCK_MONOTONIC_COARSE /* clock_gettime(2) */
    return now_by(CLOCK_MONOTONIC_COARSE);
#else
    return now_by(CLOCK_MONOTONIC);
#endif
}

void clock_tick(void)
{
    note_tick();
}

void clock_note_continued(void)
{
    atomic_fetch_add(&continued, 1);
}

void clock_stop_ticks(void)
{
    clock_now_us(); /* notes a stop */
    pthread_mutex_lock(&mutex);
    atomic_store(&tick_us, 0);
    pthread_mutex_unlock(&mutex);
}

int64_t clock_stopped_us(void)
{
    clock_now_us();
    return atomic_load(&stopped_us);
}

/* CLOCK_BOOTTIME runs while the machine is suspended, and CLOCK_MONOTONIC does not. clock_gettime(2) */
static int64_t read_suspended_us(void)
{
#ifdef CLOCK_BOOTTIME
    int64_t before_us, boot_us = 0;
    int tries = 0;

    do {
        before_us = clock_read_us(CLOCK_MONOTONIC);
        boot_us = clock_read_us(CLOCK_BOOTTIME);
    } while (clock_read_us(CLOCK_MONOTONIC) - before_us > CLOCK_MS && ++tries < READ_TRIES);
    return boot_us - before_us;
#else
    return 0;
#endif
}

struct clock_mark clock_mark(void)
{
    return (struct clock_mark){.continued = atomic_load(&continued),
                               .stopped_us = clock_stopped_us(),
                               .suspended_us = read_suspended_us()};
}

/* Whether SIGCONT has come, but has not been noted yet. */
static bool is_continuing(void)
{
    sigset_t pending;

    sigpending(&pending);
    return sigismember(&pending, SIGCONT) == 1;
}

bool clock_has_stopped_since(const struct clock_mark *mark)
{
    bool is_early = is_continuing();
    const struct clock_mark now = clock_mark();

    return is_early || now.continued != mark->continued || now.stopped_us > mark->stopped_us ||
           now.suspended_us > mark->suspended_us + CLOCK_GAP_US;
}

struct timespec clock_timespec(int64_t time_us)
{
    return (struct timespec){.tv_sec = (time_t)(time_us / CLOCK_S),
                             .tv_nsec = (long)(time_us % CLOCK_S) * 1000};
}
