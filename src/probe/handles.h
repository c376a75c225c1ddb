/* SPDX-License-Identifier: MIT */
#ifndef PROBE_HANDLES_H
#define PROBE_HANDLES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Idle handles: those that wait, connected, for their origin to come again, whichever thread asks,
 * and spare ones, which are anyone's. A handle is whatever the caller says it is.
 * All functions may be called by any thread.
 */
struct handles;

/*
 * drop() ends a handle that is not wanted any more. Once wait_max handles wait, one of them serves
 * an origin for which there is none, rather than a new one; 0: descriptors are dear, and where one
 * waits for another origin it is dropped. So there are never more handles than are taken at once
 * and wait_max together. NULL with errno.
 */
struct handles *handles_new(void (*drop)(void *handle), size_t wait_max);

/* Drops those that are idle. All must have been given back. */
void handles_free(struct handles *handles);

/* An idle handle: one that waits for origin, or a spare one; NULL: the caller makes a new one. */
void *handles_take(struct handles *handles, const char *origin);

/*
 * Gives back a handle, or the new one after a take that found none, which spoke to origin last.
 * last: origin is not known to come again; the handle, which holds no connection, is spare, and so
 * are those that wait for origin. Drops it if memory is short.
 */
void handles_give(struct handles *handles, void *handle, const char *origin, bool last);

/* Drops all that are idle; from now on descriptors are dear, and wait_max is 0. */
void handles_trim(struct handles *handles);

#endif
