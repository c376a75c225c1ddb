/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "input/settings.h"

/* The exit statuses of the man page. An interrupted run exits with 128 + the signal's number. */
enum {
    EXIT_ALL_OK = 0,
    EXIT_SOME_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_INTERNAL = 3,
    EXIT_DEADLINE = 4,
};

/*
 * One run, from opening the list to the exit status, which it returns. Errors have been reported on
 * standard error. It ends the process itself, by quick_exit(), if threads are left that cannot be
 * joined. alloc_reserve() and curl_global_init() have been called (process.h).
 */
int session_run(const struct settings *settings);

#endif
