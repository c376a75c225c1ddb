/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_SIGNALS_H
#define ENGINE_SIGNALS_H

#include <stdint.h>

#include "base/clock.h"
#include "engine/chan.h"

/*
 * SIGINT, SIGTERM and SIGHUP as messages. A thread waits for them, so that no code runs in a signal handler
 * and no system call is interrupted. The first signal is passed on to main. A second one, or
 * SIGNALS_PATIENCE_US without an end, ends the process by quick_exit() with 128 + the number of the
 * first, even if main is blocked, for instance by a pipe without a reader. The same signal again
 * within SIGNALS_ECHO_US is ignored: timeout(1) sends it to its child and to the child's process
 * group. So is any further SIGHUP: the kernel and the shell both send it when a terminal is closed.
 */
#define SIGNALS_ECHO_US (50 * CLOCK_MS)
#define SIGNALS_PATIENCE_US (1900 * CLOCK_MS)

struct signals;

/*
 * Blocks the signals in the calling thread, and so in all threads that it starts later, and starts
 * the thread that waits for them. A signal that was ignored (nohup, a shell's &) stays ignored.
 * SIGPIPE and SIGXFSZ are ignored from now on: such a write fails with EPIPE or EFBIG. NULL with
 * errno EAGAIN or ENOMEM.
 */
struct signals *signals_start(void);

/*
 * From signals_start() to signals_stop() the thread also lets the clock tick, and tells it of SIGCONT
 * (base/clock.h).
 */

/* The channel of int: the number of the first signal that came. */
struct chan *signals_received(struct signals *signals);

/*
 * The process ends at that time by quick_exit() with that status, even if main is blocked, unless a
 * signal comes or signals_stop() is called before.
 */
void signals_end_at(struct signals *signals, int64_t time_us, int status);

/*
 * When the process ends even if main is not ready: after a signal or signals_end_at(), else
 * CLOCK_NEVER. signals may be NULL. For main.
 */
int64_t signals_end_us(const struct signals *signals);

/* Ends and joins the thread and frees its memory. The signals stay blocked. NULL is fine. */
void signals_stop(struct signals *signals);

#endif
