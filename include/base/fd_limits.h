/* SPDX-License-Identifier: MIT */
#ifndef BASE_FD_LIMITS_H
#define BASE_FD_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

/* How much of a run this machine's limit on open files allows. */
struct fd_limits {
    size_t files;     /* RLIMIT_NOFILE */
    size_t in_flight; /* checks, each with a connection and libcurl's wakeup pair */
    size_t at_ease;   /* checks that also may hold on to the connection of the one before */
    size_t lookups;   /* of names, at once */
};

/*
 * Raises the soft limit on open files to the hard one, and divides what there is then, less what
 * is open already.
 */
struct fd_limits fd_limits_raise(void);

/*
 * How many connections may be held for later while so many checks are in flight; 0: none beside
 * theirs.
 */
size_t fd_limits_idle(const struct fd_limits *limits, size_t in_flight);

/* Whether no further file can be opened now: for those who are not told why something failed. */
bool fd_limits_exhausted(void);

/* Whether the system gives no more memory now. */
bool fd_limits_out_of_memory(void);

#endif
