/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FAKE_HISTORY_H
#define TESTS_FAKE_HISTORY_H

#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "state/history.h"

/* Histories as state_history() makes them, without a state file. */

#define FAKE_NOW_US (INT64_C(1796047539) * CLOCK_S) /* 2026-11-30 14:05:39 UTC */
#define FAKE_DAY_US (INT64_C(86400) * CLOCK_S)
#define FAKE_DAYS 90
#define FAKE_INTERVAL_US (300 * CLOCK_S)

/* When a day begins, counted back from today, in UTC. */
static inline int64_t fake_day_us(size_t days_ago)
{
    return FAKE_NOW_US - FAKE_NOW_US % FAKE_DAY_US - (int64_t)days_ago * FAKE_DAY_US;
}

/* A URL that was up all the time, checked every five minutes. */
static inline void fake_url(struct history_url *url, const char *address, const char *name,
                            const char *host)
{
    int64_t today_us = FAKE_NOW_US - fake_day_us(0);

    *url = (struct history_url){.url = xstrdup(address),
                                .name = name ? xstrdup(name) : NULL,
                                .host = xstrdup(host),
                                .last_us = FAKE_NOW_US,
                                .valid_until_us = FAKE_NOW_US + 5 * FAKE_INTERVAL_US / 2,
                                .checks = 25920,
                                .p50_us = 123456,
                                .p95_us = 310000,
                                .last_latency_us = 98000,
                                .days = xcalloc(FAKE_DAYS, sizeof(struct history_day)),
                                .day_count = FAKE_DAYS};
    for (size_t i = 0; i < FAKE_DAYS; i++)
        url->days[i] =
            (struct history_day){.begin_us = fake_day_us(FAKE_DAYS - 1 - i),
                                 .time = {.up_us = i + 1 < FAKE_DAYS ? FAKE_DAY_US : today_us},
                                 .p50_us = 110000 + (int64_t)(i * 7919 % 40000)};
}

/* Moves time of a day from one part to another. */
static inline void fake_move(int64_t *from, int64_t *to, int64_t time_us)
{
    time_us = time_us < *from ? time_us : *from;
    *from -= time_us;
    *to += time_us;
}

/* An outage that began so long before the end, and took so long; it may go on: no longer than a day. */
static inline void fake_outage(struct history_url *url, int64_t begun_ago_us, int64_t length_us,
                               enum cause cause, const char *message)
{
    int64_t begin_us = FAKE_NOW_US - begun_ago_us, end_us = begin_us + length_us;
    struct history_outage *outages = xcalloc(url->outage_count + 1, sizeof(*outages));
    size_t day = FAKE_DAYS - 1 - (size_t)((fake_day_us(0) + FAKE_DAY_US - begin_us) / FAKE_DAY_US);

    for (size_t i = 0; i < url->outage_count; i++)
        outages[i] = url->outages[i];
    free(url->outages);
    outages[url->outage_count++] =
        (struct history_outage){.begin_us = begin_us,
                                .end_us = end_us < FAKE_NOW_US ? end_us : 0,
                                .cause = cause,
                                .message = message ? xstrdup(message) : NULL};
    url->outages = outages;
    fake_move(&url->days[day].time.up_us, &url->days[day].time.down_us, length_us);
    if (end_us < FAKE_NOW_US)
        return;
    url->is_down = true;
    url->verdict = VERDICT_FAILED;
    url->cause = cause;
    url->message = message ? xstrdup(message) : NULL;
}

/* The sums of its days. */
static inline void fake_sum_up(struct history_url *url)
{
    url->time = (struct history_time){0};
    for (size_t i = 0; i < url->day_count; i++) {
        url->time.up_us += url->days[i].time.up_us;
        url->time.down_us += url->days[i].time.down_us;
        url->time.maintenance_us += url->days[i].time.maintenance_us;
        url->time.unknown_us += url->days[i].time.unknown_us;
    }
}

static inline void fake_history_init(struct history *history, size_t count)
{
    *history = (struct history){.from_us = FAKE_NOW_US - FAKE_DAYS * FAKE_DAY_US,
                                .to_us = FAKE_NOW_US,
                                .last_us = FAKE_NOW_US,
                                .urls = xcalloc(count + 1, sizeof(*history->urls)),
                                .count = count};
}

static inline void fake_history_release(struct history *history)
{
    for (size_t i = 0; i < history->count; i++) {
        struct history_url *url = &history->urls[i];

        for (size_t j = 0; j < url->outage_count; j++)
            free(url->outages[j].message);
        free(url->outages);
        free(url->days);
        free(url->url);
        free(url->name);
        free(url->attributes);
        free(url->host);
        free(url->message);
    }
    free(history->urls);
}

#endif
