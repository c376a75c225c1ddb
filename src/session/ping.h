/* SPDX-License-Identifier: MIT */
#ifndef SESSION_PING_H
#define SESSION_PING_H

#include <stdbool.h>

#include "engine/signals.h"
#include "input/settings.h"

/*
 * --ping-url: tells a server that the run begins, and how it ended. Neither delays the run, nor changes
 * its results or its exit status: the beginning is reported by a thread of its own while URLs are checked,
 * and the end takes at most PINGER_PATIENCE_US. A ping is tried PING_TRIES times. What went wrong
 * is one message on standard error, at the end. Main thread.
 */
struct pinger;

#define PINGER_PATIENCE_US (10 * CLOCK_S)
#define PING_TRIES 3

/* How much of a report the server keeps, unless it says so (healthchecks.io's own default). */
#define PING_BODY_BYTES 10000

/* Begins to report the beginning of the run. NULL without --ping-url. Borrows both. */
struct pinger *pinger_start(const struct settings *settings, struct signals *signals);

/*
 * Reports the end of the run, with its exit status and the report, cut after the last line that fits into
 * what the server keeps, and frees the pinger; NULL is fine. Blocks until that is done; after a signal,
 * only until signals_end_us(). True: threads still wait for name servers; end the process by quick_exit().
 */
bool pinger_finish(struct pinger *pinger, int exit_status, const char *report);

#endif
