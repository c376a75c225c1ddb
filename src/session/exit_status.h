/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EXIT_STATUS_H
#define SESSION_EXIT_STATUS_H

#include "session_internal.h"

/* Reports why results are missing, and keeps it for the formats that say so too. */
void report_trouble(struct session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * The exit status for this end of a run. Gives the jobs without a result one that says how the run
 * ended, and reports on standard error what users would not see otherwise. With --exit-on trouble, it
 * is no failure if each URL has its result, whatever that is.
 */
int exit_status_of_run(struct session *session, const struct run_outcome *outcome);

/* The exit status of --merge. */
int exit_status_of_merge(struct session *session, const struct run_outcome *outcome);

/*
 * Why not all is right, although the known results are printed: a file of --merge or --state. A sentence for users.
 * NULL: all is.
 */
const char *exit_status_lesser_trouble(const struct session *session);

/*
 * Closes the output, and returns the exit status that `status` has become. It is not an error that
 * the reader of standard output has gone. Files get their names only if the run has delivered all
 * results that it should: no file is ever half of a run.
 */
int exit_status_close_output(struct session *session, const struct run_outcome *outcome,
                             int status);

#endif
