/* SPDX-License-Identifier: MIT */
#ifndef PROBE_ALLOC_MONITOR_H
#define PROBE_ALLOC_MONITOR_H

#include <stdbool.h>

/*
 * Whether libcurl and OpenSSL were refused memory. They tell of it as of whatever they were about:
 * a bad certificate, a name that does not exist. So their allocations are watched, thread by
 * thread.
 */

/*
 * Initialises libcurl, with its allocations, and OpenSSL's, watched. Once, before any thread and
 * before either library is used. False if libcurl cannot be initialised.
 */
bool alloc_monitor_init(void);

/* From now on nothing has been refused to this thread. */
void alloc_monitor_reset(void);

/* Something else was refused to this thread. */
void alloc_monitor_note_failure(void);

/* Whether an allocation has been refused to this thread since alloc_monitor_reset(). */
bool alloc_monitor_failed(void);

#endif
