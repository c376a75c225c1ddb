/* SPDX-License-Identifier: MIT */
#include "history_fields.h"

#include <stdio.h>

bool history_wants(const struct format_context *context, const struct history_url *url)
{
    const struct settings *settings = context->settings;

    return !context->is_stdout || (!settings->silent && (!settings->quiet || url->outage_count));
}

struct history_counts history_count(const struct format_context *context)
{
    const struct history *history = context->totals->history;
    struct history_counts counts = {0};

    for (size_t i = 0; i < history->count; i++) {
        if (!history_wants(context, &history->urls[i]))
            continue;
        counts.urls++;
        counts.outages += history->urls[i].outage_count;
    }
    return counts;
}

int64_t history_begin_us(const struct history *history, const struct history_url *url)
{
    return history->to_us - history_span_us(&url->time);
}

int64_t history_outage_us(const struct history *history, const struct history_url *url,
                          const struct history_outage *outage)
{
    return history_outage_until_us(history, url, outage) - outage->begin_us;
}

const char *history_end_word(const struct history *history, const struct history_url *url)
{
    return history_is_known(history, url) ? "goes on" : "end not known";
}

const char *history_percent(char text[HISTORY_PERCENT_BYTES], int hundredths)
{
    if (hundredths < 0)
        snprintf(text, HISTORY_PERCENT_BYTES, "-");
    else if (hundredths % 10000 == 0) /* all or nothing */
        snprintf(text, HISTORY_PERCENT_BYTES, "%d", hundredths / 100);
    else
        snprintf(text, HISTORY_PERCENT_BYTES, "%d.%02d", hundredths / 100 % 100, hundredths % 100);
    return text;
}
