/* SPDX-License-Identifier: MIT */
#include "output/progress.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/units.h"

static struct {
    bool enabled;
    bool drawn;
    int64_t started_us;
    int64_t drawn_us;
} line;

void progress_enable(int64_t now_us)
{
    line.enabled = true;
    line.started_us = now_us;
    line.drawn_us = now_us;
}

bool progress_is_enabled(void)
{
    return line.enabled;
}

static size_t columns(void)
{
    struct winsize size;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

/* Adds "3 WARN, ", or nothing for 0. */
static void add_count(FILE *file, size_t count, const char *what)
{
    if (count)
        fprintf(file, "%zu %s, ", count, what);
}

/*
 * "12/300 done, 10 OK, 1 WARN, 1 FAILED, 84/s, 3 s left"; "12/40+" while the list is being read. The
 * time left does not count the URLs to retry: "297/300 done, 3 to retry, ...".
 */
static void format(FILE *file, const struct progress_facts *facts)
{
    const struct stats *stats = facts->stats;
    size_t done = stats_done(stats);
    double elapsed_s = us_to_seconds(facts->now_us - line.started_us);
    double rate = elapsed_s > 0 ? (double)done / elapsed_s : 0;

    fprintf(file, "%zu/%zu%s done, ", done, facts->total, facts->total_known ? "" : "+");
    add_count(file, facts->to_retry, "to retry");
    fprintf(file, "%zu OK, ", stats->ok);
    add_count(file, stats->warned, "WARN");
    add_count(file, stats->flaky, "FLAKY");
    add_count(file, stats->unknown, "UNKNOWN");
    fprintf(file, "%zu FAILED, %.*f/s", stats->failed, rate < 10 ? 1 : 0, rate);
    if (facts->total_known && rate > 0 && done + facts->to_retry < facts->total)
        fprintf(file, ", %.0f s left", (double)(facts->total - done - facts->to_retry) / rate);
}

void progress_draw(const struct progress_facts *facts)
{
    char text[200] = "";
    FILE *file;
    size_t width;

    if (!line.enabled || facts->now_us - line.drawn_us < PROGRESS_INTERVAL_US)
        return;
    file = fmemopen(text, sizeof(text), "w");
    if (!file)
        return;
    format(file, facts);
    fclose(file);
    width = columns();
    if (width < sizeof(text))
        text[width - 1] = '\0';
    /* CR, the text, EL: erase to the end of the line (ECMA-48, 8.3.41). */
    fprintf(stderr, "\r%s\033[K", text);
    fflush(stderr);
    line.drawn = true;
    line.drawn_us = facts->now_us;
}

void progress_clear(void)
{
    if (!line.drawn)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    line.drawn = false;
    line.drawn_us = 0;
}
