/* SPDX-License-Identifier: MIT */
#ifndef SESSION_MERGE_RUN_H
#define SESSION_MERGE_RUN_H

#include "session_internal.h"

/*
 * --merge: no checks. The results of other runs, which are in the files of the settings, are delivered
 * like those of a run; with --expect, in the order of that list. Threads read the lines, and keep
 * them as records on disk (merge_records.h); once it is known which results count (results/merge.h), those are read
 * again and delivered.
 */

/* What a merge needs besides the session. */
struct merge_run;

/*
 * Opens the files and the list of --expect, which it copies if it is a pipe. NULL with the reason and the exit
 * status. The session is borrowed.
 */
struct merge_run *merge_run_new(struct session *session, int *status, struct error *error);

/* NULL is fine. Call it when the session's results have been freed. */
void merge_run_free(struct merge_run *run);

/*
 * Delivers everything, and sets session->merged. Problems have been reported. It ends with RUN_DONE; or with
 * RUN_FAILED if a signal came, or a temporary file, the list or the threads failed (session->trouble): what was
 * delivered until then is no answer.
 */
struct run_outcome merge_run(struct merge_run *run);

#endif
