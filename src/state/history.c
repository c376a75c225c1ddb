/* SPDX-License-Identifier: MIT */
#include "state/history.h"

#include <stdlib.h>

#define HUNDREDTHS 10000

void history_free(struct history *history)
{
    if (!history)
        return;
    for (size_t i = 0; i < history->count; i++) {
        struct history_url *url = &history->urls[i];

        for (size_t k = 0; k < url->outage_count; k++)
            free(url->outages[k].message);
        free(url->url);
        free(url->name);
        free(url->host);
        free(url->message);
        free(url->outages);
        free(url->days);
    }
    free(history->urls);
    free(history);
}

int history_uptime(const struct history_time *time)
{
    int64_t counted_us = time->up_us + time->down_us;

    return counted_us ? (int)(time->up_us * HUNDREDTHS / counted_us) : -1;
}

int history_measured(const struct history_time *time)
{
    int64_t measured_us = time->up_us + time->down_us + time->maintenance_us;
    int64_t total_us = measured_us + time->unknown_us;

    return total_us ? (int)(measured_us * HUNDREDTHS / total_us) : 0;
}
