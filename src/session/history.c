/* SPDX-License-Identifier: MIT */
#include "session/history.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/escape.h"
#include "base/units.h"
#include "output/message.h"
#include "output/output.h"
#include "session/exit_codes.h"
#include "state/history.h"
#include "state/state.h"

/* The history of the last settings->history_us. NULL with the reason. */
static struct history *read_history(const struct settings *settings, struct error *error)
{
    int64_t now_us = clock_read_us(CLOCK_REALTIME);
    struct state *state = state_open(settings->state, STATE_READ, NULL, error);
    struct history *history =
        state ? state_history(state, now_us - settings->history_us, now_us, error) : NULL;

    state_close(state);
    return history;
}

/* Whether an operand means the URL: it is its name, or reads the same without password. */
static bool is_meant(const struct input *operand, const struct history_url *url)
{
    char *asked, *known;
    bool is_same;

    if (url->name && strcmp(operand->text, url->name) == 0)
        return true;
    asked = escape_url(operand->text);
    known = escape_url(url->url);
    is_same = strcmp(asked, known) == 0;
    free(asked);
    free(known);
    return is_same;
}

/* Removes the URLs that no operand means, if there are operands, and reports operands that mean none. */
static void select_urls(const struct settings *settings, struct history *history)
{
    bool *is_found = xcalloc(settings->input_count + 1, sizeof(*is_found));
    size_t kept = 0;
    char text[UNITS_TEXT_BYTES];

    for (size_t i = 0; i < history->count; i++) {
        bool keep = settings->input_count == 0;

        for (size_t k = 0; k < settings->input_count; k++) {
            if (is_meant(&settings->inputs[k], &history->urls[i]))
                keep = is_found[k] = true;
        }
        if (keep)
            history->urls[kept++] = history->urls[i];
        else
            history_url_release(&history->urls[i]);
    }
    history->count = kept;
    for (size_t k = 0; k < settings->input_count; k++) {
        if (!is_found[k])
            message_remark("'%s': no results in the last %s", settings->inputs[k].text,
                           format_seconds(text, settings->history_us));
    }
    if (kept == 0 && settings->input_count == 0)
        message_remark("no results in the last %s", format_seconds(text, settings->history_us));
    free(is_found);
}

/* Prints the history in all formats. Returns the exit status. */
static int print_history(const struct settings *settings, const struct history *history)
{
    struct stats stats;
    struct totals totals = {.stats = &stats, .history = history};
    struct error error;
    struct output *output = output_open(settings, &error);
    int status = EXIT_ALL_OK;

    stats_init(&stats, false);
    if (!output)
        status = errno == EINVAL ? EXIT_USAGE : EXIT_INTERNAL;
    else if (output_close(output, &totals, &error) < 0)
        status = EXIT_INTERNAL;
    if (status)
        message("%s", error.text);
    stats_release(&stats);
    return status;
}

int history_run(const struct settings *settings)
{
    struct error error;
    struct history *history;
    int status;

    signal(SIGPIPE, SIG_IGN);
    history = read_history(settings, &error);
    if (!history) {
        message("%s", error.text);
        return EXIT_INTERNAL;
    }
    select_urls(settings, history);
    status = print_history(settings, history);
    history_free(history);
    if (!alloc_is_exhausted())
        return status;
    message("out of memory");
    return EXIT_INTERNAL;
}
