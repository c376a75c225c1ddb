/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FAST_CLOCK_H
#define TESTS_FAST_CLOCK_H

#include "base/clock.h"

/*
 * A clock that can run faster, for code that waits long, or slower, so that a stalled machine does
 * not change what happens. All code waits by these two functions: link with WRAPPED = clock_now_us
 * clock_timespec.
 */
int64_t __real_clock_now_us(void);
int64_t __wrap_clock_now_us(void);
struct timespec __real_clock_timespec(int64_t time_us);
struct timespec __wrap_clock_timespec(int64_t time_us);

static int64_t clock_speed = 1, clock_slowness = 1;
static int64_t clock_start_us, clock_real_start_us;

/* Makes the clock run speed/slowness times as fast. No other thread may be running. */
static inline void clock_run(int64_t speed, int64_t slowness)
{
    int64_t real_us = __real_clock_now_us();

    clock_start_us = clock_real_start_us ? __wrap_clock_now_us() : real_us;
    clock_real_start_us = real_us;
    clock_speed = speed;
    clock_slowness = slowness;
}

int64_t __wrap_clock_now_us(void)
{
    int64_t passed_us = __real_clock_now_us() - clock_real_start_us;

    return clock_start_us + passed_us * clock_speed / clock_slowness;
}

/* Rounded up, so that no wait ends early. Times before clock_run() stay the same. */
struct timespec __wrap_clock_timespec(int64_t time_us)
{
    int64_t passed_us = (time_us - clock_start_us) * clock_slowness;

    if (passed_us < 0)
        return __real_clock_timespec(time_us);
    return __real_clock_timespec(clock_real_start_us + (passed_us + clock_speed - 1) / clock_speed);
}

#endif
