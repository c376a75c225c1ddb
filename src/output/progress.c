/* SPDX-License-Identifier: MIT */
#include "output/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/environment.h"
#include "base/escape.h"
#include "base/units.h"
#include "output/terminal.h"

/* When at most this many targets are left, the line names the one that is awaited ... */
#define FEW 20
/* ... once it has been in flight for this long. */
#define LONG_US (1 * CLOCK_S)
#define ERASE "\033[J"

static struct {
    bool enabled;
    bool drawn;
    int64_t started_us;
    int64_t drawn_us;
} line;

bool progress_is_possible(void)
{
    struct stat status;

    if (!terminal_has_escapes(STDERR_FILENO) || environment_value("URLCHECK_NO_PROGRESS"))
        return false;
    return fstat(STDOUT_FILENO, &status) || !(S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

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

static size_t left_of(const struct progress_facts *facts)
{
    return facts->total - stats_done(facts->stats);
}

/* "450 done", or "450/500" once the list is read. */
static void print_done(FILE *file, const struct progress_facts *facts)
{
    size_t done = stats_done(facts->stats);

    if (facts->total_known)
        fprintf(file, "%zu/%zu", done, facts->total);
    else
        fprintf(file, "%zu done", done);
}

/* ", 3 WARN", or nothing for 0. */
static void add_count(FILE *file, size_t count, const char *what)
{
    if (count)
        fprintf(file, ", %zu %s", count, what);
}

static void print_counts(FILE *file, const struct progress_facts *facts)
{
    const struct stats *stats = facts->stats;

    print_done(file, facts);
    if (facts->total_known)
        fputs(" done", file);
    add_count(file, facts->to_retry, "to retry");
    fprintf(file, ", %zu OK", stats->ok);
    add_count(file, stats->warned, "WARN");
    add_count(file, stats->flaky, "FLAKY");
    add_count(file, stats->unknown, "UNKNOWN");
    fprintf(file, ", %zu FAILED", stats->failed);
}

/* ", 84/s, 3 s left": the time for those that wait for their turn or are in flight. */
static void print_rate(FILE *file, const struct progress_facts *facts)
{
    double elapsed_s = us_to_seconds(facts->now_us - line.started_us);
    double rate = elapsed_s > 0 ? (double)stats_done(facts->stats) / elapsed_s : 0;
    double left_s;
    char text[UNITS_TEXT_BYTES];

    fprintf(file, ", %.*f/s", rate < 10 ? 1 : 0, rate);
    if (!facts->total_known || rate <= 0 || left_of(facts) <= facts->to_retry)
        return;
    left_s = (double)(left_of(facts) - facts->to_retry) / rate + 1; /* rounded up */
    fprintf(file, ", %s left", format_seconds(text, (int64_t)(left_s * CLOCK_S)));
}

/* What comes after the counts. */
static void print_pace(FILE *file, const struct progress_facts *facts)
{
    int64_t next_us = facts->next_us == CLOCK_NEVER ? 0 : facts->next_us - facts->now_us;
    char text[UNITS_TEXT_BYTES];

    if (facts->in_flight == 0 && next_us > 0 && (facts->queued == 0 || next_us >= LONG_US))
        fprintf(file, ", next in %s", format_seconds(text, next_us + CLOCK_S - 1));
    else if (facts->total_known && facts->queued == 0 && facts->in_flight)
        fprintf(file, ", %zu in flight", facts->in_flight);
    else
        print_rate(file, facts);
}

static bool names_awaited(const struct progress_facts *facts)
{
    return facts->total_known && facts->awaited && facts->queued == 0 && left_of(facts) <= FEW &&
           facts->now_us - facts->awaited_since_us >= LONG_US;
}

/* As much of an escaped URL as fits into that many columns, but its host at least. */
static char *shorten_url(const char *url, size_t columns)
{
    const char *colon = strstr(url, "://");
    const char *start = colon ? colon + 3 : url;
    size_t host = strcspn(start, "/?#");
    char *cut, *text;

    if (terminal_width(url) <= columns)
        return xstrdup(url);
    if (terminal_width(start) <= columns)
        return xstrdup(start);
    cut = xstrdup(start);
    if (columns > host + strlen("/...")) {
        terminal_cut(cut, columns - strlen("..."));
        text = xasprintf("%s...", cut);
        free(cut);
        return text;
    }
    cut[host] = '\0';
    return cut;
}

/*
 * ", waiting for http://host/path (8 s) and 1 more". The whole line, of which the file has the
 * beginning, takes at most that many columns if the host is not too long.
 */
static void print_awaited(FILE *file, const struct progress_facts *facts, size_t columns)
{
    static const char what[] = ", waiting for ";
    char *url = escape_url(facts->awaited), *shown;
    char text[UNITS_TEXT_BYTES], since[UNITS_TEXT_BYTES + 4], more[32] = "";
    size_t used;

    snprintf(since, sizeof(since), " (%s)",
             format_seconds(text, facts->now_us - facts->awaited_since_us));
    if (left_of(facts) > 1)
        snprintf(more, sizeof(more), " and %zu more", left_of(facts) - 1);
    used = (size_t)ftell(file) + strlen(what) + strlen(since);
    if (used + terminal_width(url) + strlen(more) > columns)
        *more = '\0';
    shown = shorten_url(url, columns > used ? columns - used : 0);
    fprintf(file, "%s%s%s%s", what, shown, since, more);
    free(shown);
    free(url);
}

static void print_canaries(FILE *file, const struct progress_facts *facts)
{
    char text[UNITS_TEXT_BYTES];

    fprintf(file, ", asking the canaries (%s)",
            format_seconds(text, facts->now_us - facts->canaries_since_us));
}

char *progress_text(const struct progress_facts *facts, size_t columns)
{
    char *text = NULL;
    size_t length = 0, kept = 0;
    FILE *file = open_memstream(&text, &length);

    if (!file)
        return xstrdup("");
    if (facts->canaries_since_us) {
        print_done(file, facts);
        print_canaries(file, facts);
    } else if (names_awaited(facts)) {
        print_done(file, facts);
        print_awaited(file, facts, columns);
    } else {
        print_counts(file, facts);
        kept = (size_t)ftell(file);
        print_pace(file, facts);
    }
    fclose(file);
    if (kept && length > columns)
        text[kept] = '\0'; /* the pace does not fit */
    terminal_cut(text, columns);
    return text;
}

void progress_draw(const struct progress_facts *facts)
{
    char *text;

    if (!line.enabled || facts->now_us - line.drawn_us < PROGRESS_INTERVAL_US)
        return;
    /* The width is read each time, as it may change. The last column stays free: no wrapping. */
    text = progress_text(facts, terminal_columns(STDERR_FILENO) - 1);
    /*
     * ED erases from the cursor to the end of the screen (ECMA-48, 8.3.39). The cursor stays at the
     * beginning of the line, so that this includes all rows of a line that a narrower terminal has
     * wrapped.
     */
    fprintf(stderr, "\r%s" ERASE "\r", text);
    fflush(stderr);
    free(text);
    line.drawn = true;
    line.drawn_us = facts->now_us;
}

void progress_clear(void)
{
    if (!line.drawn)
        return;
    fputs("\r" ERASE, stderr);
    fflush(stderr);
    line.drawn = false;
    line.drawn_us = 0;
}
