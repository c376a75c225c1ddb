/* SPDX-License-Identifier: MIT */
#ifndef PROBE_ENDPOINT_H
#define PROBE_ENDPOINT_H

#include <stdbool.h>

#include "input/target.h"
#include "proxies.h"

/*
 * Whose address a check must have before libcurl can begin: the URL's host, the one that
 * --connect-to puts in its place, or the server of --doh-url.
 */
struct endpoint {
    const char *host;      /* NULL: nobody's; lives as long as the target and the contact */
    const char *host_port; /* "host:port", as CURLOPT_RESOLVE has it */
    char *storage;         /* owned; NULL: what was given will do */
};

/*
 * Fills *contact, to be released either way. Nobody's address is wanted where libcurl knows it, a
 * proxy or a socket's path takes its place, or only libcurl can write the name. 0, or -1 with errno
 * ENOMEM.
 */
int endpoint_find(struct endpoint *endpoint, const struct target *target,
                  const struct proxies *proxies);

/*
 * Whom libcurl connects to, and looks up, for a URL that came by a redirect, say: its host, or the
 * one that --connect-to puts in its place. As endpoint_find(), but that it is always somebody;
 * EINVAL for what is no URL.
 */
int endpoint_of_url(struct endpoint *endpoint, const struct check *check, const char *url);

/*
 * Whether a URL that redirects have led to is of another host than the target's, whatever its port
 * and whoever is connected to in its place. Short of memory, it is.
 */
bool endpoint_is_elsewhere(const struct target *target, const char *url);

void endpoint_release(struct endpoint *endpoint);

#endif
