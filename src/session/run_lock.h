/* SPDX-License-Identifier: MIT */
#ifndef SESSION_RUN_LOCK_H
#define SESSION_RUN_LOCK_H

#include <stdint.h>

#include "base/error.h"
#include "engine/signals.h"
#include "input/settings.h"

/*
 * --lock: at most one run at a time with the same --state file. The lock is flock(2) on the file FILE.lock,
 * mode 0600, which is created and stays; if FILE is a symbolic link, it is beside the file that this leads to.
 * The kernel releases it when the process ends, however it ends. It is not on FILE itself: closing any
 * descriptor of that would release SQLite's locks, which are those of fcntl(2):
 * https://www.sqlite.org/howtocorrupt.html, section 2.2.
 */
enum run_lock_end {
    RUN_LOCK_TAKEN,
    RUN_LOCK_SKIPPED,     /* --lock=skip, and another run has it */
    RUN_LOCK_INTERRUPTED, /* a signal came first */
    RUN_LOCK_LATE,        /* the deadline came first */
    RUN_LOCK_FAILED /* the file cannot be created or locked: the run can only do without --state */
};

struct run_lock {
    int fd;     /* -1: none is held */
    int signal; /* with RUN_LOCK_INTERRUPTED: its number */
};

/*
 * Takes the lock that the settings want, if any. With --lock it blocks while another run has it, at most
 * until deadline_us (CLOCK_NEVER: none). Otherwise than taken or skipped, *error has a message.
 */
enum run_lock_end run_lock_take(struct run_lock *lock, const struct settings *settings,
                                struct signals *signals, int64_t deadline_us, struct error *error);

/* Releases the lock, if it is held. */
void run_lock_release(struct run_lock *lock);

#endif
