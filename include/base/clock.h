/* SPDX-License-Identifier: MIT */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/*
 * Times and deadlines are microseconds of CLOCK_MONOTONIC, which cannot be set back, less the time
 * for which this process was stopped: by Ctrl-Z, SIGSTOP, a frozen container. So that time counts
 * neither as a server's nor for a deadline or a delay.
 *
 * The process was stopped if clock_tick() was not called for CLOCK_GAP_US. Whoever reads the clock
 * next notices that. A stop counts as CLOCK_GAP_US, however long it was, as part of the time since
 * the last tick was not stopped, and the clock never goes backwards; a shorter one counts in full,
 * but clock_has_stopped_since() notices it if SIGCONT ended it. Without ticks no stop is noticed.
 *
 * CLOCK_NEVER is a deadline that never comes; CLOCK_MS and CLOCK_S are a millisecond and a second.
 */
#define CLOCK_NEVER INT64_MAX
#define CLOCK_MS INT64_C(1000)
#define CLOCK_S INT64_C(1000000)

#define CLOCK_TICK_US (100 * CLOCK_MS)
#define CLOCK_GAP_US (1 * CLOCK_S)

/* The time now. Any thread. */
int64_t clock_now_us(void);

/* As clock_now_us(), up to 10 ms late, and several times cheaper: for limits that are not exact. */
int64_t clock_recent_us(void);

/* Call it every CLOCK_TICK_US, on one thread that is never busy for long. */
void clock_tick(void);

/* The process has received SIGCONT, which is blocked in all threads. */
void clock_note_continued(void);

/* There will be no ticks for now. */
void clock_stop_ticks(void);

/* How much of CLOCK_MONOTONIC's time does not count. Any thread. */
int64_t clock_stopped_us(void);

/* A moment, to tell later whether the process was stopped since then. */
struct clock_mark {
    unsigned continued; /* how often SIGCONT has come */
    int64_t stopped_us;
    int64_t suspended_us; /* how long the whole machine was suspended since it was started */
};

struct clock_mark clock_mark(void);

/* Whether the process was stopped, or the machine suspended, since the mark was made. Any thread. */
bool clock_has_stopped_since(const struct clock_mark *mark);

/* The time of another clock of clock_gettime(2), in microseconds. */
int64_t clock_read_us(clockid_t clock);

/* A duration of at least 0, or a time of CLOCK_MONOTONIC, for pthread and signal functions. */
struct timespec clock_timespec(int64_t time_us);

#endif
