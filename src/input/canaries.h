/* SPDX-License-Identifier: MIT */
#ifndef INPUT_CANARIES_H
#define INPUT_CANARIES_H

#include "base/error.h"
#include "input/settings.h"

/*
 * Canaries: URLs, written as a line of a list is, that say whether the network here is there. What
 * the command line wants of requests and answers, credentials above all, is for the URLs to be
 * checked: to canaries only its times and the way to them apply (check_copy_way()).
 */

/*
 * Makes settings->canary_targets of settings->canaries. The rest of settings is complete, and stays
 * where it is. 0; or -1 with the reason, which names the canary.
 */
int canaries_parse(struct settings *settings, struct error *error);

/* Frees both. */
void canaries_release(struct settings *settings);

#endif
