/* SPDX-License-Identifier: MIT */
#include "call.h"

#include <curl/curl.h>

#include "base/clock.h"

/* libcurl counts in milliseconds and may end a request one or two of them too early. */
#define EARLY_US (5 * CLOCK_MS)

/*
 * The deadline is max_time away, but at most EARLY_US after the end of all probes, so that
 * call_was_ended() can tell that a request which libcurl ended at its deadline has reached that end.
 */
void call_start_clock(struct call *call)
{
    int64_t max_time_us = call->check->max_time_us;
    int64_t left_us;

    call->started_us = clock_now_us();
    left_us = call->prober->end_us - call->started_us;
    call->deadline_us =
        call->started_us + (max_time_us < left_us ? max_time_us : left_us + EARLY_US);
}

int64_t call_left_us(const struct call *call)
{
    return call->deadline_us - clock_now_us();
}

bool call_was_ended(const struct call *call, const struct outcome *outcome)
{
    return atomic_load(&call->prober->cancelled) ||
           (outcome->code == CURLE_OPERATION_TIMEDOUT && clock_now_us() >= call->prober->end_us);
}
