/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SESSION_INTERNAL_H
#define SESSION_SESSION_INTERNAL_H

#include "base/fd_limits.h"
#include "engine/run.h"
#include "output/output.h"
#include "probe/probe.h"
#include "results/results.h"
#include "results/stats.h"

/* One run of the program: what session.c and exit_status.c share. Main thread. */
struct session {
    const struct settings *settings;
    struct fd_limits limits;
    struct list *list;
    struct prober *prober;
    struct signals *signals;
    struct run_config config;
    struct results *results;
    struct output *output;
    struct stats stats;
    bool wants_summary;
    int64_t started_us;
    int64_t reader_checked_us; /* when the reader of standard output was last checked */
    int output_errno;          /* of the write that ended the run; 0: none did */
    size_t ok_count;           /* results that count for --min-ok */
    size_t limit_of_files; /* checks in flight that the limit on open files allows, if this is yet
                                  to be reported; else 0 */
};

/* Prints the results that are known and whose turn it is. False: output_errno says what failed. */
bool session_print_known(struct session *session);

/* The job has its last result: counts it, keeps it and prints what can be printed (run.h). */
enum delivery session_deliver(void *context, struct job *job);

/*
 * The exit status for this end of a run. Gives the jobs without a result one that says how the run
 * ended, and reports on standard error what users would not see otherwise.
 */
int exit_status_of_run(struct session *session, const struct run_outcome *outcome);

/*
 * Closes the output, and returns the exit status that `status` has become. It is not an error that
 * the reader of standard output has gone. Files get their names only if the run has delivered all
 * results that it should: no file is ever half of a run.
 */
int exit_status_close_output(struct session *session, const struct run_outcome *outcome,
                             int status);

#endif
