/* SPDX-License-Identifier: MIT */
#ifndef PROBE_TRANSFER_LIMITS_H
#define PROBE_TRANSFER_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "transfer_state.h"

/*
 * Ends transfers that take too long or bring too much. The callbacks (transfer_callbacks.c) call these again
 * and again, on the transfer's thread.
 */

/* libcurl has received that many bytes of the body, those of one that response_on_body() does not get included. */
void transfer_limits_note_body(struct transfer_state *state, int64_t body_bytes);

/*
 * Whether the transfer must end: it is cancelled or overdue, or has received too many bytes that are neither
 * headers nor body. now_us: clock_recent_us().
 */
bool transfer_limits_end(struct transfer_state *state, int64_t now_us);

#endif
