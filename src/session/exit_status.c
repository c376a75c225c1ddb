/* SPDX-License-Identifier: MIT */
#include "session_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "output/message.h"
#include "output/progress.h"
#include "session/session.h"

/* Says which URLs had no result: it can only be a mistake of ours, but never a silent one. */
static void tell_missing(struct session *session)
{
    const struct target *target = results_missing(session->results);
    size_t missing = results_count(session->results) - results_known(session->results);

    char *url = target ? escape_url(target->given) : NULL;

    if (url)
        message("no result for %s%s", url, missing > 1 ? ", and others" : "");
    free(url);
}

/* What came of earlier attempts counts where the last one did not end in time. */
static void deliver_known(struct session *session, struct run *run)
{
    struct result result;

    if (run->threads_left)
        results_retain(session->results);
    while (run_take_known(run, &result))
        session_deliver(session, &result);
}

/* What a run that was cut short leaves without a result has one all the same. */
static void cancel_missing(struct session *session, struct run *run)
{
    const struct target *target;

    deliver_known(session, run);
    while (session->output_error == 0 && !session->out_of_memory &&
           (target = results_missing(session->results))) {
        struct result result;

        run_make_result(run->end, target, &result);
        if (session_deliver(session, &result) == DELIVERY_IN_VAIN)
            return;
    }
}

static bool is_well(const struct session *session)
{
    const struct stats *stats = &session->stats;

    return stats->failed == 0 &&
           (!session->settings->strict || (stats->warned == 0 && stats->flaky == 0));
}

/* Whether anything was left to do at the deadline: to wait, though each had had its last answer. */
static bool was_too_short(const struct session *session, const struct run *run)
{
    return run->unfinished || run->list_unread ||
           results_known(session->results) < results_count(session->results) ||
           (session->settings->wait && !is_well(session));
}

static bool is_min_ok_reached(const struct session *session)
{
    size_t wanted = (size_t)session->settings->min_ok;

    return wanted && session->ok >= wanted;
}

/* What the verdicts come to. */
static int judge_verdicts(const struct session *session)
{
    const struct settings *settings = session->settings;
    const struct stats *stats = &session->stats;
    bool lacks = settings->min_ok && session->output_error == 0; /* none, if nobody reads on */

    if (is_min_ok_reached(session))
        return EXIT_ALL_OK;
    if (stats->local)
        return EXIT_INTERNAL;
    if (lacks && (stats->failed == 0 || settings->wait))
        message("%zu OK, not the %ld of --min-ok", session->ok, settings->min_ok);
    return lacks || !is_well(session) ? EXIT_SOME_FAILED : EXIT_ALL_OK;
}

/* The run ended early, as was wished: what is known behind others that are not comes out now. */
static int end_early(struct session *session, struct run *run)
{
    size_t left;
    int status;

    deliver_known(session, run);
    left = results_count(session->results) - results_known(session->results);
    status = judge_verdicts(session);
    results_skip(session->results);
    if (!session_print_known(session))
        return status; /* whether that is trouble is seen when the output is ended */
    if (session->settings->fail_early && status != EXIT_ALL_OK && left)
        message("stopped at the first FAILED, with %zu%s not checked", left,
                run->list_unread ? " or more" : "");
    else if (session->settings->fail_early && status != EXIT_ALL_OK)
        message("stopped at the first FAILED");
    return status;
}

int exit_status_of_run(struct session *session, struct run *run)
{
    const struct settings *settings = session->settings;

    switch (run->end) {
    case RUN_INTERRUPTED:
    case RUN_DEADLINE:
        if (run->end == RUN_DEADLINE && !was_too_short(session, run))
            break;
        cancel_missing(session, run);
        if (run->list_unread)
            message("%s: the list was not read to its end",
                    run->signal ? "interrupted" : "the deadline came");
        if (run->signal)
            return 128 + run->signal;
        return is_min_ok_reached(session) ? EXIT_ALL_OK : EXIT_DEADLINE;
    case RUN_LOST: tell_missing(session); return EXIT_INTERNAL;
    case RUN_FAILED: message("%s", run->error.text); return EXIT_INTERNAL;
    case RUN_OFFLINE:
        if (*run->error.text)
            message("the network here is down: every canary failed (%s)", run->error.text);
        else
            message("the network here is down: no canary has answered before the deadline");
        return EXIT_INTERNAL;
    case RUN_STOPPED:
        if (session->output_error != EPIPE)
            return EXIT_INTERNAL;
        break;
    case RUN_ENOUGH: return end_early(session, run);
    case RUN_DONE: break;
    }
    if (run->end != RUN_STOPPED && list_was_empty(session->list) && !settings->allow_empty) {
        message("no URLs given");
        return EXIT_USAGE;
    }
    return judge_verdicts(session);
}

int exit_status_finish_output(struct session *session, const struct run *run, int status)
{
    bool complete = (run_has_all(run->end) || run->end == RUN_ENOUGH) && !session->out_of_memory &&
                    session->output_error == 0;
    bool gone = session->output_error == EPIPE;
    struct error error;

    progress_clear();
    if (session->out_of_memory)
        message("out of memory");
    else if (session->output_error && !gone)
        message("cannot write %s: %s", output_failed_name(session->output),
                strerror(session->output_error));
    if (output_close(session->output, complete && status != EXIT_USAGE, &error)) {
        message("%s", error.text);
        status = EXIT_INTERNAL;
    }
    session->output = NULL;
    return session->out_of_memory || (session->output_error && !gone) ? EXIT_INTERNAL : status;
}
