/* SPDX-License-Identifier: MIT */
#include "output/progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

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

/*
 * "12/300 done, 10 OK, 1 WARN, 1 FAILED, 84/s, 3 s left"; the total may still grow: "12/40+".
 */
static void format(char *text, size_t size, const struct progress_facts *facts)
{
    size_t done = stats_done(facts->stats);
    double elapsed = (double)(facts->now_us - line.started_us) / 1e6;
    double rate = elapsed > 0 ? (double)done / elapsed : 0;
    char warned[32] = "", flaky[32] = "";
    int length;

    if (facts->stats->warned)
        snprintf(warned, sizeof(warned), "%zu WARN, ", facts->stats->warned);
    if (facts->stats->flaky)
        snprintf(flaky, sizeof(flaky), "%zu FLAKY, ", facts->stats->flaky);
    length = snprintf(text, size, "%zu/%zu%s done, %zu OK, %s%s%zu FAILED, %.0f/s", done,
                      facts->total, facts->total_known ? "" : "+", facts->stats->ok, warned, flaky,
                      facts->stats->failed, rate);
    if (facts->total_known && rate > 0)
        snprintf(text + length, size - (size_t)length, ", %.0f s left",
                 (double)(facts->total - done) / rate);
}

void progress_draw(const struct progress_facts *facts)
{
    char text[200];
    size_t width;

    if (!line.enabled || facts->now_us - line.drawn_us < PROGRESS_INTERVAL_US)
        return;
    format(text, sizeof(text), facts);
    width = columns();
    if (width < sizeof(text))
        text[width - 1] = '\0';
    /* CR, the text, EL (erase to the end of the line). */
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
