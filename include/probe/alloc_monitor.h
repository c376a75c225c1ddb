/* SPDX-License-Identifier: MIT */
#ifndef PROBE_ALLOC_MONITOR_H
#define PROBE_ALLOC_MONITOR_H

#include <stdbool.h>

/*
 * Remembers, for each thread, whether an allocation of libcurl or OpenSSL has failed. Both report
 * that as an unrelated error, for instance as a bad certificate or a name that does not exist, and
 * then the server would be blamed.
 */

/*
 * Initialises libcurl, and makes it and OpenSSL use the monitored allocation functions. Call it
 * once, before any thread and before either library is used. False if libcurl cannot be
 * initialised.
 */
bool alloc_monitor_init(void);

/* Forgets the failures of this thread. */
void alloc_monitor_reset(void);

/* Notes a failed allocation of urlcheck's own for this thread (base/byte_buffer.h). */
void alloc_monitor_note_failure(void);

/* Whether an allocation of this thread has failed since alloc_monitor_reset(). */
bool alloc_monitor_failed(void);

#endif
