/* SPDX-License-Identifier: MIT */
#ifndef SESSION_REMEMBER_H
#define SESSION_REMEMBER_H

#include "session_internal.h"

/*
 * What a run does with the file of --state. If the file cannot be used, that is reported once, all results
 * are printed as if nothing were known of earlier runs, and the exit status is 3, unless a signal came.
 * All functions do nothing without --state.
 */

/* The file cannot be used, for that reason: reports it. */
void remember_without_file(struct session *session, const struct error *reason);

/* Before the first check. */
void remember_open(struct session *session);

/* A target will be checked; in the order of the input. */
void remember_admit(struct session *session, const struct target *target);

/* A result, before it is decided whether it is the last one of its target: --slower-than. */
void remember_judge(struct session *session, struct result *result);

/* A last result. */
void remember_add(struct session *session, const struct result *result);

/*
 * After the last result: writes all of them, unless the network here is down or a merge has failed. Takes and
 * returns the exit status: with --exit-on changes, 1 if anything has changed.
 */
int remember_commit(struct session *session, const struct run_outcome *outcome, int status);

/*
 * After that: reads the history that formats print, into session->history. Takes and returns the exit status.
 */
int remember_read_history(struct session *session, int status);

/*
 * After that: what has changed with a target, of which this is the result. If the file cannot be used, what
 * is FAILED counts as found for the first time.
 */
struct transition remember_transition(const struct session *session, const struct result *result);

/* After the outputs were closed, with that exit status: if they have all, the changes were reported. */
int remember_set_notified(struct session *session, int status);

#endif
