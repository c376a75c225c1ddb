/* SPDX-License-Identifier: MIT */
#include "state/history.h"

#include <stdlib.h>

#define HUNDREDTHS 10000

void history_url_release(struct history_url *url)
{
    for (size_t i = 0; i < url->outage_count; i++)
        free(url->outages[i].message);
    free(url->url);
    free(url->name);
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

int history_measured(const struct history_time *time)
{
    int64_t measured_us = time->up_us + time->down_us + time->maintenance_us;
    int64_t total_us = measured_us + time->unknown_us;

    return total_us ? share(measured_us, total_us) : 0;
}
