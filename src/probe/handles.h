/* SPDX-License-Identifier: MIT */
#ifndef PROBE_HANDLES_H
#define PROBE_HANDLES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Idle libcurl handles, shared by all threads. An idle handle is either reserved for the origin
 * that it is connected to, or free for any origin. To this module a handle is only a pointer. All
 * functions except handles_new() and handles_free() may be called by any thread; none blocks.
 */
struct handles;

/*
 * close_handle() disposes of a handle that is no longer needed. reserved_max: once that many
 * handles are reserved, an origin without one gets one of them instead of a new handle; so there
 * are never more handles than reserved_max and the number taken at the same time. 0: descriptors
 * are scarce; then such an origin gets a new handle, and a reserved one is closed for it.
 */
struct handles *handles_new(void (*close_handle)(void *handle), size_t reserved_max);

/* Closes the idle handles. All handles in use must have been given back. NULL is fine. */
void handles_free(struct handles *handles);

/* An idle handle for the origin; the caller then owns it. NULL: the caller makes a new one. */
void *handles_take(struct handles *handles, const char *origin);

/*
 * Gives a handle back that was used for origin, and is connected to it unless is_free. is_free: no
 * other request to the origin is expected; this handle becomes free for any origin. Copies the name
 * of the origin.
 */
void handles_give(struct handles *handles, void *handle, const char *origin, bool is_free);

/*
 * Closes the handles that are reserved for origins of this host: "http://HOST:PORT...". The
 * connections of idle handles must not be in the way of others to a server that accepts only a few.
 */
void handles_close_host(struct handles *handles, const char *host);

/* Closes the handles that are reserved for this origin. */
void handles_close_origin(struct handles *handles, const char *origin);

/* Closes all idle handles. From then on reserved_max is 0. */
void handles_trim(struct handles *handles);

#endif
