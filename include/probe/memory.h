/* SPDX-License-Identifier: MIT */
#ifndef PROBE_MEMORY_H
#define PROBE_MEMORY_H

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
bool memory_init_libraries(void);

/* From now on nothing has been refused to this thread. */
void memory_forget(void);

/* Something else was refused to this thread. */
void memory_note_shortage(void);

/* Whether an allocation has been refused to this thread since memory_forget(). */
bool memory_was_short(void);

#endif
