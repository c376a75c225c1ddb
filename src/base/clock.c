/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

int64_t clock_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * CLOCK_S + now.tv_nsec / 1000;
}

struct timespec clock_timespec(int64_t time_us)
{
    return (struct timespec){.tv_sec = (time_t)(time_us / CLOCK_S),
                             .tv_nsec = (long)(time_us % CLOCK_S) * 1000};
}
