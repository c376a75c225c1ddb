/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

int64_t clock_read_us(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * CLOCK_S + now.tv_nsec / 1000;
}

int64_t clock_now_us(void)
{
    return clock_read_us(CLOCK_MONOTONIC);
}

struct timespec clock_timespec(int64_t time_us)
{
    return (struct timespec){.tv_sec = (time_t)(time_us / CLOCK_S),
                             .tv_nsec = (long)(time_us % CLOCK_S) * 1000};
}
