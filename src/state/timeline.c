/* SPDX-License-Identifier: MIT */
#include "timeline.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "percentile.h"

/* The last intervals between results, in the order in which they came, and by length. */
struct gaps {
    int64_t recent[TIMELINE_GAPS], sorted[TIMELINE_GAPS];
    size_t count, oldest;
};

/* Periods without an overlap, the oldest first. */
struct span {
    int64_t begin_us, end_us;
};

/* The sweep over the samples of a URL. */
struct sweep {
    const struct timeline *timeline;
    struct history_url *url;
    struct span *outages; /* owned */
    size_t outage_count;
    int64_t begin_us; /* of the period, or when the URL had its first result */
    size_t day;       /* the present one */
    size_t outage;    /* the first that has not ended before the present sample */
};

static void gaps_remove(struct gaps *gaps, int64_t gap)
{
    size_t i = 0;

    while (gaps->sorted[i] != gap)
        i++;
    gaps->count--;
    memmove(&gaps->sorted[i], &gaps->sorted[i + 1], (gaps->count - i) * sizeof(gap));
}

static void gaps_add(struct gaps *gaps, int64_t gap)
{
    size_t i;

    if (gaps->count == TIMELINE_GAPS)
        gaps_remove(gaps, gaps->recent[gaps->oldest]);
    for (i = gaps->count; i > 0 && gaps->sorted[i - 1] > gap; i--)
        gaps->sorted[i] = gaps->sorted[i - 1];
    gaps->sorted[i] = gap;
    gaps->count++;
    gaps->recent[gaps->oldest] = gap;
    gaps->oldest = (gaps->oldest + 1) % TIMELINE_GAPS;
}

/*
 * How long a result is valid at most. Of an even number of intervals the median is the longer one in the
 * middle: two crontab lines with the same URL make every second interval short.
 */
static int64_t gaps_valid_us(const struct gaps *gaps)
{
    return gaps->count ? gaps->sorted[gaps->count / 2] * 5 / 2 : 0;
}

/* The interval that ends with sample i. */
static int64_t gap_before(const struct timeline *timeline, size_t i)
{
    return timeline->samples[i].time_us - timeline->samples[i - 1].time_us;
}

/* Before there are enough, the first ones are the usual ones. */
static void gaps_begin(struct gaps *gaps, const struct timeline *timeline)
{
    *gaps = (struct gaps){0};
    for (size_t i = 1; i < timeline->sample_count && i <= TIMELINE_GAPS; i++)
        gaps_add(gaps, gap_before(timeline, i));
}

static int64_t whole_second(int64_t time_us)
{
    return time_us - time_us % CLOCK_S;
}

static int by_begin(const void *a, const void *b)
{
    const struct span *one = a, *other = b;

    return (one->begin_us > other->begin_us) - (one->begin_us < other->begin_us);
}

static void find_outages(struct sweep *sweep)
{
    const struct history_url *url = sweep->url;
    int64_t covered_us = INT64_MIN;

    sweep->outages = xcalloc(url->outage_count + 1, sizeof(*sweep->outages));
    sweep->outage_count = url->outage_count;
    for (size_t i = 0; i < url->outage_count; i++) {
        int64_t end_us = url->outages[i].end_us;

        sweep->outages[i] = (struct span){whole_second(url->outages[i].begin_us),
                                          end_us ? whole_second(end_us) : INT64_MAX};
    }
    qsort(sweep->outages, sweep->outage_count, sizeof(*sweep->outages), by_begin);
    for (size_t i = 0; i < sweep->outage_count; i++) {
        struct span *span = &sweep->outages[i];

        if (span->begin_us < covered_us)
            span->begin_us = covered_us;
        if (span->end_us < span->begin_us)
            span->end_us = span->begin_us;
        covered_us = span->end_us;
    }
}

/* Goes on to the first outage that has not ended at that time. */
static void pass_outages(struct sweep *sweep, int64_t time_us)
{
    while (sweep->outage < sweep->outage_count && sweep->outages[sweep->outage].end_us <= time_us)
        sweep->outage++;
}

static int64_t overlap_us(const struct span *span, int64_t begin_us, int64_t end_us)
{
    int64_t begin = span->begin_us > begin_us ? span->begin_us : begin_us;
    int64_t end = span->end_us < end_us ? span->end_us : end_us;

    return end > begin ? end - begin : 0;
}

/* How much of that time the URL was down. */
static int64_t down_us(const struct sweep *sweep, int64_t begin_us, int64_t end_us)
{
    int64_t sum = 0;

    for (size_t i = sweep->outage; i < sweep->outage_count && sweep->outages[i].begin_us < end_us;
         i++)
        sum += overlap_us(&sweep->outages[i], begin_us, end_us);
    return sum;
}

static void add_to_day(struct sweep *sweep, const struct sample *sample, int64_t begin_us,
                       int64_t end_us)
{
    struct history_time *time = &sweep->url->days[sweep->day].time;
    int64_t down = sample->is_maintenance ? 0 : down_us(sweep, begin_us, end_us);

    if (sample->is_maintenance)
        time->maintenance_us += end_us - begin_us;
    else
        time->up_us += end_us - begin_us - down;
    time->down_us += down;
}

