/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_SIGNALS_H
#define ENGINE_SIGNALS_H

#include <stdint.h>

#include "engine/chan.h"

/*
 * SIGINT and SIGTERM as messages: a thread waits for them, so that no code ever runs in a signal
 * handler and no system call is cut short. A second signal ends the process at once, and so does
 * the first after SIGNALS_PATIENCE_US, with 128 and its number, whatever main may hang in: a pipe
 * that nobody reads, for instance. The same signal again within SIGNALS_ECHO_US is taken for the
 * first: timeout(1) sends it to its child, and to the group that the child is in.
 */
#define SIGNALS_ECHO_US (INT64_C(50) * 1000)
#define SIGNALS_PATIENCE_US (INT64_C(1900) * 1000)

struct signals;

/*
 * Blocks the signals in this thread, and so in all that are started from now on, and waits for
 * them in one of its own. A signal that was ignored at the start (nohup, a shell's &) stays so.
 * SIGPIPE is ignored from now on. NULL with errno.
 */
struct signals *signals_start(void);

/* The channel of int: the number of the first signal that came. */
struct chan *signals_received(struct signals *signals);

/*
 * The process ends at that time by _exit() with that status, whatever main may hang in, unless a
 * signal or signals_stop() comes before.
 */
void signals_end_at(struct signals *signals, int64_t time_us, int status);

/* Ends and joins the thread, and frees. The signals stay blocked. NULL is fine. */
void signals_stop(struct signals *signals);

#endif
