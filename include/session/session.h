/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "input/settings.h"

/* The exit statuses, as in the man page; an interrupted run's is 128 and the signal's number. */
enum {
    EXIT_ALL_OK = 0,
    EXIT_SOME_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_INTERNAL = 3,
    EXIT_DEADLINE = 4,
};

/*
 * One run: ties the rooms together, from the list to the exit status, which it returns. Whatever
 * goes wrong has been said on standard error. It may end the process itself, by _exit(), where
 * threads are left that cannot be joined.
 */
int session_run(const struct settings *settings);

#endif
