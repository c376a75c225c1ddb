/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SESSION_INTERNAL_H
#define SESSION_SESSION_INTERNAL_H

#include "engine/gate.h"
#include "engine/run_loop.h"
#include "output/output.h"
#include "probe/probe.h"
#include "results/results.h"
#include "results/stats.h"

/* A session on its way: what session.c and ending.c share, and nobody else sees. */
struct session {
    const struct settings *settings;
    struct list *list;
    struct prober *prober;
    struct signals *signals;
    struct gate *gate;
    struct retry_rules retry;
    struct results *results;
    struct output *output;
    struct stats stats;
    bool wants_summary;
    int64_t started_us;
    int64_t looked_us;  /* when it was last seen whether anybody reads */
    bool out_of_memory; /* that ended the run */
    int output_error;   /* errno of the write that ended the run; 0 if none did */
    size_t ok;          /* how many results count for --min-ok */
    size_t files;       /* the limit on open files, if it is what limits the checks in flight */
    size_t in_flight_max;
};

/* Prints what is known. False: it could not be written, and output_error is why. */
bool session_print_known(struct session *session);

/* A result has come, which belongs to the session from now on: runner.h. */
enum delivery session_deliver(void *context, struct result *result);

/* The exit status of a run that came to that end; tells what users would not see otherwise. */
int exit_status_of_run(struct session *session, struct run *run);

/*
 * Ends the output, and returns the exit status that status has become. A reader that has gone away
 * is no trouble: it has what it wanted. Files appear only if the run has shown all that it was to
 * show, mostly a result for each URL; not half of one because of something else.
 */
int exit_status_finish_output(struct session *session, const struct run *run, int status);

#endif
