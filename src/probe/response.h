/* SPDX-License-Identifier: MIT */
#ifndef PROBE_RESPONSE_H
#define PROBE_RESPONSE_H

#include <stddef.h>

#include "transfer_state.h"

/*
 * Reads a response as libcurl passes it on: header lines, and the body. Enforces that they are valid
 * and not too long. transfer_callbacks.c explains the phases. The data of the callbacks is a struct
 * transfer_state.
 */

/* CURLOPT_HEADERFUNCTION and CURLOPT_WRITEFUNCTION. */
size_t response_on_header(char *line, size_t size, size_t count, void *data);
size_t response_on_body(char *bytes, size_t size, size_t count, void *data);

/* A request is sent: nothing of an earlier response may be taken for a part of the next one. */
void response_forget(struct transfer_state *state);

/* Aborts the transfer and blames the server. Returns what libcurl's data callbacks return then. */
size_t response_abort(struct transfer_state *state, const char *reason);

#endif
