/* SPDX-License-Identifier: MIT */
#ifndef PROBE_TRANSFER_CALLBACKS_H
#define PROBE_TRANSFER_CALLBACKS_H

#include "transfer_state.h"

/* Sets the callbacks of a handle. *state must stay valid as long as the handle. */
CURLcode transfer_callbacks_install(struct transfer_state *state, CURL *easy);

/* Resets what concerns one transfer, as another begins. */
void transfer_callbacks_begin(struct transfer_state *state);

/* Frees what only a running transfer needs. */
void transfer_callbacks_end(struct transfer_state *state);

/* What was rejected in the handshake in which the transfer ended; NULL: nothing, or unknown. */
const struct bad_certificate *transfer_callbacks_rejected(const struct transfer_state *state);

/* The names for which the certificate of that handshake is valid, as in struct outcome; "": unknown. */
const char *transfer_callbacks_hosts(const struct transfer_state *state);

/* After a transfer that ended during a handshake: includes its certificates in cert. */
void transfer_callbacks_note_handshake(struct transfer_state *state);

/* Frees what the state owns of a transfer; the handle's owner frees handshakes, after the handle. */
void transfer_callbacks_release(struct transfer_state *state);

#endif