/* A sample is valid until end_us. */
static void add_validity(struct sweep *sweep, const struct sample *sample, int64_t end_us)
{
    const struct timeline *timeline = sweep->timeline;
    int64_t begin_us = sample->time_us > sweep->begin_us ? sample->time_us : sweep->begin_us;

    if (end_us > timeline->to_us)
        end_us = timeline->to_us;
    while (begin_us < end_us) {
        int64_t day_end_us = timeline->days[sweep->day + 1];
        int64_t piece_end_us = day_end_us < end_us ? day_end_us : end_us;

        if (piece_end_us > begin_us) {
            add_to_day(sweep, sample, begin_us, piece_end_us);
            begin_us = piece_end_us;
        }
        if (begin_us >= day_end_us)
            sweep->day++;
    }
}

/* Whether the sample is a failure that belongs to no outage. */
static bool is_blip(const struct sweep *sweep, const struct sample *sample)
{
    return sample->verdict == VERDICT_FAILED && !sample->is_maintenance &&
           (sweep->outage == sweep->outage_count ||
            sweep->outages[sweep->outage].begin_us > sample->time_us);
}

static void sweep_samples(struct sweep *sweep)
{
    const struct timeline *timeline = sweep->timeline;
    struct gaps gaps;

    gaps_begin(&gaps, timeline);
    for (size_t i = 0; i < timeline->sample_count; i++) {
        const struct sample *sample = &timeline->samples[i];
        int64_t end_us;

        if (i > TIMELINE_GAPS)
            gaps_add(&gaps, gap_before(timeline, i));
        end_us = sample->time_us + gaps_valid_us(&gaps);
        sweep->url->valid_until_us = end_us;
        if (i + 1 < timeline->sample_count && sample[1].time_us < end_us)
            end_us = sample[1].time_us;
        pass_outages(sweep, sample->time_us);
        add_validity(sweep, sample, end_us);
        if (sample->time_us >= timeline->from_us)
            sweep->url->blips += is_blip(sweep, sample);
    }
}

/* What of each day is not known, and the sum of all days. */
static void add_days(const struct sweep *sweep)
{
    const struct timeline *timeline = sweep->timeline;
    const struct span period = {sweep->begin_us, timeline->to_us};
    struct history_time *sum = &sweep->url->time;

    for (size_t i = 0; i < timeline->day_count; i++) {
        struct history_time *time = &sweep->url->days[i].time;

        time->unknown_us = overlap_us(&period, timeline->days[i], timeline->days[i + 1]) -
                           time->up_us - time->down_us - time->maintenance_us;
        sum->up_us += time->up_us;
        sum->down_us += time->down_us;
        sum->maintenance_us += time->maintenance_us;
        sum->unknown_us += time->unknown_us;
    }
}

/*
 * The latencies of the successes from sample *next to a time. Returns how many, and sets *next to the
 * sample after them.
 */
static size_t collect_latencies(const struct timeline *timeline, size_t *next, int64_t end_us,
                                int64_t *latencies)
{
    size_t count = 0;

    for (; *next < timeline->sample_count && timeline->samples[*next].time_us < end_us; ++*next) {
        const struct sample *sample = &timeline->samples[*next];

        if (sample->verdict != VERDICT_FAILED && sample->latency_us)
            latencies[count++] = sample->latency_us;
    }
    return count;
}

/* The samples of the period are those from `first` on. */
static void add_latencies(const struct timeline *timeline, size_t first, struct history_url *url)
{
    int64_t *latencies = xcalloc(timeline->sample_count + 1, sizeof(*latencies));
    size_t next = first, count = 0;

    for (size_t i = 0; i < timeline->day_count; i++) {
        size_t found = collect_latencies(timeline, &next, timeline->days[i + 1], latencies + count);

        url->days[i].p50_us = percentile(latencies + count, found, 50);
        count += found;
    }
    url->p50_us = percentile(latencies, count, 50);
    url->p95_us = percentile(latencies, count, 95);
    free(latencies);
}

/* The first sample of the period. */
static size_t first_of_period(const struct timeline *timeline)
{
    size_t i = timeline->sample_count;

    while (i > 0 && timeline->samples[i - 1].time_us >= timeline->from_us)
        i--;
    return i;
}

size_t timeline_add_up(const struct timeline *timeline, struct history_url *url)
{
    size_t first = first_of_period(timeline);
    struct sweep sweep = {.timeline = timeline, .url = url, .begin_us = timeline->from_us};
    int64_t first_us = whole_second(timeline->first_us);

    url->checks = timeline->sample_count - first;
    if (url->checks == 0)
        return 0;
    if (!first_us)
        first_us = timeline->samples[0].time_us;
    if (first_us > sweep.begin_us)
        sweep.begin_us = first_us;
    url->day_count = timeline->day_count;
    url->days = xcalloc(timeline->day_count, sizeof(*url->days));
    for (size_t i = 0; i < timeline->day_count; i++)
        url->days[i].begin_us = timeline->days[i];
    find_outages(&sweep);
    sweep_samples(&sweep);
    add_days(&sweep);
    add_latencies(timeline, first, url);
    free(sweep.outages);
    return url->checks;
}
