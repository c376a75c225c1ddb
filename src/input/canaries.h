/* SPDX-License-Identifier: MIT */
#ifndef INPUT_CANARIES_H
#define INPUT_CANARIES_H

#include "base/error.h"
#include "input/settings.h"

/*
 * Canaries: URLs, written like a line of a list, whose failure means that the network here is down.
 * The command line's requests, expectations and above all credentials are not for them: they share
 * only what check_copy_for_canaries() copies.
 */

/*
 * Sets settings->canary_targets from settings->canaries. The other settings must be complete, and
 * *settings must not be moved after this. 0; or -1 with the reason, which names the canary.
 */
int canaries_parse(struct settings *settings, struct error *error);

/* Frees settings->canaries and settings->canary_targets. */
void canaries_release(struct settings *settings);

#endif
