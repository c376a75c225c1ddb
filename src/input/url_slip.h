/* SPDX-License-Identifier: MIT */
#ifndef INPUT_URL_SLIP_H
#define INPUT_URL_SLIP_H

#include "slip_text.h"

/*
 * Names the usual mistakes in URLs, in words for people: a path, a file's name, `http//host`, a URL
 * in quotes or brackets, a line that grep printed. libcurl would look up most of them as hosts.
 *
 * Each function returns a phrase, which the caller frees.
 */

/* A mistake that libcurl's parser would accept, or has no good message for; NULL: none. */
char *url_slip_find(const struct url_slip_text *text);

/* A mistake in a host, as url_parts_split() returns it; NULL: none. */
char *url_slip_find_in_host(const char *host);

/* Why libcurl's parser refused a URL. Never NULL. */
char *url_slip_explain(const struct url_slip_text *text);

#endif
