/* SPDX-License-Identifier: MIT */
#ifndef BASE_FD_LIMITS_H
#define BASE_FD_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

/* What the limit on open files allows a run to do at the same time. */
struct fd_limits {
    size_t files;       /* RLIMIT_NOFILE */
    size_t in_flight;   /* checks, if no idle connection is kept; at least 1 */
    size_t connections; /* those of checks in flight and idle ones together */
    size_t lookups;     /* name lookups; at least 1 */
};

/*
 * Raises the soft limit on open files to the hard one, and divides the descriptors that are not yet
 * open; to_open of them are kept for what the caller opens later. Cannot fail: if the limit cannot be
 * read, it is assumed to be 256.
 */
struct fd_limits fd_limits_raise(size_t to_open);

/*
 * How many idle connections may be kept while that many checks are in flight: the number that is left,
 * but no more than 512, as each also takes 16 to 50 KiB of memory.
 */
size_t fd_limits_idle(const struct fd_limits *limits, size_t in_flight);

/*
 * Whether this machine has no descriptor left now (error_is_shortage()). For callers of libraries
 * that do not say why they failed.
 */
bool fd_limits_exhausted(void);

#endif
