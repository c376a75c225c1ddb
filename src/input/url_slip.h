/* SPDX-License-Identifier: MIT */
#ifndef INPUT_URL_SLIP_H
#define INPUT_URL_SLIP_H

#include <stdbool.h>

/*
 * Names the usual mistakes in URLs, in words for people: a path, a file's name, `http//host`, a URL
 * in quotes or brackets, a line that grep printed. libcurl would look up most of them as hosts.
 *
 * Each function returns a phrase, which the caller frees.
 */
struct url_slip_text {
    const char *given;         /* the URL alone, with or without a scheme */
    const char *default_proto; /* the scheme that it gets if it has none */
    bool has_scheme;           /* http:/ or https:/, any number of slashes */
    bool is_operand;           /* on the command line, not in a list */
    bool may_quote;            /* no part of it can be a password */
};

/* A mistake that libcurl's parser would accept, or has no good message for; NULL: none. */
char *url_slip_find(const struct url_slip_text *text);

/* A mistake in a host, as url_parts_split() returns it; NULL: none. */
char *url_slip_find_in_host(const char *host);

/* Why libcurl's parser refused a URL. Never NULL. */
char *url_slip_explain(const struct url_slip_text *text);

#endif
