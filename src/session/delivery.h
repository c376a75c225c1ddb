/* SPDX-License-Identifier: MIT */
#ifndef SESSION_DELIVERY_H
#define SESSION_DELIVERY_H

#include "session_internal.h"

/* From the last result of a job to the output. Main thread. */

/* Prints the delivered results whose turn it is. False: output_errno says what failed. */
bool delivery_print_known(struct session *session);

/*
 * At the end of a run: prints what is left. With --changes nothing is printed before all results are known and
 * remember_commit() has said what has changed: all of them, in the order of the input, each with its transition.
 */
void delivery_release(struct session *session);

/*
 * The job has its last result: counts it, and keeps it for delivery_print_known() (run.h). Without --changes, prints
 * it at once where results are printed as they come.
 */
enum delivery delivery_deliver(void *context, struct job *job);

#endif
