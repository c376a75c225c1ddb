/* SPDX-License-Identifier: MIT */
#include "state/history.h"

#include <stdlib.h>

#include "base/clock.h"
#include "state_internal.h"

#define HUNDREDTHS 10000
#define DAY_US (24 * 60 * 60 * CLOCK_S)

void history_url_release(struct history_url *url)
{
    for (size_t i = 0; i < url->outage_count; i++)
        free(url->outages[i].message);
    free(url->url);
    free(url->name);
    free(url->attributes);
    free(url->host);
    free(url->message);
    free(url->outages);
    free(url->days);
    *url = (struct history_url){0};
}

void history_free(struct history *history)
{
    if (!history)
        return;
    for (size_t i = 0; i < history->count; i++)
        history_url_release(&history->urls[i]);
    free(history->urls);
    free(history);
}

bool history_is_of_last_run(const struct history *history, const struct history_url *url)
{
    return url->last_us >= history->last_us - STATE_RUN_US;
}

bool history_is_known(const struct history *history, const struct history_url *url)
{
    bool is_of_today =
        history_is_of_last_run(history, url) && history->to_us - url->last_us <= DAY_US;

    return is_of_today || history->to_us <= url->valid_until_us;
}

int64_t history_outage_until_us(const struct history *history, const struct history_url *url,
                                const struct history_outage *outage)
{
    int64_t valid_until_us = url->valid_until_us;

    if (outage->end_us)
        return outage->end_us;
    if (valid_until_us < url->last_us) /* samples have whole seconds */
        valid_until_us = url->last_us;
    return valid_until_us < history->to_us && !history_is_known(history, url) ? valid_until_us
                                                                              : history->to_us;
}

/* Rounded down, and also right for the times of thousands of URLs together. */
static int share(int64_t part_us, int64_t total_us)
{
    int64_t scale = total_us / (INT64_MAX / HUNDREDTHS) + 1;

    if (part_us == total_us)
        return HUNDREDTHS;
    return (int)(part_us / scale * HUNDREDTHS / ((total_us + scale - 1) / scale));
}

int history_uptime(const struct history_time *time)
{
    int64_t counted_us = time->up_us + time->down_us;

    return counted_us ? share(time->up_us, counted_us) : -1;
}

int64_t history_span_us(const struct history_time *time)
{
    return time->up_us + time->down_us + time->maintenance_us + time->unknown_us;
}

int history_measured(const struct history_time *time)
{
    int64_t span_us = history_span_us(time);

    return span_us ? share(span_us - time->unknown_us, span_us) : 0;
}
