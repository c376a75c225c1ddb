/* SPDX-License-Identifier: MIT */
#include "output/recap.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/escape.h"
#include "base/units.h"
#include "fields.h"
#include "input/target.h"
#include "output/terminal.h"
#include "results/stats.h"

/* Rows that follow the failures: the summary, and the shell's prompt. */
#define ROWS_AFTER 8

/* The failures of one class on one host. */
struct host_failures {
    char *host; /* "": a line that names none */
    size_t count;
    char *lines[RECAP_LINES]; /* of the first ones; safe to print */
};

/* The failures of one class. */
struct class_failures {
    struct host_failures *hosts[RECAP_HOSTS]; /* the first ones; NULL: fewer */
};

struct recap {
    struct class_failures *classes[CAUSE_COUNT]; /* NULL: none */
    size_t counts[CAUSE_COUNT];
    bool has_failures;
    size_t rows_before; /* the first failure */
};

struct recap *recap_new(void)
{
    return xcalloc(1, sizeof(struct recap));
}

static void free_host(struct host_failures *host)
{
    if (!host)
        return;
    for (size_t i = 0; i < RECAP_LINES; i++)
        free(host->lines[i]);
    free(host->host);
    free(host);
}

void recap_free(struct recap *recap)
{
    if (!recap)
        return;
    for (int cause = 0; cause < CAUSE_COUNT; cause++) {
        for (size_t i = 0; recap->classes[cause] && i < RECAP_HOSTS; i++)
            free_host(recap->classes[cause]->hosts[i]);
        free(recap->classes[cause]);
    }
    free(recap);
}

/* The failures of a host; NULL: the class has too many hosts. */
static struct host_failures *find_host(struct class_failures *failures, const char *host)
{
    for (size_t i = 0; i < RECAP_HOSTS; i++) {
        struct host_failures **found = &failures->hosts[i];

        if (!*found) {
            *found = xcalloc(1, sizeof(**found));
            (*found)->host = xstrdup(host);
        }
        if (strcmp((*found)->host, host) == 0)
            return *found;
    }
    return NULL;
}

static char *line_of(const struct result *result)
{
    char *url = escape_url(result->target->given);
    char *message = escape_text(result->message);
    char *line = xasprintf("%s  %s", *url ? url : "''", message);

    free(url);
    free(message);
    return line;
}

static void add_failure(struct recap *recap, const struct result *result)
{
    struct class_failures **failures = &recap->classes[result->cause];
    struct host_failures *host;
    char *name;

    recap->counts[result->cause]++;
    if (!*failures)
        *failures = xcalloc(1, sizeof(**failures));
    /* Failures at a proxy have one cause, whatever their hosts. */
    name = escape_text(result->outcome.proxy ? result->outcome.proxy : result->target->host);
    host = find_host(*failures, name);
    free(name);
    if (!host)
        return;
    if (host->count < RECAP_LINES)
        host->lines[host->count] = line_of(result);
    host->count++;
}

bool recap_add(struct recap *recap, const struct result *result)
{
    bool is_first = result->verdict == VERDICT_FAILED && !recap->has_failures;

    if (result->verdict == VERDICT_FAILED)
        add_failure(recap, result);
    recap->has_failures = recap->has_failures || is_first;
    return is_first;
}

void recap_set_rows_before(struct recap *recap, size_t rows_seen)
{
    recap->rows_before = rows_seen;
}

bool recap_is_needed(const struct recap *recap, size_t rows_seen)
{
    return recap->has_failures && rows_seen &&
           rows_seen - recap->rows_before + ROWS_AFTER > terminal_rows(STDOUT_FILENO);
}

/* "  and 41 more of a.example"; nothing for 0. */
static void print_more(struct text *out, size_t count, const char *host)
{
    char text[UNITS_TEXT_BYTES];

    if (count)
        text_addf(out, "  and %s more%s%s\n", format_count(text, count), *host ? " of " : "", host);
}

static void print_host(struct text *out, const struct host_failures *host, size_t lines_max)
{
    size_t shown = 0;

    for (; shown < lines_max && shown < host->count; shown++) {
        text_add(out, "  ");
        field_print_first(out, host->lines[shown]);
        text_add_char(out, '\n');
    }
    print_more(out, host->count - shown, host->host);
}

static void print_class(struct text *out, const struct class_failures *failures, size_t count)
{
    size_t hosts = 0, lines_max = RECAP_LINES, left = count;

    while (hosts < RECAP_HOSTS && failures->hosts[hosts])
        hosts++;
    if (count > RECAP_LINES)
        lines_max = RECAP_LINES / hosts;
    for (size_t i = 0; i < hosts; i++) {
        print_host(out, failures->hosts[i], lines_max);
        left -= failures->hosts[i]->count;
    }
    print_more(out, left, "");
}

void recap_print(struct text *out, const struct recap *recap)
{
    enum cause cause = stats_next_class(recap->counts, CAUSE_NONE);

    text_add(out, "FAILED, by class:\n");
    for (; cause != CAUSE_NONE; cause = stats_next_class(recap->counts, cause)) {
        char text[UNITS_TEXT_BYTES];

        text_addf(out, "%s: %s\n", cause_name(cause), format_count(text, recap->counts[cause]));
        print_class(out, recap->classes[cause], recap->counts[cause]);
    }
}
