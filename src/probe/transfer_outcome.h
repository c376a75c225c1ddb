/* SPDX-License-Identifier: MIT */
#ifndef PROBE_TRANSFER_OUTCOME_H
#define PROBE_TRANSFER_OUTCOME_H

#include "transfer_state.h"

/*
 * After the transfer has ended with code: fills in *outcome as transfer_run() promises, from what
 * the callbacks observed and from what libcurl says. error: the text of CURLOPT_ERRORBUFFER. Moves
 * the response's body and headers from the state to the outcome.
 */
void transfer_outcome_fill(struct transfer_state *state, CURLcode code, const char *error,
                           struct outcome *outcome);

#endif
