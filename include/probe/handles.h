/* SPDX-License-Identifier: MIT */
#ifndef PROBE_HANDLES_H
#define PROBE_HANDLES_H

#include <stddef.h>

/*
 * Idle handles, by the origin that they last spoke to: the one whose connection can be used again
 * is found first, whichever thread asks. A handle is whatever the caller says it is.
 * All functions may be called by any thread.
 */
struct handles;

/* drop() ends a handle that is not wanted any more. NULL with errno. */
struct handles *handles_new(void (*drop)(void *handle));

/* Drops those that are idle. All must have been given back. */
void handles_free(struct handles *handles);

/* An idle handle, best one that last spoke to origin; NULL if there is none at all. */
void *handles_take(struct handles *handles, const char *origin);

/*
 * handles_take() where descriptors are dear: a handle of another origin may hold on to its
 * connection until it has a new one. Rather than that, the oldest is dropped, and NULL returned.
 */
void *handles_take_thriftily(struct handles *handles, const char *origin);

/* Gives a handle back, idle, having spoken to origin last. Drops it if memory is short. */
void handles_give(struct handles *handles, void *handle, const char *origin);

/* Drops all that are idle. */
void handles_trim(struct handles *handles);

#endif
