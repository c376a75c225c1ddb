/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EXIT_CODES_H
#define SESSION_EXIT_CODES_H

/* The exit statuses of the man page. An interrupted run exits with 128 + the signal's number. */
enum {
    EXIT_ALL_OK = 0,
    EXIT_SOME_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_INTERNAL = 3,
    EXIT_DEADLINE = 4,
};

#endif
