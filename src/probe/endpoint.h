/* SPDX-License-Identifier: MIT */
#ifndef PROBE_ENDPOINT_H
#define PROBE_ENDPOINT_H

#include <stdbool.h>

#include "input/target.h"
#include "proxies.h"

/*
 * The host whose address urlcheck looks up before libcurl begins: the URL's host, the one that
 * --connect-to replaces it with, or the server of --doh-url.
 */
struct endpoint {
    const char *host;      /* in lower case; NULL: no lookup is needed. Valid as long as the target
                              and the endpoint are */
    const char *host_port; /* "host:port", as in CURLOPT_RESOLVE */
    char *storage;         /* the memory of these texts, unless they are the target's; owned */
};

/*
 * Finds the endpoint of a target. No lookup is needed if libcurl knows the address, if a proxy or a
 * Unix socket is used instead, or if only libcurl can convert the name to ASCII. 0, or -1: libcurl
 * is out of memory. Release *endpoint either way.
 */
int endpoint_find(struct endpoint *endpoint, const struct target *target,
                  const struct proxies *proxies);

/*
 * Finds the host to which libcurl connects for a URL, for instance of a redirect: the URL's, or the
 * one that --connect-to replaces it with. 0, or -1: not a URL, or libcurl is out of memory. Release
 * *endpoint either way.
 */
int endpoint_of_url(struct endpoint *endpoint, const struct check *check, const char *url);

/*
 * Whether the host of a URL differs from the target's. Ports and --connect-to do not matter. True
 * if the text is not a URL.
 */
bool endpoint_is_other_host(const struct target *target, const char *url);

void endpoint_release(struct endpoint *endpoint);

#endif
